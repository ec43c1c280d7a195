/**
 * What the page and an output's frame say to each other. The first word each way goes over `window`; the page answers
 * it with the code to run and one end of a channel, and from then on both speak over that. Each end parses what it
 * hears: a frame may hold scripts of a notebook, which can say what they like.
 */
import * as z from "zod/mini";

/** How a frame's document is served, which says what may run in it: `/frame/<kind>`. */
export type FrameKind = "data" | "charts" | "scripts";

/** A frame is not higher; what is more scrolls inside it. */
export const MAX_HEIGHT = 4_000;
/** What a frame may offer to be saved. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** From the frame's document: it is there. */
export const helloSchema = z.object({ loopbook: z.literal("frame") });

/** The page's answer; the channel's port goes with it. */
export const beginSchema = z.object({ loopbook: z.literal("begin"), code: z.string() });
export type Begin = z.infer<typeof beginSchema>;

const look = z.object({
  isDark: z.boolean(),
  /** Colours and type of the page, as CSS values: `ink`, `paper`, `line`, … */
  tokens: z.record(z.string(), z.string()),
});
export type Look = z.infer<typeof look>;

export const toFrameSchema = z.discriminatedUnion("type", [
  /** Draws it, in the place of what was drawn before. */
  z.object({ type: z.literal("render"), payload: z.unknown() }),
  z.object({ type: z.literal("look"), look }),
  /** A word to what runs in it, in a form of its own. */
  z.object({ type: z.literal("word"), word: z.unknown() }),
  /** Asks for what is drawn as a file; answered by `file`. */
  z.object({ type: z.literal("export"), format: z.enum(["png", "svg"]) }),
]);
export type ToFrame = z.infer<typeof toFrameSchema>;

export const fromFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("drawn") }),
  /** A word of what runs in it, in a form of its own: to be parsed by who hears it. */
  z.object({ type: z.literal("word"), word: z.unknown() }),
  /** Of its content, in CSS pixels. */
  z.object({ type: z.literal("size"), height: z.number().check(z.gte(0), z.lte(10_000_000)) }),
  z.object({ type: z.literal("failed"), message: z.string().check(z.maxLength(10_000)) }),
  /** It wanted something from elsewhere, which was refused. */
  z.object({ type: z.literal("blocked"), host: z.string().check(z.maxLength(300)) }),
  z.object({
    type: z.literal("file"),
    name: z.string().check(z.minLength(1), z.maxLength(200)),
    mime: z.string().check(z.maxLength(100)),
    bytes: z.instanceof(ArrayBuffer),
  }),
  /** The reader pressed Escape: the keyboard goes back to the page. */
  z.object({ type: z.literal("leave") }),
  /** A link was followed. */
  z.object({ type: z.literal("link"), address: z.string().check(z.maxLength(4_000)) }),
  /** A drawing, for the page to show as an image. */
  z.object({
    type: z.literal("drawing"),
    id: z.string().check(z.maxLength(100)),
    svg: z.nullable(z.string()),
    message: z.nullable(z.string().check(z.maxLength(10_000))),
  }),
]);
export type FromFrame = z.infer<typeof fromFrameSchema>;
