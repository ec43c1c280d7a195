import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Keys } from "./keys.tsx";
import styles from "./menu.module.css";

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  /** Of several items one is chosen. */
  readonly checked?: boolean;
  readonly danger?: boolean;
}

interface MenuProps {
  readonly label: string;
  readonly children: ReactNode;
  /** What is seen on the button is its name; `label` is then only the list's. */
  readonly named?: boolean;
  readonly groups: readonly (readonly MenuItem[])[];
  /** Of the button. */
  readonly className?: string | undefined;
  readonly rootClassName?: string | undefined;
  /** Which edge of the button the list keeps to. */
  readonly align?: "start" | "end";
}

/** A button with a list of actions: arrow keys, Home, End, first letters, Esc (WAI-ARIA's menu button). */
export function Menu({ label, children, named, groups, className, rootClassName, align = "end" }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menuId = useId();

  useEffect(() => {
    if (!open) return;
    items(root.current)[0]?.focus();
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    return () => document.removeEventListener("pointerdown", closeOutside);
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the items, which are interactive.
    <div
      ref={root}
      className={`${styles.root} ${rootClassName ?? ""}`}
      onKeyDown={(event) => {
        if (!open) return;
        event.stopPropagation();
        if (event.key === "Escape") close();
        else if (event.key === "Tab") setOpen(false);
        else if (moveFocus(items(root.current), event.key)) event.preventDefault();
      }}
    >
      <button
        ref={button}
        type="button"
        className={className ?? styles.button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        {...(named ? {} : { "aria-label": label, title: label })}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <div id={menuId} role="menu" aria-label={label} className={`${styles.list} ${styles[align]}`}>
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: groups have no other identity.
              // biome-ignore lint/a11y/useSemanticElements: a group of menu items is no fieldset.
              <div key={index} role="group" className={styles.group}>
                {group.map((item) => (
                  <button
                    key={item.label}
                    type="button"
                    role={item.checked === undefined ? "menuitem" : "menuitemradio"}
                    {...(item.checked === undefined ? {} : { "aria-checked": item.checked })}
                    tabIndex={-1}
                    disabled={item.disabled}
                    className={`${styles.item} ${item.danger ? styles.danger : ""}`}
                    onClick={() => {
                      close();
                      item.onSelect();
                    }}
                  >
                    <span className={styles.tick} aria-hidden="true">
                      {item.checked ? "✓" : ""}
                    </span>
                    <span className={styles.label}>{item.label}</span>
                    {item.keys !== undefined && <Keys keys={item.keys} />}
                  </button>
                ))}
              </div>
            ))}
        </div>
      )}
    </div>
  );
}

function items(root: HTMLElement | null): readonly HTMLButtonElement[] {
  return [...(root?.querySelectorAll<HTMLButtonElement>("[role^=menuitem]:not(:disabled)") ?? [])];
}

function moveFocus(all: readonly HTMLButtonElement[], key: string): boolean {
  const at = all.indexOf(document.activeElement as HTMLButtonElement);
  const target = targetOf(all, at, key);
  target?.focus();
  return target !== undefined;
}

function targetOf(all: readonly HTMLButtonElement[], at: number, key: string): HTMLButtonElement | undefined {
  if (key === "ArrowDown") return all[(at + 1) % all.length];
  if (key === "ArrowUp") return all.at(at <= 0 ? -1 : at - 1);
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const letter = key.toLowerCase();
  const ordered = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return ordered.find((item) =>
    (item.textContent ?? "").replace("✓", "").trim().toLowerCase().startsWith(letter),
  );
}
