import { lazy, Suspense, useEffect, useState } from "react";
import styles from "./outputs.module.css";

const ImageViewer = lazy(async () => ({
  default: (await import("./media/image-viewer.tsx")).ImageViewer,
}));

interface ImageOutputProps {
  readonly address: string;
  readonly alt: string;
  /** In CSS pixels; with one of them, the other keeps the image's shape. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** A white ground behind it, also in the dark theme. */
  readonly plate: boolean;
}

/**
 * An image that is redrawn in place never flickers: the old one stays until the new one is decoded. It opens in a window
 * of its own to be looked at closely.
 */
export function ImageOutput({ address, alt, width, height, plate }: ImageOutputProps) {
  const [shown, setShown] = useState(address);
  const [broken, setBroken] = useState(false);
  const [isOpen, setOpen] = useState(false);
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
    <>
      <button
        type="button"
        className={styles.enlarge}
        title="Look at it closely"
        onClick={() => setOpen(true)}
      >
        <img
          className={`${styles.image} ${plate ? styles.plate : ""}`}
          src={shown}
          alt={alt}
          width={width}
          height={height}
          onError={() => setBroken(true)}
        />
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <ImageViewer address={shown} alt={alt} plate={plate} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
