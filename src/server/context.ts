import type { ShareStore } from "../people/shares.ts";
import type { PublicationStore } from "../publish/publication.ts";
import type { Host } from "../usecases/host.ts";
import type { Logger } from "../util/logger.ts";
import type { JupyterBehind } from "./jupyter/proxy.ts";

/** What every part of the server works with. */
export interface ServerContext {
  readonly host: Host;
  /** The folder that is shown; absolute, links resolved. */
  readonly folder: string;
  readonly kind: "up" | "run";
  readonly title: string;
  readonly version: string;
  /** The built page (`dist/web`); null: not built. */
  readonly pageFolder: string | null;
  readonly logger: Logger;
  /** The stock Jupyter server that serves JupyterLab's page here; absent: there is none. */
  readonly jupyter?: JupyterBehind;
  /** Where what other protocols tell is kept; absent: they are not spoken here. */
  readonly stateFolder?: string;
  /** Links with limited rights; absent: there are none. */
  readonly shares?: ShareStore;
  /** Notebooks that are read at addresses of their own; absent: there are none. */
  readonly publications?: PublicationStore;
}
