/** What a page asks of widgets, parsed. */
import { z } from "zod";
import { MalformedFrame } from "../../api/live-frames.ts";
import type { WidgetsAsk } from "../../api/widgets.ts";

const MAX_ID = 200;
const object = z.record(z.string(), z.json());
const ask = z.discriminatedUnion("type", [
  z.object({ type: z.literal("watch") }),
  z.object({
    type: z.literal("comm"),
    id: z.string().min(1).max(MAX_ID),
    message: z.object({
      type: z.enum(["comm_open", "comm_msg", "comm_close"]),
      commId: z.string().min(1).max(MAX_ID),
      targetName: z.enum(["jupyter.widget"]).nullable(),
      data: object,
      metadata: object,
    }),
    cellId: z.string().max(MAX_ID).nullable(),
  }),
]);

/** @throws MalformedFrame */
export function parseWidgetsAsk(text: string): WidgetsAsk {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedFrame("a message about widgets that is no JSON", { cause });
  }
  const parsed = ask.safeParse(json);
  if (!parsed.success) throw new MalformedFrame("an unknown message about widgets");
  return parsed.data;
}
