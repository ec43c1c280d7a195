import { useEffect, useRef, useState } from "react";
import { type PdfDocument, PIXELS_PER_POINT } from "./open-pdf.ts";
import styles from "./pdf-output.module.css";

interface PdfPageProps {
  readonly pdf: PdfDocument;
  readonly number: number;
  readonly scale: number;
}

/** One page: drawn while it is in view or near it, its text above it to be read, chosen and found. */
export function PdfPage({ pdf, number, scale }: PdfPageProps) {
  const root = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  const [size, setSize] = useState({ width: pdf.width, height: pdf.height });

  useEffect(() => {
    if (!root.current) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((one) => one.isIntersecting)),
      {
        rootMargin: "400px",
      },
    );
    observer.observe(root.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (!isNear) return;
    let wanted = true;
    let cancel = (): void => undefined;
    const draw = async (): Promise<void> => {
      const page = await pdf.page(number);
      const element = canvas.current;
      const layer = text.current;
      if (!wanted || !element || !layer) return;
      const own = page.getViewport({ scale: PIXELS_PER_POINT });
      setSize({ width: own.width, height: own.height });
      // Sharp on fine screens; an enormous canvas is drawn by no browser.
      const ratio = Math.min(
        window.devicePixelRatio || 1,
        4096 / Math.max(own.width * scale, own.height * scale),
      );
      const viewport = page.getViewport({ scale: scale * PIXELS_PER_POINT * ratio });
      element.width = Math.floor(viewport.width);
      element.height = Math.floor(viewport.height);
      const task = page.render({ canvas: element, viewport });
      cancel = () => task.cancel();
      await task.promise;
      if (!wanted) return;
      layer.replaceChildren();
      await pdf.textLayer(page, layer, scale);
    };
    draw().catch(() => undefined);
    return () => {
      wanted = false;
      cancel();
    };
  }, [pdf, number, scale, isNear]);

  return (
    <section
      ref={root}
      aria-label={`Page ${number}`}
      data-page={number}
      className={styles.page}
      style={{
        width: size.width * scale,
        height: size.height * scale,
        ["--total-scale-factor" as string]: scale * PIXELS_PER_POINT,
        ["--scale-round-x" as string]: "1px",
        ["--scale-round-y" as string]: "1px",
      }}
    >
      <canvas ref={canvas} className={styles.canvas} />
      <div ref={text} className={styles.text} />
    </section>
  );
}
