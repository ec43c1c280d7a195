import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { usePage } from "../../notebook/page-context.ts";
import { Button, IconButton } from "../../parts/button.tsx";
import { CloseIcon, CopyIcon } from "../../parts/icons.tsx";
import { saveFrom } from "../tools/save-file.ts";
import { copyImage, imageName } from "./image-files.ts";
import styles from "./image-viewer.module.css";
import { fitted, type Point, panned, type Size, stepped, within, type Zoom, zoomedTo } from "./zoom.ts";

interface ImageViewerProps {
  readonly address: string;
  readonly alt: string;
  readonly plate: boolean;
  readonly onClose: () => void;
}

/** Pixels an arrow key pans. */
const PAN = 80;
const PRECISION = 0.005;

/** One image over the whole window: fitted, in its own size or closer, dragged, copied, kept. */
export function ImageViewer({ address, alt, plate, onClose }: ImageViewerProps) {
  const page = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  const [view, setView] = useState<Size>({ width: 1, height: 1 });
  /** Null: fitted, also when the window changes. */
  const [chosen, setChosen] = useState<Zoom | null>(null);
  const drag = useRef<Point | null>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    stage.current?.focus();
    return () => element?.close();
  }, []);
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setView({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const natural = size ?? { width: 1, height: 1 };
  const zoom = chosen === null ? fitted(natural, view) : within(chosen, natural, view);
  const middle = { x: view.width / 2, y: view.height / 2 };
  const step = (steps: number, at: Point = middle): void =>
    setChosen(stepped(zoom, steps, at, natural, view));
  const pan = (x: number, y: number): void => setChosen(panned(zoom, { x, y }, natural, view));
  const own = (at: Point = middle): void => setChosen(zoomedTo(zoom, 1, at, natural, view));

  const now = useRef({ step });
  now.current = { step };
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    // React listens passively, and the page behind would scroll.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      now.current.step(-event.deltaY * PRECISION, {
        x: event.clientX - box.left,
        y: event.clientY - box.top,
      });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    // Keys of the notebook mean nothing here.
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case "+":
      case "=":
        step(1);
        break;
      case "-":
        step(-1);
        break;
      case "0":
        setChosen(null);
        break;
      case "1":
        own();
        break;
      case "ArrowLeft":
        pan(PAN, 0);
        break;
      case "ArrowRight":
        pan(-PAN, 0);
        break;
      case "ArrowUp":
        pan(0, PAN);
        break;
      case "ArrowDown":
        pan(0, -PAN);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={alt}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onKeyDown}
    >
      <header className={styles.bar}>
        <span className={styles.name}>{alt}</span>
        <Button look="quiet" aria-label="Smaller" onClick={() => step(-1)}>
          −
        </Button>
        <span className={styles.scale} role="status">
          {Math.round(zoom.scale * 100)} %
        </span>
        <Button look="quiet" aria-label="Bigger" onClick={() => step(1)}>
          +
        </Button>
        <Button look="quiet" keys="0" onClick={() => setChosen(null)}>
          Fit
        </Button>
        <Button look="quiet" keys="1" onClick={() => own()}>
          100 %
        </Button>
        <IconButton
          label="Copy the image"
          onClick={() =>
            void copyImage(image.current).then(
              () => page.tell("The image is copied."),
              () => page.tell("The browser did not let the page copy the image."),
            )
          }
        >
          <CopyIcon />
        </IconButton>
        <Button look="quiet" onClick={() => saveFrom(imageName(alt, address), address)}>
          Save
        </Button>
        <IconButton label="Close" keys="Esc" onClick={onClose}>
          <CloseIcon />
        </IconButton>
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: what is dragged and zoomed by keys takes the focus as one. */}
      <div
        ref={stage}
        role="group"
        aria-label="Image: plus and minus zoom, 0 fits, 1 is its own size, arrows move it"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
        tabIndex={0}
        className={styles.stage}
        onDoubleClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          if (chosen === null) own({ x: event.clientX - box.left, y: event.clientY - box.top });
          else setChosen(null);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={(event) => {
          if (drag.current === null) return;
          pan(event.clientX - drag.current.x, event.clientY - drag.current.y);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
      >
        <img
          ref={image}
          src={address}
          alt={alt}
          draggable={false}
          className={plate ? styles.plate : undefined}
          style={{
            visibility: size === null ? "hidden" : undefined,
            width: natural.width * zoom.scale,
            height: natural.height * zoom.scale,
            transform: `translate(${zoom.x}px, ${zoom.y}px)`,
            imageRendering: zoom.scale >= 3 ? "pixelated" : undefined,
          }}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            // An SVG without a size of its own has none.
            setSize({ width: naturalWidth || 800, height: naturalHeight || 600 })
          }
        />
      </div>
    </dialog>
  );
}
