import { textOf } from "../mime.ts";
import type { RendererProps } from "../renderers.ts";
import styles from "./media-output.module.css";

/** A recording: played when somebody presses play, and not before. */
export function MediaOutput({ mime, value, metadata }: RendererProps) {
  const address = `data:${mime};base64,${textOf(value).replace(/\s/g, "")}`;
  const label = typeof metadata.alt === "string" && metadata.alt !== "" ? metadata.alt : undefined;
  return mime.startsWith("audio/") ? (
    // biome-ignore lint/a11y/useMediaCaption: an output has no captions beside it.
    <audio
      className={styles.audio}
      controls
      preload="metadata"
      src={address}
      aria-label={label ?? "Recording"}
    />
  ) : (
    // biome-ignore lint/a11y/useMediaCaption: as above.
    <video className={styles.video} controls preload="metadata" src={address} aria-label={label ?? "Video"} />
  );
}
