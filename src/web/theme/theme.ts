/** The user's choice of light or dark; `system` follows the machine. Kept per browser. */
import { createStore } from "../session/store.ts";

export type Theme = "system" | "light" | "dark";

/** Also read by `public/theme-boot.js`, before the first paint. */
const STORAGE_KEY = "loopbook.theme";

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

export const themeStore = createStore<Theme>(storedTheme());

export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  themeStore.set(theme);
}
