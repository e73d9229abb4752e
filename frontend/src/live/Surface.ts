/** A canvas as large as its parent, sharp on every screen, painted at most once an animation frame and only when asked. */
export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** Paints in flow coordinates; returns how many times a second it wants to go on doing so: 0 when all is drawn. */
export type Paint = (ctx: CanvasRenderingContext2D, view: View, elapsed_s: number) => number;

/** After a hidden tab or a long pause things go on from where they were instead of jumping. */
const ELAPSED_MOST_S = 0.1;
const SLACK_MS = 5;

export class Surface {
  readonly #canvas: HTMLCanvasElement;
  readonly #paint: Paint;
  readonly #transform: () => readonly [number, number, number];
  readonly #observer: ResizeObserver;
  #request = 0;
  #painted_ms = Number.POSITIVE_INFINITY;
  /** an animation that asked for fewer frames than the screen has skips until this moment */
  #due_ms = 0;

  constructor(canvas: HTMLCanvasElement, transform: () => readonly [number, number, number], paint: Paint) {
    this.#canvas = canvas;
    this.#transform = transform;
    this.#paint = paint;
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(canvas);
  }

  invalidate = (): void => {
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#run);
  };

  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.#observer.disconnect();
  }

  #fit(): void {
    const ratio = globalThis.devicePixelRatio || 1;
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round(this.#canvas.clientHeight * ratio);
    if (width === this.#canvas.width && height === this.#canvas.height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.invalidate();
  }

  #run = (at_ms: number): void => {
    this.#request = 0;
    if (at_ms < this.#due_ms) {
      this.invalidate();
      return;
    }
    const ctx = this.#canvas.getContext('2d');
    if (!ctx) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const [x, y, zoom] = this.#transform();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    ctx.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
    const elapsed_s = Math.min(ELAPSED_MOST_S, Math.max(0, (at_ms - this.#painted_ms) / 1000));
    const view = { x, y, zoom, width: this.#canvas.width / ratio, height: this.#canvas.height / ratio };
    const rate = this.#paint(ctx, view, elapsed_s);
    // A pause between two animations is no elapsed time.
    this.#painted_ms = rate > 0 ? at_ms : Number.POSITIVE_INFINITY;
    // A little early, or the next animation frame would be just too soon and every other one lost.
    this.#due_ms = rate > 0 ? at_ms + 1000 / rate - SLACK_MS : 0;
    if (rate > 0) this.invalidate();
  };
}

/** Whether any part of a rectangle in flow coordinates is on screen, with a margin for badges. */
export function onScreen(view: View, rect: { x: number; y: number; w: number; h: number }): boolean {
  const margin = 30;
  const left = rect.x * view.zoom + view.x;
  const top = rect.y * view.zoom + view.y;
  return (
    left < view.width + margin &&
    top < view.height + margin &&
    left + rect.w * view.zoom > -margin &&
    top + rect.h * view.zoom > -margin
  );
}
