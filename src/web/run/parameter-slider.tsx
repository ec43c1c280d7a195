import styles from "./parameters-panel.module.css";
import { PLACES, placeOf, type Range, valueAt } from "./slider-scale.ts";

interface ParameterSliderProps {
  readonly label: string;
  readonly range: Range;
  readonly whole: boolean;
  readonly value: number;
  readonly disabled: boolean;
  readonly onValue: (text: string) => void;
}

/** Beside the number, for who tries out rather than knows. */
export function ParameterSlider({ label, range, whole, value, disabled, onValue }: ParameterSliderProps) {
  const steps = whole ? Math.min(PLACES, range.max - range.min) : PLACES;
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label={`${label}, slider`}
      aria-valuetext={Number.isFinite(value) ? String(value) : "no number"}
      min={0}
      max={PLACES}
      step={PLACES / steps}
      value={placeOf(value, range)}
      disabled={disabled}
      onChange={(event) => onValue(String(valueAt(Number(event.target.value), range, whole)))}
    />
  );
}
