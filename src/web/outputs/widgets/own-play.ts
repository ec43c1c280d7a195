/** A player that several pages show is moved on by one: where its button was pressed. */
import { PlayModel } from "@jupyter-widgets/controls";
import type { HeardMessage } from "./page-comm.ts";

export class OwnPlayModel extends PlayModel {
  private isElsewhere = false;

  override _handle_comm_msg(message: never): Promise<void> {
    const { content, parent_header } = message as HeardMessage;
    const { method, state } = content.data as { method?: unknown; state?: { playing?: unknown } };
    const isOthers = method === "echo_update" && parent_header.msg_id === "";
    if (isOthers && state?.playing === true) this.isElsewhere = true;
    return super._handle_comm_msg(message);
  }

  override play(): void {
    this.isElsewhere = false;
    super.play();
  }

  override animate(): void {
    if (!this.isElsewhere) super.animate();
  }
}
