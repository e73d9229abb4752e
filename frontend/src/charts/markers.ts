/** Vertical lines in a chart where something happened, with a sign by kind and a tip near the pointer. */
import type uPlot from 'uplot';
import { formatClock } from '../core/format';
import type { RunEvent } from '../core/protocol';

const NEAR_PX = 7;
/** Events closer together than this share one line. */
const MERGE_PX = 4;
const TIP_LINES = 5;

/** The gravest first. */
const EVENT_SIGNS: Record<string, string> = {
  fault: '✕',
  lost_writes: '!',
  limit: '!',
  breaker_opened: '⊘',
  alarm: '!',
  promoted: '↑',
  detected: '◎',
  heal: '+',
  recovered: '✓',
  breaker_half_open: '◐',
  breaker_closed: '✓',
  scaled: '⇅',
  left_out: '⊖',
  missed_starts: '⊖',
  alarm_over: '✓',
  diverged: '!',
  resharding: '⇄',
  resharded: '✓',
  edit: '✎',
};

export interface MarkerOptions {
  events: () => RunEvent[];
  text: (event: RunEvent) => string;
  colour: (kind: string) => string;
}

interface Marker {
  x: number;
  events: RunEvent[];
}

function markersOf(plot: uPlot, events: readonly RunEvent[]): Marker[] {
  const markers: Marker[] = [];
  const { min, max } = plot.scales.x ?? {};
  if (min === undefined || max === undefined) return markers;
  for (const event of events) {
    if (event.at_s < min || event.at_s > max) continue;
    const x = plot.valToPos(event.at_s, 'x');
    const last = markers.at(-1);
    if (last && Math.abs(last.x - x) < MERGE_PX) last.events.push(event);
    else markers.push({ x, events: [event] });
  }
  return markers;
}

export function eventMarkers(options: MarkerOptions): uPlot.Plugin {
  const tip = document.createElement('div');
  tip.className = 'chart-tip';
  tip.hidden = true;
  let markers: Marker[] = [];
  return {
    hooks: {
      init: (plot) => {
        plot.over.append(tip);
      },
      draw: (plot) => {
        markers = markersOf(plot, options.events());
        drawMarkers(plot, markers, options);
      },
      setCursor: (plot) => {
        const left = plot.cursor.left ?? -1;
        const near = markers.find((marker) => Math.abs(marker.x - left) <= NEAR_PX);
        tip.hidden = !near || left < 0 || !plot.over.matches(':hover');
        if (!near || tip.hidden) return;
        const lines = near.events
          .slice(0, TIP_LINES)
          .map((event) => `${formatClock(event.at_s)}  ${options.text(event)}`);
        tip.textContent = lines.join('\n');
        const right = near.x > plot.over.clientWidth / 2;
        tip.style.left = right ? '' : `${near.x + 8}px`;
        tip.style.right = right ? `${plot.over.clientWidth - near.x + 8}px` : '';
      },
    },
  };
}

/** Of several events on one line, the kind to show. */
function gravest(events: readonly RunEvent[]): string {
  const order = Object.keys(EVENT_SIGNS);
  const rank = ({ kind }: RunEvent) => order.indexOf(kind);
  return [...events].sort((a, b) => rank(a) - rank(b))[0]?.kind ?? '';
}

function drawMarkers(plot: uPlot, markers: readonly Marker[], options: MarkerOptions): void {
  const { ctx, bbox } = plot;
  const ratio = globalThis.devicePixelRatio || 1;
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.font = `${10 * ratio}px sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  for (const { x, events } of markers) {
    const kind = gravest(events);
    const at = bbox.left + x * ratio;
    ctx.strokeStyle = ctx.fillStyle = options.colour(kind);
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(at, bbox.top + 12 * ratio);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(EVENT_SIGNS[kind] ?? '!', at, bbox.top);
  }
  ctx.restore();
}
