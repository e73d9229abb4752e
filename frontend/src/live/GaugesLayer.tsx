import { useEffect, useRef, useSyncExternalStore } from 'react';
import { feed } from '../core/feed';
import { formatChannel } from '../core/gaugeCells';
import { t, tr } from '../core/i18n';
import { watchTheme } from '../core/theme';
import { geometry, subscribeGeometry } from '../geometry';
import { useEditor } from '../store';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { drawEdgeLabels } from './edges';
import { drawGauges } from './gauges';
import { readPalette } from './palette';
import { getHovered, subscribeHovered, watchPointer } from './pointer';
import { Surface } from './Surface';
import './live.css';

/** Room that a tip needs below its figure. */
const TIP_ROOM_PX = 110;

/** Live figures of the nodes, above the nodes; the same figures are readable text in `NodeLive`. */
export function GaugesLayer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    return canvas.current ? mount(canvas.current) : undefined;
  }, []);
  return (
    <div className="live-layer" aria-hidden="true">
      <canvas ref={canvas} />
      <GaugeTip pane={canvas.current} />
    </div>
  );
}

function mount(canvas: HTMLCanvasElement): () => void {
  let palette = readPalette(canvas);
  const cause = (name: string) => tr(useEditor.getState().catalog?.causes[name] ?? name);
  const transform = () => {
    const { x, y, zoom } = geometry.viewport;
    return [x, y, zoom] as const;
  };
  const surface = new Surface(canvas, transform, (ctx, view) => {
    const rects = geometry.nodeRects;
    drawGauges(ctx, view, { feed, blame: feed.blame, rects, palette, texts: { t, cause } });
    const paths = geometry.edgePaths;
    drawEdgeLabels(ctx, { feed, paths, palette, ...labelledEdges(), t, zoom: view.zoom });
    return 0;
  });
  const pane = canvas.closest<HTMLElement>('.react-flow') ?? canvas.parentElement?.parentElement;
  const stops = [
    feed.subscribe(() => {
      // The estimates on the cards make room for what is measured.
      document.documentElement.toggleAttribute('data-live', feed.frame !== null);
      surface.invalidate();
    }),
    subscribeGeometry(surface.invalidate),
    watchTheme(() => {
      palette = readPalette(canvas);
      surface.invalidate();
    }),
    subscribeHovered(surface.invalidate),
    useEditor.subscribe((state, before) => {
      if (state.selection !== before.selection) surface.invalidate();
    }),
    pane ? watchPointer(pane) : () => {},
  ];
  return () => {
    for (const stop of stops) stop();
    document.documentElement.removeAttribute('data-live');
    surface.dispose();
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
function GaugeTip({ pane }: { pane: HTMLElement | null }) {
  const texts = useTexts();
  const hovered = useSyncExternalStore(subscribeHovered, getHovered);
  if (hovered?.kind !== 'gauge') return null;
  const { viewport } = geometry;
  const { rect } = hovered;
  const bottom = (rect.y + rect.h) * viewport.zoom + viewport.y;
  const above = bottom > (pane?.clientHeight ?? Number.POSITIVE_INFINITY) - TIP_ROOM_PX;
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
      {text(`live.meaning.${channel}`)}
    </>
  );
}
