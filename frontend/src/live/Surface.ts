/**
 * A canvas as large as its parent, sharp on every screen, painted only when asked and no more often than is of use.
 *
 * While somebody pans or zooms, the picture that is there is moved by the browser and painted anew as often as its
 * content would be: painting 200 nodes for every step of the mouse would take longer than the step. So that nothing
 * is missing at its edge meanwhile, the canvas reaches a little beyond what is seen of it.
 */
export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

/** Paints in flow coordinates; returns how many times a second it wants to go on doing so: 0 when all is drawn. */
export type Paint = (ctx: CanvasRenderingContext2D, view: View, elapsed_s: number) => number;

type Transform = readonly [x: number, y: number, zoom: number];

/** After a hidden tab or a long pause things go on from where they were instead of jumping. */
const ELAPSED_MOST_S = 0.1;
const SLACK_MS = 5;
/** A shorter wait is for animation frames: to stop and go on asking for them costs more than to let one pass. */
const TIMER_LEAST_MS = 50;
/** About so many CSS pixels on each side are painted beyond what is seen. */
const MARGIN_PX = 96;
/** So long after its last step the canvas stands still. */
const STILL_AFTER_MS = 150;
/** While it does not, paints are so many times rarer: on large windows they took longer than the steps. */
const MOVING_FACTOR = 3;
/** Beyond these the moved picture would be too coarse to look at, or too small a part of it seen. */
const STRETCH_LEAST = 0.75;
const STRETCH_MOST = 1.33;

export class Surface {
  readonly #canvas: HTMLCanvasElement;
  readonly #paint: Paint;
  readonly #transform: () => Transform;
  readonly #gap_ms: number;
  readonly #observer: ResizeObserver;
  #ctx: CanvasRenderingContext2D | null = null;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stale = false;
  #moved = false;
  #moved_ms = Number.NEGATIVE_INFINITY;
  /** in CSS pixels */
  #margin = { x: 0, y: 0 };
  /** where the canvas was when it was painted; null before */
  #painted: Transform | null = null;
  #painted_ms = Number.POSITIVE_INFINITY;
  /** what is stale is painted so long after the last paint */
  #wait_ms = 0;
  #drawn_ms = Number.NEGATIVE_INFINITY;

  /** @param rate paints a second at most, as long as only figures and the place of the canvas change */
  constructor(canvas: HTMLCanvasElement, transform: () => Transform, rate: number, paint: Paint) {
    this.#canvas = canvas;
    this.#transform = transform;
    this.#paint = paint;
    this.#gap_ms = 1000 / rate;
    this.#observer = new ResizeObserver(() => this.#fit());
    if (canvas.parentElement) this.#observer.observe(canvas.parentElement);
  }

  /** The figures changed. */
  invalidate = (): void => {
    this.#stale = true;
    this.#schedule();
  };

  /** Something changed that has to be seen at once. */
  refresh = (): void => {
    this.#wait_ms = 0;
    this.invalidate();
  };

  /** The canvas was panned or zoomed. */
  move = (): void => {
    this.#moved = true;
    this.#ask();
  };

  dispose(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#request);
    this.#observer.disconnect();
  }

