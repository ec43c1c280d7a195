import { useEffect, useRef, useState } from "react";
import { Button } from "../../parts/button.tsx";
import { formatBytes } from "../../text/sizes.ts";
import { textOf } from "../mime.ts";
import type { RendererProps } from "../renderers.ts";
import { saveFile } from "../tools/save-file.ts";
import { bytesOf, openPdf, type PdfDocument } from "./open-pdf.ts";
import styles from "./pdf-output.module.css";
import { PdfPage } from "./pdf-page.tsx";

const MIN_SCALE = 0.25;
const MAX_SCALE = 5;

/** A PDF: its pages below each other in a box that scrolls, drawn when they come into view. */
export function PdfOutput({ value, fallback }: RendererProps) {
  const base64 = textOf(value);
  const [pdf, setPdf] = useState<PdfDocument | "damaged" | null>(null);
  const [scale, setScale] = useState<number | null>(null);
  const [now, setNow] = useState(1);
  const view = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(600);

  useEffect(() => {
    let wanted = true;
    let opened: PdfDocument | null = null;
    openPdf(base64).then(
      (document) => {
        if (!wanted) return void document.close();
        opened = document;
        setPdf(document);
      },
      () => wanted && setPdf("damaged"),
    );
    return () => {
      wanted = false;
      void opened?.close();
    };
  }, [base64]);
  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth - 26));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  if (pdf === "damaged")
    return (
      <>
        <p className={styles.damaged}>
          This PDF cannot be shown: its data is damaged, or it asks for a password.
        </p>
        {fallback}
      </>
    );
  const fit = pdf === null ? 1 : Math.min(2, room / pdf.width);
  const shown = scale ?? fit;
  const zoom = (factor: number): void => setScale(Math.min(MAX_SCALE, Math.max(MIN_SCALE, shown * factor)));
  const goTo = (page: number): void => {
    const target = view.current?.querySelector<HTMLElement>(`[data-page="${page}"]`);
    if (view.current && target) view.current.scrollTop = target.offsetTop - 8;
  };
  return (
    <section className={styles.pdf} aria-label="PDF">
      <div className={styles.bar}>
        <span className={styles.pages}>
          <Button look="quiet" aria-label="Page before" disabled={now <= 1} onClick={() => goTo(now - 1)}>
            ‹
          </Button>
          <span role="status">{pdf === null ? "…" : `page ${now} of ${pdf.pages}`}</span>
          <Button
            look="quiet"
            aria-label="Page after"
            disabled={pdf === null || now >= pdf.pages}
            onClick={() => goTo(now + 1)}
          >
            ›
          </Button>
        </span>
        <Button look="quiet" aria-label="Smaller" onClick={() => zoom(1 / 1.25)}>
          −
        </Button>
        <span className={styles.scale}>{Math.round(shown * 100)} %</span>
        <Button look="quiet" aria-label="Bigger" onClick={() => zoom(1.25)}>
          +
        </Button>
        <Button look="quiet" aria-pressed={scale === null} onClick={() => setScale(null)}>
          Fit
        </Button>
        <Button
          look="quiet"
          onClick={() => saveFile("document.pdf", new Blob([bytesOf(base64)], { type: "application/pdf" }))}
        >
          Save ({formatBytes((base64.length * 3) / 4)})
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a region that scrolls, reached by keyboard. */}
      <div
        ref={view}
        role="group"
        aria-label="Pages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className={styles.view}
        aria-busy={pdf === null}
        onScroll={(event) => setNow(pageAt(event.currentTarget))}
      >
        {pdf !== null &&
          Array.from({ length: pdf.pages }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number.
            <PdfPage key={index} pdf={pdf} number={index + 1} scale={shown} />
          ))}
      </div>
    </section>
  );
}

/** The page that takes the middle of the view. */
function pageAt(view: HTMLElement): number {
  const middle = view.scrollTop + view.clientHeight / 2;
  const pages = [...view.querySelectorAll<HTMLElement>("[data-page]")];
  return Number(pages.findLast(({ offsetTop }) => offsetTop <= middle)?.dataset.page ?? 1);
}
