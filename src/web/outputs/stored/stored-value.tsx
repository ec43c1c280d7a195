import { useEffect, useMemo, useRef, useState } from "react";
import type { StoredValue } from "../../../document/output-face.ts";
import type { DisplayDataOutput, ExecuteResultOutput, Output } from "../../../nbformat/notebook.ts";
import { useKept } from "../../notebook/kept-state.ts";
import { useIsNear, useNewest, useOutputs } from "../../session/use-outputs.ts";
import { formatBytes } from "../../text/sizes.ts";
import { ImageOutput } from "../image-output.tsx";
import { altOf, shownForms, sizeOf } from "../mime.ts";
import styles from "../outputs.module.css";
import { mayHaveRenderer } from "../renderers.ts";

/** A page that draws more stands still for a moment: somebody has to want it. */
const MAX_UNASKED_BYTES = 5_000_000;

interface StoredOutputProps<T> {
  readonly output: T;
  readonly stored: StoredValue;
  /** Draws an output that is whole. */
  readonly draw: (whole: Output) => React.ReactNode;
}

/** A value that is too big to come with the notebook: read when it is near the window, and again when it changes there. */
export function StoredValueOutput({ output, stored, draw }: StoredOutputProps<Output>) {
  const root = useRef<HTMLDivElement>(null);
  const isNear = useIsNear(root);
  const [form] = shownForms(stored.forms);
  const isImage =
    form?.startsWith("image/") &&
    !mayHaveRenderer(stored.forms) &&
    output.output_type !== "stream" &&
    output.output_type !== "error";
  // A script is handed to its frame by the server, which knows whether it may run: its text is not read here.
  const script = useMemo(() => scriptFace(output, stored), [output, stored]);
  if (script !== null) return draw(script);
  return (
    <div ref={root} className={isNear ? undefined : styles.awaited}>
      {isImage && form ? (
        <StoredImage output={output} stored={stored} mime={form} isNear={isNear} />
      ) : (
        <StoredWhole output={output} stored={stored} draw={draw} isNear={isNear} />
      )}
    </div>
  );
}

function StoredWhole({ output, stored, draw, isNear }: StoredOutputProps<Output> & { isNear: boolean }) {
  const outputs = useOutputs();
  const [isAsked, setAsked] = useKept("whole", false);
  const isAwaited = stored.bytes > MAX_UNASKED_BYTES && !isAsked;
  const state = isNear && !isAwaited ? `${stored.ref} ${stored.seq}` : null;
  const { value, isGone } = useNewest<Output>(state, (_, signal) => outputs.value(stored.ref, signal));
  if (isAwaited) {
    return (
      <>
        {draw(output)}
        <button type="button" className={styles.fold} onClick={() => setAsked(true)}>
          Show all of it ({formatBytes(stored.bytes)})
        </button>
      </>
    );
  }
  return (
    <>
      {isGone && <Gone />}
      {value !== null ? draw(value) : (isGone || stored.forms["text/html"] === undefined) && draw(output)}
    </>
  );
}

interface StoredImageProps {
  readonly output: DisplayDataOutput | ExecuteResultOutput;
  readonly stored: StoredValue;
  readonly mime: string;
  readonly isNear: boolean;
}

/** Straight from the store, as an image. One is loaded at a time: of a chart that is redrawn quicker the newest wins. */
function StoredImage({ output, stored, mime, isNear }: StoredImageProps) {
  const outputs = useOutputs();
  const newest = outputs.dataAddress(stored.ref, mime, stored.seq);
  const [shown, setShown] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  const loading = useRef(false);
  const wanted = useRef(newest);
  wanted.current = newest;
  useEffect(() => {
    if (!isNear || loading.current || newest === shown) return;
    loading.current = true;
    const load = async (address: string): Promise<void> => {
      const image = new Image();
      image.src = address;
      const isThere = await image.decode().then(
        () => true,
        () => false,
      );
      // It may have been replaced or run again meanwhile.
      if (!isThere && wanted.current !== address) return load(wanted.current);
      loading.current = false;
      setGone(!isThere);
      setShown(address);
    };
    void load(newest);
  }, [newest, shown, isNear]);
  const { width, height } = sizeOf(output.metadata[mime]);
  if (isGone) return <Gone />;
  if (shown === null) return <div style={{ width, height }} aria-busy="true" />;
  const alt = altOf(output.metadata, output.data);
  return (
    <ImageOutput address={shown} alt={alt} width={width} height={height} plate={mime !== "image/svg+xml"} />
  );
}

/** What stands for an output whose script is in the store: its forms by name. Null: it is none. */
function scriptFace(output: Output, { forms }: StoredValue): Output | null {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return null;
  if (!("application/javascript" in forms) || "text/html" in forms) return null;
  const empty = Object.fromEntries(Object.keys(forms).map((mime) => [mime, ""]));
  return { ...output, data: { ...empty, ...output.data } };
}

function Gone() {
  return <p className={styles.missing}>The whole of this output is not there any more.</p>;
}
