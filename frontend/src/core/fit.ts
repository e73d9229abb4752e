/** Where the camera has to be for the whole drawing to be seen, beside whatever lies over the canvas. */
import { around, type Rect } from './geometry';

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

/** The canvas in its own pixels, and what lies over it: buttons, banners. */
export interface Frame {
  width: number;
  height: number;
  over: readonly Rect[];
}

interface Sides {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Of the canvas's width and height, on each side. */
const PADDING_RATIO = 0.028;
const ZOOM_LEAST = 0.1;
/** A small drawing is not blown up. */
const ZOOM_MOST = 1.1;
/** Between a component and what lies over the canvas: also badges reach a little below their component. */
const GAP_PX = 12;

/** Show all of `rects` (flow coordinates) as large as can be with none of them under anything; null without any. */
export function fitted(rects: readonly Rect[], frame: Frame): Viewport | null {
  if (rects.length === 0) return null;
  const whole = around(rects);
  const plain: Sides = {
    left: frame.width * PADDING_RATIO,
    top: frame.height * PADDING_RATIO,
    right: frame.width * PADDING_RATIO,
    bottom: frame.height * PADDING_RATIO,
  };
  let best = within(whole, frame, plain);
  // One thing after the other: to its side, above or below it, wherever the drawing stays largest.
  let sides = plain;
  for (const thing of frame.over) {
    if (!hides(thing, rects, best)) continue;
    const ways = beside(thing, frame, sides).map((way) => ({ way, camera: within(whole, frame, way) }));
    const found = ways.reduce((a, b) => (b.camera.zoom > a.camera.zoom ? b : a));
    sides = found.way;
    best = found.camera;
  }
  return best;
}

/** In the middle of the canvas, moved only as far as the sides demand. */
function within(whole: Rect, { width, height }: Frame, sides: Sides): Viewport {
  const room = { w: width - sides.left - sides.right, h: height - sides.top - sides.bottom };
  const wanted = Math.min(ZOOM_MOST, room.w / whole.w, room.h / whole.h);
  const zoom = Math.max(ZOOM_LEAST, wanted);
  const place = (start: number, length: number, size: number, near: number, far: number) => {
    const middle = (size - length * zoom) / 2;
    return Math.max(near, Math.min(middle, size - far - length * zoom)) - start * zoom;
  };
  return {
    x: place(whole.x, whole.w, width, sides.left, sides.right),
    y: place(whole.y, whole.h, height, sides.top, sides.bottom),
    zoom,
  };
}

function hides(thing: Rect, rects: readonly Rect[], { x, y, zoom }: Viewport): boolean {
  return rects.some(
    (rect) =>
      rect.x * zoom + x < thing.x + thing.w + GAP_PX &&
      (rect.x + rect.w) * zoom + x > thing.x - GAP_PX &&
      rect.y * zoom + y < thing.y + thing.h + GAP_PX &&
      (rect.y + rect.h) * zoom + y > thing.y - GAP_PX,
  );
}

/** The four ways to keep clear of something. */
function beside(thing: Rect, { width, height }: Frame, sides: Sides): Sides[] {
  return [
    { ...sides, left: Math.max(sides.left, thing.x + thing.w + GAP_PX) },
    { ...sides, right: Math.max(sides.right, width - thing.x + GAP_PX) },
    { ...sides, top: Math.max(sides.top, thing.y + thing.h + GAP_PX) },
    { ...sides, bottom: Math.max(sides.bottom, height - thing.y + GAP_PX) },
  ];
}
