import { useEffect, useRef } from 'react';
import { feed } from '../core/feed';
import { watchTheme } from '../core/theme';
import { geometry } from '../geometry';
import { showRequest } from '../microscope';
import { useProbe } from '../probe';
import { useEditor } from '../store';
import { DotField, drawDots, shapeOf } from './dots';
import { drawEdges } from './edges';
import { readPalette } from './palette';
import { transform, watchGeometry } from './place';
import { Surface } from './Surface';
import './live.css';

/** A step shows this much of the walk of its requests. */
const STEP_SHOWN_S = 0.6;
const FRAME_S = 0.1;
/** Of an earlier moment the requests of so long before it are shown, each somewhere on its way. */
const STILL_S = 1.5;
const PICK_PX = 7;
/** So near a dot that moves no click is by chance. */
const ON_DOT_PX = 4;
const WIRE = '.react-flow__edge';
const NOT_CANVAS = '.react-flow__node, .react-flow__handle, button';
/** A crowd is drawn half as often: nobody follows a single dot in it, and drawing is what it costs. */
const CROWD = 500;
const FULL_RATE = 60;
/** What edges carry changes with every frame. */
const EDGES_RATE = 10;
const CROWD_RATE = 30;

/** Requests on their way, below the nodes: thickness by rate, and dots that walk as sampled requests did. */
export function DotsLayer() {
  const edges = useRef<HTMLCanvasElement>(null);
  const dots = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    return edges.current && dots.current ? mount(edges.current, dots.current) : undefined;
  }, []);
  return (
    <div className="live-layer" aria-hidden="true">
      <canvas ref={edges} />
      <canvas ref={dots} />
    </div>
  );
}

function mount(edgeCanvas: HTMLCanvasElement, dotCanvas: HTMLCanvasElement): () => void {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const field = new DotField();
  let palette = readPalette(edgeCanvas);
  let stepLeft_s = 0;

  const edgeSurface = new Surface(edgeCanvas, transform, EDGES_RATE, (ctx, view) => {
    drawEdges(ctx, view, { feed, paths: geometry.edgePaths, palette });
    return 0;
  });
  const dotSurface = new Surface(dotCanvas, transform, FULL_RATE, (ctx, view, elapsed_s) => {
    const running = feed.run?.status === 'running' && !feed.isPast;
    const moves_s = running ? elapsed_s : Math.min(elapsed_s, stepLeft_s);
    stepLeft_s = Math.max(0, stepLeft_s - elapsed_s);
    field.advance(moves_s);
    drawDots(ctx, field.places(geometry.edgePaths), palette, view.zoom);
    if (field.count === 0 || !(running || stepLeft_s > 0)) return 0;
    return field.count > CROWD ? CROWD_RATE : FULL_RATE;
  });
  const refresh = () => {
    edgeSurface.refresh();
    dotSurface.refresh();
  };

  const takeFrame = () => {
    const { frame, layout, run } = feed;
    if (!frame || !layout || still.matches || document.hidden) return;
    if (run?.status !== 'running') stepLeft_s = STEP_SHOWN_S;
    field.begin(frame, layout, run?.speed ?? 1, FRAME_S, shapes(layout.classes));
  };
  /** Moving means live: the dots of an earlier moment stand still. */
  const takeMoment = () => {
    field.clear();
    stepLeft_s = 0;
    const { frame, layout } = feed;
    if (!feed.isPast || !frame || !layout) return;
    field.begin(frame, layout, 1, STILL_S, shapes(layout.classes));
    field.advance(STILL_S);
  };
  const pane = dotCanvas.closest<HTMLElement>('.react-flow') ?? dotCanvas;
  const stops = [
    watchClicks(pane, field),
    useProbe.subscribe(({ trace }, before) => {
      const { layout, run } = feed;
      if (!trace || trace === before.trace || !layout || still.matches) return;
      const shape = shapes(layout.classes)[trace.class] ?? 'circle';
      field.follow(trace, layout, run?.speed ?? 1, shape);
      dotSurface.invalidate();
    }),
    feed.subscribe((change) => {
      if (change === 'frame') takeFrame();
      else if (change === 'moment') takeMoment();
      else if (change === 'reset') field.clear();
      edgeSurface.invalidate();
      dotSurface.invalidate();
    }),
    watchGeometry(refresh, () => {
      edgeSurface.move();
      dotSurface.move();
    }),
    watchTheme(() => {
      palette = readPalette(edgeCanvas);
      refresh();
    }),
    listen(still, 'change', () => {
      field.clear();
      refresh();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    edgeSurface.dispose();
    dotSurface.dispose();
  };
}

/**
 * Dots are small: a click near one is meant for it. On a wire whose dots move it is meant for the wire, unless things
 * are slow enough to hit one on purpose: at full speed there is nearly always some dot under the pointer.
 */
function watchClicks(pane: HTMLElement, field: DotField): () => void {
  const pick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest(NOT_CANVAS)) return;
    const box = pane.getBoundingClientRect();
    const { x, y, zoom } = geometry.viewport;
    const point = { x: (event.clientX - box.left - x) / zoom, y: (event.clientY - box.top - y) / zoom };
    const moving = feed.run?.status === 'running' && !feed.isPast;
    const onWire = event.target instanceof Element && event.target.closest(WIRE) !== null;
    if (moving && onWire && (feed.run?.speed ?? 1) >= 1) return;
    const reach = moving && onWire ? ON_DOT_PX : PICK_PX;
    const trace = field.near(point, reach / zoom, geometry.edgePaths);
    if (trace === null) return;
    event.stopPropagation();
    void showRequest(trace);
  };
  return listen(pane, 'click', pick as (event: Event) => void, true);
}

function listen(
  target: EventTarget,
  event: string,
  act: (event: Event) => void,
  capture = false,
): () => void {
  target.addEventListener(event, act, capture);
  return () => target.removeEventListener(event, act, capture);
}

function shapes(classes: readonly string[]) {
  const { workload } = useEditor.getState().document;
  const operations = new Map(workload.classes.map(({ name, operation }) => [name, operation]));
  return classes.map((name) => shapeOf(operations.get(name)));
}
