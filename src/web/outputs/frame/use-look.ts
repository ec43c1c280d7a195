/** The page's colours as a frame is told of them. */
import { useMemo, useSyncExternalStore } from "react";
import { useStore } from "../../session/store.ts";
import { themeStore } from "../../theme/theme.ts";
import type { Look } from "./protocol.ts";

const TOKENS = [
  "ink",
  "ink-2",
  "ink-3",
  "paper",
  "sheet",
  "sunk",
  "line",
  "line-strong",
  "person",
  "sans",
  "mono",
];
const DARK = "(prefers-color-scheme: dark)";

export function useLook(): Look {
  const theme = useStore(themeStore);
  const isSystemDark = useSyncExternalStore(
    (listener) => {
      const query = matchMedia(DARK);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => matchMedia(DARK).matches,
  );
  const isDark = theme === "system" ? isSystemDark : theme === "dark";
  return useMemo(() => ({ isDark, tokens: tokensOf(isDark) }), [isDark]);
}

/** As it is now, for what is no component. */
export function pageLook(): Look {
  const theme = themeStore.get();
  const isDark = theme === "system" ? matchMedia(DARK).matches : theme === "dark";
  return { isDark, tokens: tokensOf(isDark) };
}

function tokensOf(isDark: boolean): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    TOKENS.map((name) => [name, inTheme(style.getPropertyValue(`--${name}`).trim(), isDark)]),
  );
}

/** A custom property is handed out as it was written: `light-dark(a, b)`. */
function inTheme(value: string, isDark: boolean): string {
  const both = /^light-dark\(\s*([^,]+),\s*([^)]+)\)$/.exec(value);
  return (isDark ? both?.[2] : both?.[1])?.trim() ?? value;
}
