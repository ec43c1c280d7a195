/** What stays of a stretch of a kernel's messages when its outputs make room: everything else, and a line for them. */
import { type Frame, HEADER_BYTES, KIND, messageBody, messageOf } from "./frames.ts";

const CUT_MARK = "loopbook_cut";

interface Cut {
  count: number;
  bytes: number;
  /** Of the newest one that was left out: in its place the line stands. */
  seq: number;
  readonly parent: Buffer;
}

/** Outputs of one request that follow each other become one line; lines that are there already are added up. */
export function withoutOutputs(frames: readonly Frame[]): Frame[] {
  const kept: Frame[] = [];
  let cut: Cut | null = null;
  const close = (): void => {
    if (cut !== null) kept.push(lineFor(cut));
    cut = null;
  };
  for (const frame of frames) {
    const message = frame.kind === KIND.message ? messageOf(frame) : null;
    if (message === null || !message.isOutput) {
      close();
      kept.push(frame);
      continue;
    }
    const [, parent = Buffer.from("{}"), , content] = message.parts;
    const earlier = cutIn(content);
    const open: Cut | null = cut;
    if (open !== null && !(open as Cut).parent.equals(parent)) close();
    cut ??= { count: 0, bytes: 0, seq: 0, parent };
    const now: Cut = cut;
    now.count += earlier?.count ?? 1;
    now.bytes += earlier?.bytes ?? HEADER_BYTES + frame.body.byteLength;
    now.seq = frame.seq;
  }
  close();
  return kept;
}

function lineFor({ count, bytes, seq, parent }: Cut): Frame {
  const text =
    `[${count.toLocaleString("en")} outputs (${(bytes / 1e6).toFixed(1)} MB) are missing here: ` +
    "there was no room to keep them until somebody read them]\n";
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), "utf8");
  const parts = [
    json({ msg_id: `loopbook_cut_${seq}`, msg_type: "stream" }),
    parent,
    json({}),
    json({ name: "stderr", text, [CUT_MARK]: { count, bytes } }),
  ];
  return {
    seq,
    kind: KIND.message,
    body: Buffer.concat(messageBody({ channel: "iopub", isOutput: true, parts })),
  };
}

/** What an earlier cut left out, when this is its line. */
function cutIn(content: Buffer | undefined): { readonly count: number; readonly bytes: number } | null {
  if (content === undefined || !content.includes(CUT_MARK)) return null;
  try {
    const mark = (JSON.parse(content.toString("utf8")) as Record<string, { count: number; bytes: number }>)[
      CUT_MARK
    ];
    return mark !== undefined && Number.isInteger(mark.count) ? mark : null;
  } catch {
    return null;
  }
}
