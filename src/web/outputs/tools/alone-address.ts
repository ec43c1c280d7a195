/** The address at which one output stands alone: `?output=<cell>:<place>`. Pure. */

export interface AlonePlace {
  readonly cell: string;
  readonly at: number;
}

export function alonePlace(search: string): AlonePlace | null {
  const found = /^(.+):(\d{1,6})$/.exec(new URLSearchParams(search).get("output") ?? "");
  return found ? { cell: found[1] ?? "", at: Number(found[2]) } : null;
}

/** @param notebook the notebook's own address. */
export function aloneAddress(notebook: string, { cell, at }: AlonePlace): string {
  return `${notebook}?${new URLSearchParams({ output: `${cell}:${at}` })}`;
}
