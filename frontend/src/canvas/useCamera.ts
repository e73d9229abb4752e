import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { goOwnWay } from '../company';
import { bounds } from '../core/edits';
import { fitted, type Viewport } from '../core/fit';
import { NODE_HEIGHT, NODE_WIDTH, nodeRect, type Rect } from '../core/geometry';
import { setViewport } from '../geometry';
import { useEditor } from '../store';
import { type Camera, setCamera } from '../view';
import { spliceTarget } from './hit';
import { useWheel } from './useWheel';

type Flow = ReturnType<typeof useReactFlow>;

/** Marks what lies over the canvas and must not hide a component when the whole drawing is shown. */
const OVER = '[data-over-canvas]';
const PLACE_KEY = 'playground.place.';
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Lets the rest of the page move the canvas, tells the layers where it is, and reopens a scenario where it was left. */
export function useCamera() {
  const flow = useReactFlow();
  const store = useStoreApi();
  const token = useEditor((state) => state.token);
  /** what the camera keeps showing as panels open and close; nothing once it was moved by hand */
  const kept = useRef<'whole' | 'home' | null>(null);

  const camera = useMemo<Camera>(() => {
    const duration = () => (calm() ? 0 : 180);
    const root = () => store.getState().domNode;
    return {
      toFlow: (client) => flow.screenToFlowPosition(client),
      toClient: (point) => flow.flowToScreenPosition(point),
      centre: () => {
        const box = root()?.getBoundingClientRect();
        if (!box) return { x: 0, y: 0 };
        return flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      },
      covers: ({ x, y }) => {
        const box = root()?.getBoundingClientRect();
        const inside = box && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
        return Boolean(inside && root()?.contains(document.elementFromPoint(x, y)));
      },
      fit: () => {
        kept.current = 'whole';
        showWhole(flow, root(), duration());
      },
      home: () => {
        kept.current = 'home';
        showHome(flow, root(), duration());
      },
      zoom: (level) => void flow.zoomTo(level, { duration: duration() }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: duration() }),
      reveal: (nodeId) => {
        const whole = kept.current === 'whole';
        const element = reveal(flow, root(), nodeId, whole ? null : duration());
        if (!whole) kept.current = null;
        else if (!element?.inSight) showWhole(flow, root(), duration());
      },
      spliceAt: (point, kind) => spliceTarget(point, kind),
      focus: () => root()?.focus({ preventScroll: true }),
    };
  }, [flow, store]);

  useEffect(() => {
    setCamera(camera);
    return () => setCamera(null);
  }, [camera]);

  const key = token ? PLACE_KEY + token.slice(0, 12) : null;
  // From now on the person decides what is in sight.
  const movedByHand = useCallback(() => {
    kept.current = null;
    goOwnWay();
  }, []);
  useWheel(movedByHand);
  const onMove = useCallback(
    (event: MouseEvent | TouchEvent | null, { x, y, zoom }: Viewport) => {
      if (event) movedByHand();
      setViewport(x, y, zoom);
      if (key) rememberPlace(key, { x, y, zoom });
    },
    [key, movedByHand],
  );
  const opened = useMemo(() => (key ? recallPlace(key) : null), [key]);
  useFirstFit(opened !== null, camera);
  useEffect(() => {
    const [x, y, zoom] = store.getState().transform;
    setViewport(x, y, zoom);
    return store.subscribe(({ transform }) => setViewport(...transform));
  }, [store]);
  useEffect(() => {
    // A panel opened or closed: whoever saw the whole drawing goes on seeing the whole drawing.
    return store.subscribe((now, before) => {
      if (now.width === before.width && now.height === before.height) return;
      if (kept.current === 'whole') showWhole(flow, now.domNode, 0);
      else if (kept.current === 'home') showHome(flow, now.domNode, 0);
    });
  }, [flow, store]);
  return { onMove, ...useMoving(), defaultViewport: opened };
}

/** Marks the canvas while a hand moves it. */
function useMoving() {
  const store = useStoreApi();
  return useMemo(() => {
    const mark = (moving: boolean) => store.getState().domNode?.toggleAttribute('data-moving', moving);
    return {
      onMoveStart: (event: MouseEvent | TouchEvent | null) => {
        // A wheel zooms: what is moved as it was painted would be blurred until the end.
        if (event && event.type !== 'wheel') mark(true);
      },
      onMoveEnd: () => void mark(false),
    };
  }, [store]);
}

