/** What can be done with an entry without opening it. */
import type { MenuItem } from "../parts/menu.tsx";
import { type Asked, download } from "./folder-state.ts";
import type { Entry } from "./listing-order.ts";

interface MenuOptions {
  readonly mayEdit: boolean;
  readonly mayRun: boolean;
  readonly ask: (asked: Asked) => void;
  readonly fetch: () => void;
}

export function entryMenu(
  entry: Entry,
  { mayEdit, mayRun, ask, fetch }: MenuOptions,
): readonly (readonly MenuItem[])[] {
  const isZip = /\.zip$/i.test(entry.name);
  const change: readonly MenuItem[] = mayEdit
    ? [
        { label: "Rename…", onSelect: () => ask({ what: "rename", entry }) },
        { label: "Move…", onSelect: () => ask({ what: "move", entries: [entry] }) },
        { label: "Duplicate…", onSelect: () => ask({ what: "duplicate", entry }) },
        ...(isZip ? [{ label: "Unpack…", onSelect: () => ask({ what: "unpack", entry }) }] : []),
      ]
    : [];
  const take: readonly MenuItem[] = [
    { label: entry.type === "folder" ? "Download as zip" : "Download", onSelect: fetch },
    ...(entry.type === "notebook" ? exports(entry) : []),
    ...(entry.type === "notebook" && mayRun
      ? [{ label: "Publish…", onSelect: () => ask({ what: "publish", entry }) }]
      : []),
  ];
  const remove: readonly MenuItem[] = mayEdit
    ? [{ label: "Delete…", danger: true, onSelect: () => ask({ what: "delete", entries: [entry] }) }]
    : [];
  return [change, take, remove];
}

function exports({ path }: Entry): readonly MenuItem[] {
  return (["html", "pdf", "markdown", "script"] as const).map((to) => ({
    label: {
      html: "Export as HTML",
      pdf: "Export as PDF",
      markdown: "Export as Markdown",
      script: "Export as script",
    }[to],
    onSelect: () => download(`/api/export?${new URLSearchParams({ path, to })}`),
  }));
}
