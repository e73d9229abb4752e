import { expect, it } from 'vitest';
import { fitted, type Viewport } from './fit';
import type { Rect } from './geometry';

const canvas = { width: 1000, height: 600 };
const buttons: Rect = { x: 15, y: 545, w: 230, h: 40 };
const node = (x: number, y: number): Rect => ({ x, y, w: 180, h: 80 });

function onCanvas(rect: Rect, { x, y, zoom }: Viewport): Rect {
  return { x: rect.x * zoom + x, y: rect.y * zoom + y, w: rect.w * zoom, h: rect.h * zoom };
}

const apart = (a: Rect, b: Rect) =>
  a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;

function shown(rects: readonly Rect[], over: readonly Rect[]): Viewport {
  const camera = fitted(rects, { ...canvas, over });
  if (!camera) throw new Error('nothing to show');
  for (const rect of rects) {
    const { x, y, w, h } = onCanvas(rect, camera);
    expect(x >= 0 && y >= 0 && x + w <= canvas.width && y + h <= canvas.height).toBe(true);
    for (const thing of over) expect(apart(onCanvas(rect, camera), thing)).toBe(true);
  }
  return camera;
}

it('puts a small drawing in the middle, hardly enlarged', () => {
  const camera = shown([node(0, 0)], [buttons]);
  expect(camera).toEqual({ zoom: 1.1, x: 500 - 90 * 1.1, y: 300 - 40 * 1.1 });
});

it('gives way to what lies over the canvas only when a component would be under it', () => {
  const upper = [node(0, 0), node(2000, 1000)];
  expect(shown(upper, [buttons])).toEqual(shown(upper, []));
  const lower = [node(0, 1000), node(2000, 0)];
  // It is as wide as the canvas, so only its height has room to spare.
  const { y, ...rest } = shown(lower, [buttons]);
  const { y: alone, ...same } = shown(lower, []);
  expect(rest).toEqual(same);
  expect(y).toBeLessThan(alone);
});

it('gives way on the side where the drawing stays largest', () => {
  const wide = shown([node(0, 0), node(2000, 0), node(0, 950)], [buttons]);
  const tall = shown([node(0, 0), node(200, 2000), node(0, 2000)], [buttons]);
  // A wide drawing goes up, a tall one aside and keeps its size.
  expect(onCanvas(node(0, 950), wide).x).toBeLessThan(buttons.x + buttons.w);
  expect(tall.zoom).toBe(shown([node(0, 0), node(200, 2000), node(0, 2000)], []).zoom);
});

it('keeps clear of several things at once', () => {
  const banner: Rect = { x: 0, y: 0, w: 1000, h: 44 };
  shown([node(0, 0), node(800, 0), node(0, 2000), node(800, 2000)], [banner, buttons]);
});

it('has nothing to show of an empty drawing', () => {
  expect(fitted([], { ...canvas, over: [] })).toBeNull();
});
