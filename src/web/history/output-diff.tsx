import type { Output } from "../../nbformat/notebook.ts";
import { svgAddress } from "../outputs/svg-address.ts";
import styles from "./compare.module.css";
import { TextDiffView } from "./text-diff-view.tsx";

interface OutputDiffProps {
  readonly before: readonly Output[];
  readonly after: readonly Output[];
  readonly sideBySide: boolean;
}

/** What an execution gave then and gives now: its text as a difference, images beside each other. */
export function OutputDiff({ before, after, sideBySide }: OutputDiffProps) {
  const [was, is] = [before.map(outputText).join("\n"), after.map(outputText).join("\n")];
  const images = imagePairs(before, after);
  return (
    <>
      <p className={styles.part}>Outputs</p>
      {was !== is && <TextDiffView before={was} after={is} sideBySide={sideBySide} />}
      {images.map(({ before: then, after: now }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pairs are known by their place.
        <div key={index} className={styles.images}>
          <Picture address={then} label="Before" />
          <Picture address={now} label="After" />
        </div>
      ))}
      {was === is && images.length === 0 && (
        <p className={styles.note}>Data that neither text nor an image tells apart.</p>
      )}
    </>
  );
}

function Picture({ address, label }: { address: string | null; label: string }) {
  return (
    <figure className={styles.image}>
      <figcaption>{label}</figcaption>
      {address === null ? (
        <p className={styles.note}>No image.</p>
      ) : (
        <img src={address} alt={`Output ${label.toLowerCase()}`} />
      )}
    </figure>
  );
}

export interface ImagePair {
  readonly before: string | null;
  readonly after: string | null;
}

/** Images of both by their order, those that differ. */
export function imagePairs(before: readonly Output[], after: readonly Output[]): readonly ImagePair[] {
  const [was, is] = [before.flatMap(imageOf), after.flatMap(imageOf)];
  return Array.from({ length: Math.max(was.length, is.length) }, (_, index) => ({
    before: was[index] ?? null,
    after: is[index] ?? null,
  })).filter((pair) => pair.before !== pair.after);
}

const RASTER = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** Its address; SVG too is shown as an image, where no script of it runs. */
function imageOf(output: Output): string[] {
  if (output.output_type === "stream" || output.output_type === "error") return [];
  for (const type of RASTER) {
    const data = asText(output.data[type]);
    if (data !== null) return [`data:${type};base64,${data.replace(/\s/g, "")}`];
  }
  const svg = asText(output.data["image/svg+xml"]);
  return svg === null ? [] : [svgAddress(svg)];
}

function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(String).join("") : null;
}

/** More of an output is not compared. */
const MAX_OUTPUT = 20_000;

function outputText(output: Output): string {
  if (output.output_type === "stream") return output.text.slice(0, MAX_OUTPUT);
  if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
  const plain = output.data["text/plain"];
  const types = Object.keys(output.data).filter((type) => type !== "text/plain");
  const text = typeof plain === "string" ? plain.slice(0, MAX_OUTPUT) : "";
  return [types.length > 0 ? `[${types.join(", ")}]` : "", text].filter((part) => part !== "").join(" ");
}
