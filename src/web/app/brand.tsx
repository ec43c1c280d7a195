import { MoreIcon } from "../parts/icons.tsx";
import { Menu } from "../parts/menu.tsx";
import { useStore } from "../session/store.ts";
import { setTheme, type Theme, themeStore } from "../theme/theme.ts";
import styles from "./brand.module.css";
import { Link } from "./link.tsx";

/** The product's name and what belongs to every page. */
export function Brand() {
  return (
    <div className={styles.brand}>
      <Link to={{ page: "folder", path: "" }} className={styles.name}>
        <Mark />
        Loopbook
      </Link>
      <Menu label="Settings" groups={[useThemeItems()]}>
        <MoreIcon />
      </Menu>
    </div>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
      <rect x="1" y="1" width="30" height="30" rx="8" fill="var(--pipeline)" />
      <circle
        cx="16"
        cy="16"
        r="8"
        fill="none"
        stroke="var(--paper)"
        strokeWidth="3.4"
        strokeDasharray="38 12.3"
        strokeLinecap="round"
        transform="rotate(-60 16 16)"
      />
    </svg>
  );
}

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", "Light or dark as the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

export function useThemeItems() {
  const theme = useStore(themeStore);
  return THEMES.map(([value, label]) => ({
    label,
    checked: theme === value,
    onSelect: () => setTheme(value),
  }));
}
