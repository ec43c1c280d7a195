/**
 * Subshells (JEP 91): threads of the kernel that answer while its main shell runs a cell. Three are made, each when
 * it is first needed: one for completion and inspection, one for code, one for widgets, so that slow ad-hoc code
 * delays no inspection and no slider.
 */
import type { JsonObject } from "../util/json.ts";
import { textOf } from "./message.ts";
import { checkReply } from "./replies.ts";

export type SubshellPurpose = "inspect" | "execute" | "comm";

export class Subshells {
  private readonly ids = new Map<SubshellPurpose, Promise<string>>();
  private readonly create: () => Promise<JsonObject>;

  /** @param create sends `create_subshell_request` on the control channel and gives the reply's content. */
  constructor(create: () => Promise<JsonObject>) {
    this.create = create;
  }

  /** @throws LoopbookError as the request does; the next call tries again. */
  id(purpose: SubshellPurpose): Promise<string> {
    const known = this.ids.get(purpose);
    if (known !== undefined) return known;
    const made = this.create().then((content) =>
      textOf(checkReply("a request for a subshell", content).subshell_id),
    );
    this.ids.set(purpose, made);
    made.catch(() => this.ids.delete(purpose));
    return made;
  }
}
