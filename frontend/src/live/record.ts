/** Films a run: the whole drawing with its moving requests and figures, from the first frame asked for to the last. */
import { feed } from '../core/feed';
import type { FilmOptions } from '../core/filming';
import { formatClock } from '../core/format';
import { t, tr } from '../core/i18n';
import { geometry } from '../geometry';
import { useEditor } from '../store';
import { DotField, drawDots, shapeOf } from './dots';
import { drawEdgeLabels, drawEdges } from './edges';
import { drawFigures, drawRings } from './gauges';
import { type Palette, readPalette } from './palette';

const FRAMES_PER_S = 30;
const FRAME_S = 0.1;
const FIGURES_ZOOM = 0.45;
const BITS_PER_S = 4_000_000;
const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const NONE: ReadonlySet<string> = new Set();

/** What this browser can film, or null when it cannot. */
export function filmType(): string | null {
  if (typeof MediaRecorder === 'undefined' || !('captureStream' in HTMLCanvasElement.prototype)) return null;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/** Film for so many seconds of wall time; null when it was called off. */
export function film(options: FilmOptions): Promise<Blob | null> {
  const { canvas, seconds, signal, onProgress } = options;
  const type = filmType();
  const scene = new Scene(options);
  scene.draw(0);
  const stream = canvas.captureStream(FRAMES_PER_S);
  const recorder = new MediaRecorder(stream, {
    ...(type ? { mimeType: type } : {}),
    videoBitsPerSecond: BITS_PER_S,
  });
  const pieces: Blob[] = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  return new Promise((resolve, reject) => {
    let request = 0;
    const begun_ms = performance.now();
    let last_ms = begun_ms;
    const end = () => {
      cancelAnimationFrame(request);
      scene.stop();
      if (recorder.state !== 'inactive') recorder.stop();
    };
    const step = (now_ms: number) => {
      scene.draw(Math.min(0.1, Math.max(0, (now_ms - last_ms) / 1000)));
      last_ms = now_ms;
      const share = (now_ms - begun_ms) / 1000 / seconds;
      onProgress(Math.min(1, Math.max(0, share)));
      if (share >= 1) end();
      else request = requestAnimationFrame(step);
    };
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      resolve(signal.aborted ? null : new Blob(pieces, { type: recorder.mimeType }));
    };
    recorder.onerror = () => {
      end();
      reject(new Error('the browser stopped filming'));
    };
    signal.addEventListener('abort', end, { once: true });
    recorder.start(500);
    request = requestAnimationFrame(step);
  });
}

/** Everything that moves, drawn between what lies under it and what lies over it. */
class Scene {
  readonly #options: FilmOptions;
  readonly #field = new DotField();
  readonly #palette: Palette;
  readonly stop: () => void;

  constructor(options: FilmOptions) {
    this.#options = options;
    this.#palette = readPalette(options.canvas);
    this.stop = feed.subscribe((change) => {
      const { frame, layout, run } = feed;
      if (change === 'reset') this.#field.clear();
      if (change !== 'frame' || !frame || !layout) return;
      const { workload } = useEditor.getState().document;
      const operations = new Map(workload.classes.map((item) => [item.name, item.operation]));
      const shapes = layout.classes.map((name) => shapeOf(operations.get(name)));
      this.#field.begin(frame, layout, run?.speed ?? 1, FRAME_S, shapes);
    });
  }

  draw(elapsed_s: number): void {
    const { canvas, under, over } = this.#options;
    const ctx = canvas.getContext('2d');
    if (!ctx) return;
    const { picture } = under;
    const zoom = Math.min(canvas.width / picture.width, canvas.height / picture.height);
    const left = (canvas.width - picture.width * zoom) / 2;
    const top = (canvas.height - picture.height * zoom) / 2;
    const palette = this.#palette;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = getComputedStyle(canvas).getPropertyValue('--canvas').trim() || '#fff';
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.drawImage(under.image, left, top, picture.width * zoom, picture.height * zoom);
    ctx.setTransform(zoom, 0, 0, zoom, left - picture.x * zoom, top - picture.y * zoom);
    const paths = geometry.edgePaths;
    // All of it is on the film, and figures are drawn however small the drawing becomes.
    const shown = Math.max(zoom, FIGURES_ZOOM);
    const whole = { x: -picture.x * shown, y: -picture.y * shown, zoom: shown, width: 1e6, height: 1e6 };
    drawEdges(ctx, whole, { feed, paths, palette });
    if (feed.run?.status === 'running') this.#field.advance(elapsed_s);
    drawDots(ctx, this.#field.places(paths), palette, zoom);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(over, left, top, picture.width * zoom, picture.height * zoom);
    ctx.setTransform(zoom, 0, 0, zoom, left - picture.x * zoom, top - picture.y * zoom);
    const cause = (name: string) => tr(useEditor.getState().catalog?.causes[name] ?? name);
    const rects = geometry.nodeRects;
    const scene = { feed, blame: feed.blame, rects, palette, texts: { t, cause } };
    drawRings(ctx, whole, scene);
    drawFigures(ctx, whole, scene);
    drawEdgeLabels(ctx, { feed, paths, palette, labelled: NONE, hinted: NONE, t, zoom: shown });
    this.#clock(ctx, palette);
  }

  #clock(ctx: CanvasRenderingContext2D, palette: Palette): void {
    if (!feed.frame) return;
    const { canvas } = this.#options;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    const size = Math.max(12, canvas.height / 36);
    ctx.font = `600 ${size}px ${palette.font}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = palette.muted;
    ctx.fillText(formatClock(feed.frame.now_s), canvas.width - size, canvas.height - size * 0.7);
  }
}
