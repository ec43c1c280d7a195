/**
 * Routes what a kernel sends: by its parent to whoever asked, or to who listens for what nobody asked for. Nothing is
 * queued: a message is delivered in the turn in which it arrives, so a status, a reply or a death never waits behind
 * output.
 */
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import type { JsonObject } from "../util/json.ts";
import { Busyness } from "./busyness.ts";
import { Comms } from "./comms.ts";
import { DisplayOwners } from "./displays.ts";
import { Executions } from "./executions.ts";
import { isComm, parseComm, parseIopub } from "./iopub.ts";
import type { CommMessage, IopubMessage, KernelDeath } from "./kernel.ts";
import { type Channel, type IncomingMessage, textOf } from "./message.ts";
import { parseExecuteReply } from "./replies.ts";
import { Requests } from "./requests.ts";

export interface StrayOutput {
  readonly message: IopubMessage;
  readonly owner: string | null;
  /** The request under which the kernel sent it. */
  readonly parentId: string | null;
}

export class Incoming {
  readonly onBusy = new Emitter<boolean>();
  readonly onComm = new Emitter<CommMessage>();
  readonly onStrayOutput = new Emitter<StrayOutput>();
  readonly executions: Executions;
  readonly requests: Requests;
  readonly comms = new Comms();
  /** Settles with the first message on IOPub, or the end of the kernel. */
  readonly iopubHeard: Promise<void>;

  /** The kernel said of itself that it is dead. */
  readonly onDead = new Emitter<void>();
  private readonly displays = new DisplayOwners();
  private readonly busyness = new Busyness((isBusy) => this.onBusy.emit(isBusy));
  private readonly isAboutMain: (requestId: string) => boolean;
  private readonly isForeign: (requestId: string | null) => boolean;
  private hearIopub = (): void => {};
  private isHeard = false;
  /** The input request that waits for an answer: its header, and the execution that asks. */
  private openInput: { readonly header: JsonObject; readonly executionId: string | null } | null = null;

  /**
   * @param isAboutMain whether the busy status of a request says that the main shell is busy.
   * @param isForeign whether another client (`relay.ts`) made the request.
   */
  constructor(
    clock: Clock,
    isAboutMain: (requestId: string) => boolean,
    isForeign: (requestId: string | null) => boolean,
  ) {
    this.isAboutMain = isAboutMain;
    this.isForeign = isForeign;
    this.executions = new Executions(clock);
    this.requests = new Requests(clock);
    this.iopubHeard = new Promise((resolve) => {
      this.hearIopub = resolve;
    });
  }

  get isBusy(): boolean {
    return this.busyness.isBusy;
  }

  get hasHeardIopub(): boolean {
    return this.isHeard;
  }

  receive(channel: Channel, message: IncomingMessage): void {
    if (channel === "iopub") this.receiveIopub(message);
    else if (channel === "stdin") this.receiveStdin(message);
    else if (!this.executions.has(message.parentId)) this.requests.reply(message.parentId, message.content());
    else if (message.type === "execute_reply") {
      this.executions.reply(message.parentId, parseExecuteReply(message.content()));
    }
  }

  /** The header of the input request that waits, which is then answered; null when none does. */
  takeInputRequest(): JsonObject | null {
    const header = this.openInput?.header ?? null;
    this.openInput = null;
    return header;
  }

  /** Its outcome was told: a status or an answer that comes late changes nothing. */
  executionEnded(id: string): void {
    this.busyness.idle(id);
    if (this.openInput?.executionId === id) this.openInput = null;
  }

  /** The kernel is gone: everything that is open settles. */
  end(death: KernelDeath): void {
    this.openInput = null;
    this.executions.endAll({ type: "kernel-died", death });
    this.requests.endAll("The kernel ended before it answered.");
    this.comms.endAll();
    this.hearIopub();
  }

  private receiveIopub(message: IncomingMessage): void {
    if (!this.isHeard) {
      this.isHeard = true;
      this.hearIopub();
    }
    if (message.type === "status") this.receiveStatus(message);
    else if (isComm(message.type)) {
      const comm = parseComm(message.type, message);
      if (comm !== null) this.onComm.emit(comm);
    } else {
      const output = parseIopub(message);
      if (output !== null) this.routeOutput(message.parentId, output);
    }
  }

  private routeOutput(parentId: string | null, output: IopubMessage): void {
    if (output.type === "update_display_data") {
      const goesTo = this.displays.updateGoesTo(output.displayId, parentId ?? "");
      const isTaken = goesTo.own && this.executions.output(parentId, output);
      if (goesTo.others || !isTaken) this.stray(parentId, output);
      return;
    }
    if ((output.type === "display_data" || output.type === "execute_result") && output.displayId !== null) {
      this.displays.record(output.displayId, parentId ?? "");
    }
    if (!this.executions.output(parentId, output)) this.stray(parentId, output);
  }

  private stray(parentId: string | null, message: IopubMessage): void {
    const owner = this.executions.ownerOf(parentId) ?? this.comms.ownerOf(parentId);
    this.onStrayOutput.emit({ message, owner, parentId });
  }

  private receiveStatus(message: IncomingMessage): void {
    const id = message.parentId;
    const state = message.content().execution_state;
    // Nobody's request made it say so: a wrapper or a gateway tells of a kernel that ended behind it.
    if (state === "dead") this.onDead.emit();
    if (id === null) return;
    if (state === "idle") {
      this.executions.idle(id);
      this.busyness.idle(id);
      this.comms.done(id);
    } else if (state === "busy" && this.isAboutMain(id)) this.busyness.busy(id);
  }

  private receiveStdin(message: IncomingMessage): void {
    // Another client's question is answered there.
    if (message.type !== "input_request" || this.isForeign(message.parentId)) return;
    this.openInput = { header: message.header(), executionId: message.parentId };
    const content = message.content();
    const request = { prompt: textOf(content.prompt), password: content.password === true };
    this.executions.inputRequest(message.parentId, request);
  }
}
