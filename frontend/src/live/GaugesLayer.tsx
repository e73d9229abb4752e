import { useEffect, useRef, useSyncExternalStore } from 'react';
import { feed } from '../core/feed';
import { formatChannel } from '../core/gaugeCells';
import { t, tr } from '../core/i18n';
import { withUnit } from '../core/meaning';
import { watchTheme } from '../core/theme';
import { geometry } from '../geometry';
import { useEditor } from '../store';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { drawEdgeLabels, middleOf } from './edges';
import { drawFigures, drawRings } from './gauges';
import { readPalette } from './palette';
import { transform, watchGeometry } from './place';
import { getHovered, subscribeHovered, watchPointer } from './pointer';
import { Surface } from './Surface';
import './live.css';

/** Frames come as often as that. */
const RINGS_RATE = 10;
/** Nobody reads figures that change more often. */
const FIGURES_RATE = 4;
/** Room that a tip needs below its figure. */
const TIP_ROOM_PX = 110;

/** Live figures of the nodes, above the nodes; the same figures are readable text in `NodeLive`. */
export function GaugesLayer() {
  const rings = useRef<HTMLCanvasElement>(null);
  const figures = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    return rings.current && figures.current ? mount(rings.current, figures.current) : undefined;
  }, []);
  return (
    <div className="live-layer" aria-hidden="true">
      <canvas ref={rings} />
      <canvas ref={figures} />
      <GaugeTip layer={figures.current?.parentElement ?? null} />
    </div>
  );
}

function mount(ringCanvas: HTMLCanvasElement, canvas: HTMLCanvasElement): () => void {
  let palette = readPalette(canvas);
  const cause = (name: string) => tr(useEditor.getState().catalog?.causes[name] ?? name);
  const scene = () => ({ feed, blame: feed.blame, rects: geometry.nodeRects, palette, texts: { t, cause } });
  const rings = new Surface(ringCanvas, transform, RINGS_RATE, (ctx, view) => {
    drawRings(ctx, view, scene());
    return 0;
  });
  const figures = new Surface(canvas, transform, FIGURES_RATE, (ctx, view) => {
    drawFigures(ctx, view, scene());
    const paths = geometry.edgePaths;
    drawEdgeLabels(ctx, { feed, paths, palette, ...labelledEdges(), t, zoom: view.zoom });
    return 0;
  });
  const refresh = () => {
    rings.refresh();
    figures.refresh();
  };
  const pane = canvas.closest<HTMLElement>('.react-flow') ?? canvas.parentElement?.parentElement;
  const stops = [
    feed.subscribe((change) => {
      // The estimates on the cards make room for what is measured.
      document.documentElement.toggleAttribute('data-live', feed.frame !== null);
      if (change === 'moment' || change === 'reset' || change === 'layout') refresh();
      else {
        rings.invalidate();
        figures.invalidate();
      }
    }),
    watchGeometry(refresh, () => {
      rings.move();
      figures.move();
    }),
    watchTheme(() => {
      palette = readPalette(canvas);
      refresh();
    }),
    subscribeHovered(figures.refresh),
    useEditor.subscribe((state, before) => {
      if (state.selection !== before.selection) figures.refresh();
    }),
    pane ? watchPointer(pane) : () => {},
  ];
  return () => {
    for (const stop of stops) stop();
    document.documentElement.removeAttribute('data-live');
    rings.dispose();
    figures.dispose();
  };
}

/** The selected edges and the one under the pointer; and, where there is room, those of selected nodes. */
function labelledEdges(): { labelled: ReadonlySet<string>; hinted: ReadonlySet<string> } {
  const { selection, document } = useEditor.getState();
  const labelled = new Set(selection.edges);
  const hovered = getHovered();
  if (hovered?.kind === 'edge') labelled.add(hovered.edge_id);
  const chosen = new Set(selection.nodes);
  const beside = document.edges.filter((edge) => chosen.has(edge.source) || chosen.has(edge.target));
  return { labelled, hinted: new Set(beside.map((edge) => edge.id)) };
}

/** Says what the figure under the pointer is, and over which window. */
function GaugeTip({ layer }: { layer: HTMLElement | null }) {
  const texts = useTexts();
  const hovered = useSyncExternalStore(subscribeHovered, getHovered);
  if (hovered?.kind === 'edge') return <EdgeTip edgeId={hovered.edge_id} t={texts.t} />;
  if (hovered?.kind !== 'gauge') return null;
  const { viewport } = geometry;
  const { rect } = hovered;
  const bottom = (rect.y + rect.h) * viewport.zoom + viewport.y;
  const above = bottom > (layer?.clientHeight ?? Number.POSITIVE_INFINITY) - TIP_ROOM_PX;
  const style = {
    left: (rect.x + rect.w / 2) * viewport.zoom + viewport.x,
    top: above ? rect.y * viewport.zoom + viewport.y : bottom,
  };
  return (
    <div className="live-tip" data-above={above || undefined} style={style}>
      <TipText node_id={hovered.node_id} channel={hovered.channel} t={texts.t} />
    </div>
  );
}

type Tip = { node_id: string; channel: Parameters<typeof formatChannel>[0]; t: typeof t };

function TipText({ node_id, channel, t: text }: Tip) {
  useFeed(4);
  const node = feed.nodeAt(node_id);
  const value = node === undefined ? undefined : feed.smoothed.nodes[channel][node];
  return (
    <>
      <strong>
        {text(`live.channel.${channel}`)}: {formatChannel(channel, value ?? null)}
      </strong>
      {withUnit(text(`live.meaning.${channel}`), channel, text)}
    </>
  );
}

/** Says what the figures beside an edge are: below them, where nothing else is drawn. */
function EdgeTip({ edgeId, t: text }: { edgeId: string; t: typeof t }) {
  const path = geometry.edgePaths.get(edgeId);
  if (!path || !feed.frame) return null;
  const { viewport } = geometry;
  const { x, y } = middleOf(path);
  const style = { left: x * viewport.zoom + viewport.x, top: y * viewport.zoom + viewport.y };
  return (
    <div className="live-tip" style={style}>
      {withUnit(text('live.meaning_of.edge'), 'rate_rps', text)}
    </div>
  );
}