  #ask = (): void => {
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#run);
  };

  #schedule(): void {
    const now_ms = performance.now();
    const wait_ms = Math.min(this.#due_ms(now_ms), this.#still_ms(now_ms)) - now_ms;
    if (wait_ms < TIMER_LEAST_MS) this.#ask();
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#ask, wait_ms - SLACK_MS);
    }
  }

  /** Lay the canvas pixel on pixel of the screen, or its texts would be blurred. */
  #fit(): void {
    const canvas = this.#canvas;
    const box = canvas.parentElement?.getBoundingClientRect();
    if (!box) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const before = (start: number) => start * ratio - Math.floor((start - MARGIN_PX) * ratio);
    const [left, top] = [before(box.left), before(box.top)];
    const width = Math.ceil(box.width * ratio + 2 * left);
    const height = Math.ceil(box.height * ratio + 2 * top);
    this.#margin = { x: left / ratio, y: top / ratio };
    Object.assign(canvas.style, {
      left: `${-left / ratio}px`,
      top: `${-top / ratio}px`,
      width: `${width / ratio}px`,
      height: `${height / ratio}px`,
    });
    if (width !== canvas.width || height !== canvas.height) {
      canvas.width = width;
      canvas.height = height;
    }
    this.refresh();
  }

  #run = (at_ms: number): void => {
    this.#request = 0;
    const moved = this.#moved;
    this.#moved = false;
    if (moved) this.#moved_ms = at_ms;
    if (moved && !this.#glide()) this.#wait_ms = 0;
    if (moved) this.#stale = true;
    if (!this.#stale) return;
    if (at_ms < this.#due_ms(at_ms)) this.#schedule();
    else this.#draw(at_ms);
  };

  #due_ms(now_ms: number): number {
    const isMoving = now_ms - this.#moved_ms < STILL_AFTER_MS;
    return this.#drawn_ms + this.#wait_ms * (isMoving ? MOVING_FACTOR : 1);
  }

  /** When the canvas is taken to stand still; never when it already does. */
  #still_ms(now_ms: number): number {
    const still_ms = this.#moved_ms + STILL_AFTER_MS;
    return still_ms > now_ms ? still_ms : Number.POSITIVE_INFINITY;
  }

  /** Put the painted picture where it belongs now; false when it no longer covers what is seen. */
  #glide(): boolean {
    if (!this.#painted) return false;
    const [x, y, zoom] = this.#transform();
    const [paintedX, paintedY, paintedZoom] = this.#painted;
    const stretch = zoom / paintedZoom;
    if (stretch < STRETCH_LEAST || stretch > STRETCH_MOST) return false;
    const margin = this.#margin;
    const left = x - (margin.x + paintedX) * stretch;
    const top = y - (margin.y + paintedY) * stretch;
    const { clientWidth, clientHeight } = this.#canvas;
    const right = left + clientWidth * stretch;
    const bottom = top + clientHeight * stretch;
    const covered =
      left <= 0 && top <= 0 && right >= clientWidth - 2 * margin.x && bottom >= clientHeight - 2 * margin.y;
    if (!covered) return false;
    this.#canvas.style.transform = `translate(${left + margin.x}px, ${top + margin.y}px) scale(${stretch})`;
    return true;
  }

  #draw(at_ms: number): void {
    this.#ctx ??= this.#canvas.getContext('2d');
    const ctx = this.#ctx;
    if (!ctx) return;
    this.#stale = false;
    const ratio = globalThis.devicePixelRatio || 1;
    const [x, y, zoom] = this.#transform();
    const view = {
      x: x + this.#margin.x,
      y: y + this.#margin.y,
      zoom,
      width: this.#canvas.width / ratio,
      height: this.#canvas.height / ratio,
    };
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    ctx.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * view.x, ratio * view.y);
    const elapsed_s = Math.min(ELAPSED_MOST_S, Math.max(0, (at_ms - this.#painted_ms) / 1000));
    const rate = this.#paint(ctx, view, elapsed_s);
    if (this.#painted) this.#canvas.style.transform = '';
    this.#painted = [x, y, zoom];
    // A pause between two animations is no elapsed time.
    this.#painted_ms = rate > 0 ? at_ms : Number.POSITIVE_INFINITY;
    // A little early, or the next animation frame would be just too soon and every other one lost.
    this.#wait_ms = (rate > 0 ? 1000 / rate : this.#gap_ms) - SLACK_MS;
    this.#drawn_ms = at_ms;
    if (rate > 0) this.invalidate();
  }
}

/** Whether any part of a rectangle in flow coordinates is painted, with a margin for badges. */
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
