import { useEffect, useState } from "react";
import styles from "./outputs.module.css";

interface ImageOutputProps {
  readonly address: string;
  readonly alt: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** A white ground behind it, also in the dark theme. */
  readonly plate: boolean;
}

/** An image that is redrawn in place never flickers: the old one stays until the new one is decoded. */
export function ImageOutput({ address, alt, width, height, plate }: ImageOutputProps) {
  const [shown, setShown] = useState(address);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (address === shown) return;
    let wanted = true;
    const next = new Image();
    next.src = address;
    const show = (): void => {
      if (!wanted) return;
      setBroken(false);
      setShown(address);
    };
    // An image that cannot be decoded is shown too: `onError` then says so.
    next.decode().then(show, show);
    return () => {
      wanted = false;
    };
  }, [address, shown]);
  if (broken) return <p className={styles.missing}>An image that cannot be shown (its data is damaged).</p>;
  return (
    <img
      className={`${styles.image} ${plate ? styles.plate : ""}`}
      src={shown}
      alt={alt}
      width={width}
      height={height}
      onError={() => setBroken(true)}
    />
  );
}
