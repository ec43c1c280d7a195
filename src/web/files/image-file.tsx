import { useState } from "react";
import { Button } from "../parts/button.tsx";
import styles from "./file-page.module.css";

const STEPS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** An image, fitted to the window or at a size of one's own. */
export function ImageFile({ address, name }: { address: string; name: string }) {
  const [zoom, setZoom] = useState<number | null>(null);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number } | null>(null);
  const step = (by: 1 | -1): void => {
    const at = zoom ?? 1;
    const next = by === 1 ? STEPS.find((one) => one > at) : STEPS.findLast((one) => one < at);
    setZoom(next ?? at);
  };
  return (
    <>
      <div className={styles.textTools}>
        <span>{size !== null && `${size.width} × ${size.height}`}</span>
        <Button aria-pressed={zoom === null} onClick={() => setZoom(null)}>
          Fit
        </Button>
        <Button aria-label="Smaller" onClick={() => step(-1)}>
          −
        </Button>
        <Button onClick={() => setZoom(1)}>{Math.round((zoom ?? 1) * 100)} %</Button>
        <Button aria-label="Bigger" onClick={() => step(1)}>
          +
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section className={styles.image} tabIndex={0} aria-label="Image">
        <img
          src={address}
          alt={name}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
          style={
            zoom === null || size === null
              ? { maxWidth: "100%" }
              : { width: size.width * zoom, maxWidth: "none" }
          }
        />
      </section>
    </>
  );
}
