import { type ReactNode, useEffect, useRef, useState } from "react";
import { useKept } from "../../notebook/kept-state.ts";
import { Button } from "../../parts/button.tsx";
import { useIsNear } from "../../session/use-outputs.ts";
import { formatBytes } from "../../text/sizes.ts";
import { saveAs } from "./file-name.ts";
import styles from "./frame.module.css";
import { type FrameLink, linkFrame } from "./frame-link.ts";
import { type FrameKind, type FromFrame, MAX_HEIGHT } from "./protocol.ts";
import { useLook } from "./use-look.ts";

interface OutputFrameProps {
  readonly kind: FrameKind;
  /** For those who do not see it. */
  readonly title: string;
  /** What runs in it. The same function as long as the frame is to stay. */
  readonly load: () => Promise<string>;
  /** What it draws; another one is drawn in its place. */
  readonly payload: unknown;
  /** Before its height is known, in pixels. */
  readonly guess?: number;
  readonly exports?: readonly ("png" | "svg")[];
  /** Speaks with what runs in it: given how to speak, it gives back who hears. The same function as `load`. */
  readonly talk?: (say: (word: unknown) => void) => Talk;
  /** What is shown when it cannot draw. */
  readonly fallback: ReactNode;
}

export interface Talk {
  hear(word: unknown): void;
  end(): void;
}

type Offer =
  | { readonly type: "file"; readonly name: string; readonly mime: string; readonly bytes: ArrayBuffer }
  | { readonly type: "link"; readonly address: string };

/** An output in a frame of its own: made when it comes near the window, as high as its content, kept from then on. */
export function OutputFrame(props: OutputFrameProps) {
  const root = useRef<HTMLDivElement>(null);
  const isNear = useIsNear(root);
  const [isWanted, setWanted] = useState(false);
  const [height] = useKept("frame height", props.guess ?? 240);
  if (isNear && !isWanted) setWanted(true);
  return (
    <div ref={root} className={styles.place} style={isWanted ? undefined : { height }}>
      {isWanted && <Frame {...props} />}
    </div>
  );
}

function Frame({ kind, title, load, payload, guess = 240, exports = [], talk, fallback }: OutputFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const link = useRef<FrameLink | null>(null);
  const look = useLook();
  const [height, setHeight] = useKept("frame height", guess);
  const [isDrawn, setDrawn] = useState(false);
  const [isLost, setLost] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [hosts, setHosts] = useState<readonly string[]>([]);
  const [offer, setOffer] = useState<Offer | null>(null);
  const hear = useRef<(message: FromFrame) => void>(() => {});
  hear.current = (message) => {
    switch (message.type) {
      case "drawn":
        setDrawn(true);
        return setFailure(null);
      case "size":
        // Before anything is drawn it has no height of its own.
        if (message.height > 0) setHeight(Math.min(MAX_HEIGHT, message.height));
        return;
      case "failed":
        return setFailure(message.message);
      case "blocked":
        return setHosts((before) => (before.includes(message.host) ? before : [...before, message.host]));
      case "file":
        // Of a chart it comes when the reader pressed our button. A script can offer one at any time: they are asked.
        if (kind === "scripts") return setOffer(message);
        return saveAs(message.name, message.mime, message.bytes);
      case "link":
        return setOffer(isWebAddress(message.address) ? message : null);
      case "leave":
        return frame.current?.closest<HTMLElement>("[data-cell]")?.focus();
      case "drawing":
      case "word":
        return;
    }
  };
  useEffect(() => {
    if (!frame.current) return;
    const opened = linkFrame({
      frame: frame.current,
      load,
      onMessage: (message) => {
        if (message.type === "word") spoken?.hear(message.word);
        else hear.current(message);
      },
      onLost: () => setLost(true),
    });
    frame.current.src = `/frame/${kind}`;
    link.current = opened;
    const spoken = talk?.((word) => opened.send({ type: "word", word }));
    return () => {
      spoken?.end();
      opened.close();
    };
  }, [kind, load, talk]);
  useEffect(() => link.current?.send({ type: "look", look }), [look]);
  useEffect(() => link.current?.send({ type: "render", payload }), [payload]);

  if (isLost || (failure !== null && !isDrawn)) {
    return (
      <>
        {fallback}
        <p className={styles.note}>{isLost ? "This output went away from its frame." : failure}</p>
      </>
    );
  }
  return (
    <>
      <iframe
        ref={frame}
        className={`${styles.frame} ${isDrawn ? "" : styles.waiting}`}
        style={{ height, colorScheme: look.isDark ? "dark" : "light" }}
        title={title}
        sandbox="allow-scripts"
        referrerPolicy="no-referrer"
        aria-busy={!isDrawn}
      />
      {isDrawn && exports.length > 0 && (
        <div className={styles.tools}>
          {exports.map((format) => (
            <button
              key={format}
              type="button"
              className={styles.tool}
              aria-label={`Save as ${format.toUpperCase()}: ${title}`}
              onClick={() => link.current?.send({ type: "export", format })}
            >
              {format.toUpperCase()}
            </button>
          ))}
        </div>
      )}
      {failure !== null && <p className={styles.note}>{failure}</p>}
      {hosts.length > 0 && (
        <p className={styles.note}>Outputs reach no other address. This one wanted: {hosts.join(", ")}</p>
      )}
      {offer !== null && <OfferNote offer={offer} onDone={() => setOffer(null)} />}
    </>
  );
}

function OfferNote({ offer, onDone }: { offer: Offer; onDone: () => void }) {
  const isFile = offer.type === "file";
  const accept = (): void => {
    if (isFile) saveAs(offer.name, offer.mime, offer.bytes);
    else window.open(offer.address, "_blank", "noopener,noreferrer");
    onDone();
  };
  return (
    <p className={styles.note} role="status">
      {isFile
        ? `This output offers a file (${formatBytes(offer.bytes.byteLength)}).`
        : `This output leads to ${offer.address}`}
      <Button onClick={accept}>{isFile ? "Save it" : "Open it"}</Button>
      <Button onClick={onDone}>No</Button>
    </p>
  );
}

function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^(?:https?|mailto):$/.test(new URL(address).protocol);
}
