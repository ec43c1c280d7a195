/** Where an image stands in its window while one zooms and pans. Pixels of the window; pure. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Zoom {
  /** Pixels of the window for one of the image's. */
  readonly scale: number;
  /** The image's upper left corner. */
  readonly x: number;
  readonly y: number;
}

export const MAX_SCALE = 32;
const STEP = 1.25;

/** All of it in view; a small one is not blown up. */
export function fitted(image: Size, view: Size): Zoom {
  const scale = Math.min(1, view.width / image.width, view.height / image.height);
  return centred(scale, image, view);
}

function centred(scale: number, image: Size, view: Size): Zoom {
  return { scale, x: (view.width - image.width * scale) / 2, y: (view.height - image.height * scale) / 2 };
}

/** Nearer or further, so that what is under the point stays there. */
export function zoomedTo(zoom: Zoom, scale: number, at: Point, image: Size, view: Size): Zoom {
  const smallest = Math.min(fitted(image, view).scale, 0.1);
  const next = Math.min(MAX_SCALE, Math.max(smallest, scale));
  const moved = {
    scale: next,
    x: at.x - ((at.x - zoom.x) / zoom.scale) * next,
    y: at.y - ((at.y - zoom.y) / zoom.scale) * next,
  };
  return within(moved, image, view);
}

export function stepped(zoom: Zoom, steps: number, at: Point, image: Size, view: Size): Zoom {
  return zoomedTo(zoom, zoom.scale * STEP ** steps, at, image, view);
}

export function panned(zoom: Zoom, by: Point, image: Size, view: Size): Zoom {
  return within({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, image, view);
}

/** Smaller than its window it stands in the middle, bigger it leaves no gap at an edge. */
export function within(zoom: Zoom, image: Size, view: Size): Zoom {
  const axis = (at: number, length: number, room: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at));
  return {
    scale: zoom.scale,
    x: axis(zoom.x, image.width * zoom.scale, view.width),
    y: axis(zoom.y, image.height * zoom.scale, view.height),
  };
}