/** Show a whole scenario when it is opened, unless the place where it was left is known. */
function useFirstFit(placed: boolean, camera: Camera): void {
  const sync = useEditor((state) => state.openings);
  useEffect(() => {
    if (placed || sync === 0) return;
    // The canvas takes its new size in the next frame, when the starter page has made room for the panels.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => camera.home());
    });
    return () => cancelAnimationFrame(frame);
  }, [placed, sync, camera]);
}

/** Below this, names and figures on the nodes cannot be read. */
const READABLE_ZOOM = 0.56;

/** Narrower than this, hardly two components could be read side by side: then the whole says more. */
const NARROW_PX = 600;

function whole(flow: Flow, root: HTMLElement): Viewport | null {
  const { left, top } = root.getBoundingClientRect();
  const over: Rect[] = [];
  for (const thing of root.parentElement?.querySelectorAll(OVER) ?? []) {
    const box = thing.getBoundingClientRect();
    // Some are always there and empty most of the time.
    if (box.width * box.height > 0) {
      over.push({ x: box.left - left, y: box.top - top, w: box.width, h: box.height });
    }
  }
  const rects = flow.getNodes().map(({ position }) => nodeRect(position));
  return fitted(rects, { width: root.clientWidth, height: root.clientHeight, over });
}

function showWhole(flow: Flow, root: HTMLElement | null, duration: number): void {
  const viewport = root && whole(flow, root);
  if (viewport) void flow.setViewport(viewport, { duration });
}

/** The whole drawing where it can be read like that, else as much of it as can be from where requests come in. */
function showHome(flow: Flow, root: HTMLElement | null, duration: number): void {
  const nodes = flow.getNodes();
  const all = root && whole(flow, root);
  if (!all) return;
  const box = bounds(nodes.map(({ position }) => position));
  const { clientWidth: width, clientHeight: height } = root;
  if (all.zoom >= READABLE_ZOOM || width < NARROW_PX) {
    void flow.setViewport(all, { duration });
    return;
  }
  const zoom = READABLE_ZOOM;
  const first = nodes.reduce((a, b) => (b.position.x < a.position.x ? b : a));
  const tall = box.h * zoom > height - 2 * MARGIN_PX;
  const middle = tall ? first.position.y + NODE_HEIGHT / 2 : box.y + box.h / 2;
  const wide = box.w * zoom > width - 2 * MARGIN_PX;
  const x = wide ? MARGIN_PX - box.x * zoom : width / 2 - (box.x + box.w / 2) * zoom;
  void flow.setViewport({ x, y: height / 2 - middle * zoom, zoom }, { duration });
}

const MARGIN_PX = 24;

/** Focus a node and, if asked, pan just far enough to bring it into sight. */
function reveal(
  flow: Flow,
  root: HTMLElement | null,
  nodeId: string,
  pan_ms: number | null,
): { inSight: boolean } | null {
  const node = flow.getNode(nodeId);
  if (!node || !root) return null;
  const box = root.getBoundingClientRect();
  const { x, y } = flow.flowToScreenPosition(node.position);
  const { zoom, ...place } = flow.getViewport();
  const dx = overhang(x, NODE_WIDTH * zoom, box.left, box.right);
  const dy = overhang(y, NODE_HEIGHT * zoom, box.top, box.bottom);
  const inSight = dx === 0 && dy === 0;
  if (pan_ms !== null && !inSight) {
    void flow.setViewport({ x: place.x - dx, y: place.y - dy, zoom }, { duration: pan_ms });
  }
  const element = root.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nodeId)}"]`);
  element?.focus({ preventScroll: true });
  return { inSight };
}

/** How far a span of `length` at `start` sticks out of a range; negative on the near side, 0 inside. */
function overhang(start: number, length: number, low: number, high: number): number {
  if (start < low) return start - low - MARGIN_PX;
  return start + length > high ? start + length - high + MARGIN_PX : 0;
}

let placeTimer: ReturnType<typeof setTimeout> | undefined;

function rememberPlace(key: string, place: Viewport): void {
  clearTimeout(placeTimer);
  placeTimer = setTimeout(() => {
    try {
      localStorage.setItem(key, JSON.stringify(place));
    } catch {
      // Storage may be forbidden; then the scenario simply opens whole next time.
    }
  }, 500);
}

function recallPlace(key: string): Viewport | null {
  try {
    const place = JSON.parse(localStorage.getItem(key) ?? 'null') as Viewport | null;
    const known = place && [place.x, place.y, place.zoom].every(Number.isFinite);
    return known ? place : null;
  } catch {
    return null;
  }
}
