import type { FaceNumber } from "../../telemetry/faces.ts";
import styles from "./summary.module.css";

const WIDTH = 120;
const HEIGHT = 22;

/** The course of a series, no bigger than a word; its numbers stand beside it. */
export function Spark({ values }: { readonly values: readonly FaceNumber[] }) {
  const numbers = values.map(Number);
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return null;
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const x = (at: number): number => 2 + (numbers.length === 1 ? 1 : at / (numbers.length - 1)) * (WIDTH - 4);
  const y = (value: number): number =>
    span === 0 ? HEIGHT / 2 : HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6);
  let path = "";
  let isDown = false;
  numbers.forEach((value, at) => {
    if (!Number.isFinite(value)) {
      isDown = false;
      return;
    }
    path += `${isDown ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = true;
  });
  const last = numbers.findLastIndex(Number.isFinite);
  return (
    <svg className={styles.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={path} />
      <circle cx={x(last)} cy={y(numbers[last] ?? 0)} r={2.2} />
    </svg>
  );
}
