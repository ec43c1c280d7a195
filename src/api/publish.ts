/** The contract of exporting and publishing notebooks. */
import { z } from "zod";

/** `GET /api/export?path=&to=&source=` — a notebook as it is now, as a file: `html` (one that needs nothing else), `markdown` (images inlined), `script`, `pdf` (where Chromium is on the machine, else 422 `no-browser`). `source=false` leaves the code out. No kernel is needed. */
export const exportQuery = z.object({
  path: z.string().min(1),
  to: z.enum(["html", "markdown", "script", "pdf"]).default("html"),
  source: z.enum(["true", "false"]).default("true"),
});

/** `GET /api/publications` → `PublicationView[]`. */
/** `POST /api/publications` → 201 `PublicationView`: a notebook as a page for others, read only, at an address that stays. `live`: as it is when somebody looks; `frozen`: as it is now. `access: "link"` lets whoever has the address read; `signed-in` only who may look at the notebook anyway. */
export const publishBody = z.object({
  path: z.string().min(1),
  mode: z.enum(["live", "frozen"]).default("live"),
  withSource: z.boolean().default(true),
  access: z.enum(["link", "signed-in"]).default("link"),
});
export type PublishBody = z.input<typeof publishBody>;

/** `POST /api/publications/{id}/freeze` → `PublicationView`: shows what the notebook holds now, from now on. */
/** `DELETE /api/publications/{id}` → 204. From now on its address shows nothing. */

export interface PublicationView {
  readonly id: string;
  /** Relative to the server's folder, with `/`; absolute when it lies outside of it. */
  readonly path: string;
  /** Where it is read, below the server's own address: `/p/…`. */
  readonly address: string;
  readonly mode: "live" | "frozen";
  readonly withSource: boolean;
  readonly access: "link" | "signed-in";
  readonly createdAtMs: number;
  readonly frozenAtMs: number | null;
  /** The notebook is not there (any more). */
  readonly isGone: boolean;
}
