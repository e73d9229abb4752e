import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Surface, type View } from './Surface';

const WIDTH = 400;
const HEIGHT = 300;
let place: [number, number, number];
let paints: View[];
let canvas: HTMLCanvasElement;
let surface: Surface;

/** happy-dom lays nothing out and paints nothing. */
function makeCanvas(): HTMLCanvasElement {
  const parent = document.createElement('div');
  const made = document.createElement('canvas');
  parent.append(made);
  parent.getBoundingClientRect = () => ({ left: 10, top: 20, width: WIDTH, height: HEIGHT }) as DOMRect;
  made.getContext = (() => ({ setTransform() {}, clearRect() {} })) as unknown as typeof made.getContext;
  Object.defineProperty(made, 'clientWidth', { get: () => Number.parseFloat(made.style.width) });
  Object.defineProperty(made, 'clientHeight', { get: () => Number.parseFloat(made.style.height) });
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      #act: () => void;
      constructor(act: () => void) {
        this.#act = act;
      }
      observe() {
        this.#act();
      }
      disconnect() {}
    },
  );
  place = [0, 0, 1];
  paints = [];
  canvas = makeCanvas();
  const paint = (_: unknown, view: View) => {
    paints.push(view);
    return 0;
  };
  surface = new Surface(canvas, () => place, 4, paint);
  vi.advanceTimersByTime(1000);
});

afterEach(() => {
  surface.dispose();
  vi.useRealTimers();
});

describe('a surface', () => {
  it('reaches beyond its parent on every side', () => {
    expect(paints).toHaveLength(1);
    expect([canvas.style.left, canvas.style.width]).toEqual(['-96px', `${WIDTH + 192}px`]);
    expect(paints[0]).toMatchObject({ x: 96, y: 96, width: WIDTH + 192 });
  });

  it('is painted as often as its figures are worth, and at once when asked', () => {
    for (let at = 0; at < 100; at++) {
      surface.invalidate();
      vi.advanceTimersByTime(10);
    }
    expect(paints.length - 1).toBeGreaterThanOrEqual(3);
    expect(paints.length - 1).toBeLessThanOrEqual(5);
    const before = paints.length;
    surface.refresh();
    vi.advanceTimersByTime(20);
    expect(paints).toHaveLength(before + 1);
  });

  it('moves with the canvas between two paints, and is painted in its place in the end', () => {
    surface.refresh();
    vi.advanceTimersByTime(20);
    const before = paints.length;
    place = [30, -20, 1];
    surface.move();
    vi.advanceTimersByTime(20);
    expect(paints).toHaveLength(before);
    expect(canvas.style.transform).toBe('translate(30px, -20px) scale(1)');
    place = [0, 0, 1.25];
    surface.move();
    vi.advanceTimersByTime(20);
    expect(canvas.style.transform).toBe('translate(-24px, -24px) scale(1.25)');
    vi.advanceTimersByTime(500);
    expect(paints).toHaveLength(before + 1);
    expect(paints.at(-1)).toMatchObject({ x: 96, zoom: 1.25 });
    expect(canvas.style.transform).toBe('');
  });

  it('is painted less often while it is moved, and soon once it stands still', () => {
    vi.advanceTimersByTime(1000);
    const before = paints.length;
    for (let at = 0; at < 75; at++) {
      place = [at % 10, 0, 1];
      surface.move();
      vi.advanceTimersByTime(20);
    }
    expect(paints.length - before).toBeGreaterThanOrEqual(1);
    expect(paints.length - before).toBeLessThanOrEqual(3);
    surface.move();
    const then = paints.length;
    vi.advanceTimersByTime(500);
    expect(paints.length).toBe(then + 1);
  });

  it.each([
    ['moved so far that its edge would be seen', [-100, 0, 1]],
    ['stretched so far that it would be coarse', [0, 0, 1.5]],
    ['shrunk so far that it would not fill the view', [0, 0, 0.5]],
  ])('is painted at once when %s', (_, next) => {
    surface.refresh();
    vi.advanceTimersByTime(20);
    const before = paints.length;
    place = next as [number, number, number];
    surface.move();
    vi.advanceTimersByTime(20);
    expect(paints).toHaveLength(before + 1);
  });
});
