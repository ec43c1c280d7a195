/**
 * What the page knows of which outputs may run. Asked of the server for each output that wants to; again when somebody
 * says that they may, and when the reader comes back to the page: others may have said so.
 */
import type { FramedOutput, TrustAnswer } from "../../../api/trust.ts";
import type { ActivePart } from "../../../document/active-output.ts";
import { answerOf, api } from "../../session/api.ts";
import type { Answer } from "../../session/channel.ts";
import type { NotebookModel } from "../../session/notebook-model.ts";
import { createStore, type Store } from "../../session/store.ts";
import { trustNotice } from "./trust-notice.ts";

/** Libraries that frames share are kept, so that each is fetched once; at most so many. */
const MAX_PARTS = 12;

export interface TrustState {
  /** Another one: ask again. */
  readonly asked: number;
  /** Outputs that were refused, by place, so that the page can say it once for all. */
  readonly refused: ReadonlySet<string>;
}

export type FrameParts =
  | { readonly type: "trusted"; readonly parts: readonly ActivePart[] }
  | { readonly type: "untrusted" | "none" };

export class NotebookTrust {
  readonly state: Store<TrustState> = createStore<TrustState>({ asked: 0, refused: new Set() });
  private readonly path: string;
  private readonly shared = new Map<string, Promise<ActivePart | null>>();

  constructor(notebookId: string) {
    this.state.subscribe(() => {
      const isRefused = this.state.get().refused.size > 0;
      trustNotice.update((before) => (isRefused ? notebookId : before === notebookId ? null : before));
    });
    this.path = `/api/notebooks/${encodeURIComponent(notebookId)}`;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.state.get().refused.size > 0) this.askAgain();
    });
  }

  /** What a frame runs for an output: the libraries and places that it needs, and itself. */
  async parts(cellId: string, at: number, signal: AbortSignal): Promise<FrameParts> {
    const framed = await this.framed(cellId, at, signal);
    this.note(`${cellId}/${at}`, framed.type === "untrusted");
    if (framed.type !== "trusted") return framed;
    const before: ActivePart[] = [];
    for (const { cellId: id, at: place, mark } of framed.leansOn) {
      const part = await this.leanedOn(mark, id, place);
      if (part) before.push(part);
    }
    return { type: "trusted", parts: [...before, framed.part] };
  }

  async decide(trusted: boolean): Promise<Answer<TrustAnswer>> {
    const answer = await answerOf(api.send<TrustAnswer>("POST", `${this.path}/trust`, { trusted }));
    if (answer.ok) this.askAgain();
    return answer;
  }

  private askAgain(): void {
    this.state.update(({ asked }) => ({ asked: asked + 1, refused: new Set() }));
  }

  private note(place: string, isRefused: boolean): void {
    this.state.update((state) => {
      if (state.refused.has(place) === isRefused) return state;
      const refused = new Set(state.refused);
      if (isRefused) refused.add(place);
      else refused.delete(place);
      return { ...state, refused };
    });
  }

  private leanedOn(mark: string, cellId: string, at: number): Promise<ActivePart | null> {
    const known = this.shared.get(mark);
    if (known) return known;
    const part = this.framed(cellId, at).then((framed) => (framed.type === "trusted" ? framed.part : null));
    this.shared.set(mark, part);
    part.catch(() => this.shared.delete(mark));
    const [oldest] = this.shared.keys();
    if (this.shared.size > MAX_PARTS && oldest !== undefined) this.shared.delete(oldest);
    return part;
  }

  private framed(cellId: string, at: number, signal?: AbortSignal): Promise<FramedOutput> {
    return api.read(`${this.path}/framed/${encodeURIComponent(cellId)}/${at}`, signal);
  }
}

const trusts = new WeakMap<NotebookModel, NotebookTrust>();

export function trustOf(model: NotebookModel): NotebookTrust {
  const known = trusts.get(model);
  if (known) return known;
  const trust = new NotebookTrust(model.notebookId);
  trusts.set(model, trust);
  return trust;
}
