/** Makes and feeds one uPlot chart in the page's colours. */
import uPlot from 'uplot';
import { formatClock } from '../core/format';
import { figure } from '../ui/Figure';
import { eventMarkers, type MarkerOptions } from './markers';
import { type ChartData, type ChartKind, stacked } from './series';

export interface PlotOptions {
  kind: ChartKind;
  height: number;
  log: boolean;
  window_s: number;
  timeLabel: string;
  /** what the figures are: for whoever points at the legend or moves to it by keys */
  meaning: string;
  markers: Omit<MarkerOptions, 'colour'>;
}

/** Charts with this key share their cursor. */
const SYNC_KEY = 'live';
const FILL_ALPHA = 0.35;
const TIME_STEPS_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600,
  7200, 21600, 86400,
];

export class Plot {
  readonly #plot: uPlot;
  readonly #options: PlotOptions;
  #raw: ChartData;

  constructor(host: HTMLElement, data: ChartData, options: PlotOptions) {
    this.#options = options;
    this.#raw = data;
    this.#plot = new uPlot(this.#build(host, data), this.#columns(data), host);
    explainLegend(this.#plot, options.meaning);
  }

  setData(data: ChartData): void {
    this.#raw = data;
    this.#plot.setData(this.#columns(data));
    this.#showNewest();
  }

  setWidth(width: number): void {
    if (width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: this.#options.height });
    }
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Without a pointer the legend says how things are now. */
  #showNewest(): void {
    if (
      this.#plot.cursor.idx === null ||
      this.#plot.cursor.idx === undefined ||
      (this.#plot.cursor.left ?? -1) < 0
    ) {
      this.#plot.setLegend({ idx: Math.max(0, this.#raw.at_s.length - 1) }, false);
    }
  }

  #columns({ at_s, series }: ChartData): uPlot.AlignedData {
    const { kind, log } = this.#options;
    const columns = kind.stacked ? stacked(series) : series.map(({ values }) => values);
    const shown = columns.map((column) =>
      column.map((value) => {
        if (value === null) return null;
        // A logarithmic axis has no place for zero.
        return log && value <= 0 ? null : value * kind.factor;
      }),
    );
    return [at_s, ...shown];
  }

  #build(host: HTMLElement, data: ChartData): uPlot.Options {
    const { kind, height, log, timeLabel, markers } = this.#options;
    const style = getComputedStyle(host);
    const colour = (name: string) => style.getPropertyValue(name).trim() || '#888';
    const axis: uPlot.Axis = {
      stroke: colour('--text-3'),
      font: `10px ${style.fontFamily}`,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      gap: 4,
    };
    return {
      width: Math.max(100, host.clientWidth),
      height,
      padding: [6, 10, 0, 0],
      cursor: {
        sync: { key: SYNC_KEY, setSeries: false },
        points: { size: 6 },
        drag: { x: false, y: false, setScale: false },
      },
      legend: { live: true, markers: { width: 2, dash: (_, at) => legendDash(data.series[at - 1]?.dash) } },
      scales: {
        x: { time: false, range: (_, low, high) => this.#timeRange(low, high) },
        y: log ? { distr: 3 } : { range: (_, __, high) => [0, topOf(high, kind)] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          incrs: TIME_STEPS_S,
          values: (_, splits) => splits.map((at_s) => clockTick(at_s, splits)),
        },
        { ...axis, size: 46, values: (_, splits) => splits.map(tickText) },
      ],
      series: [
        { label: timeLabel, value: (_, at_s: number | null) => (at_s === null ? '–' : formatClock(at_s)) },
        ...data.series.map(
          (series, at): uPlot.Series => ({
            label: series.label,
            stroke: colour(series.colour),
            width: 1.75,
            dash: series.dash,
            points: { show: false },
            ...(kind.stacked ? { fill: withAlpha(colour(series.colour), FILL_ALPHA) } : {}),
            value: (_, __, ___, index) =>
              kind.format(index === null ? null : (this.#raw.series[at]?.values[index] ?? null)),
          }),
        ),
      ],
      bands: kind.stacked
        ? data.series.slice(1).map((_, at): uPlot.Band => ({ series: [at + 2, at + 1] }))
        : [],
      // Both fire after the legend was emptied, the first time and when the pointer leaves.
      hooks: { ready: [() => this.#showNewest()], setCursor: [() => this.#showNewest()] },
      plugins: [eventMarkers({ ...markers, colour: (event) => colour(markerColour(event)) })],
    };
  }

  #timeRange(low: number | null, high: number | null): [number, number] {
    if (low === null || high === null) return [0, 1];
    const { window_s } = this.#options;
    const span = Number.isFinite(window_s) ? Math.min(window_s, Math.max(high - low, 1e-3)) : high - low;
    return [high - Math.max(span, 1e-3), high];
  }
}

function topOf(high: number | null, kind: ChartKind): number {
  if (kind.top !== null) return Math.max(kind.top, high ?? 0);
  return Math.max(1, (high ?? 1) * 1.08);
}

/** Let the figures beside a chart say what they are. */
export function explainLegend(plot: uPlot, meaning: string): void {
  const legend = plot.root.querySelector<HTMLElement>('.u-legend');
  for (const [name, value] of Object.entries(figure(meaning))) {
    legend?.setAttribute(name.toLowerCase(), String(value));
  }
}

function markerColour(kind: string): string {
  if (kind === 'fault' || kind === 'lost_writes' || kind === 'limit') return '--danger';
  if (kind === 'detected' || kind.startsWith('breaker_o')) return '--warning';
  return kind === 'edit' ? '--text-3' : '--accent';
}

function legendDash(dash: number[] | undefined): string {
  if (!dash || dash.length === 0) return 'solid';
  return (dash[0] as number) <= 2 ? 'dotted' : 'dashed';
}

function clockTick(at_s: number, splits: readonly number[]): string {
  const step = (splits[1] ?? at_s + 1) - (splits[0] ?? at_s);
  if (step < 0.1) return at_s.toFixed(step < 0.01 ? 3 : 2);
  const text = formatClock(at_s);
  return step < 1 ? text : text.replace(/\.\d$/, '');
}

function tickText(value: number | null): string {
  if (value === null) return '';
  if (Math.abs(value) >= 1000) return `${Number((value / 1000).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}

/** Tokens are hexadecimal or rgb(); canvas accepts both with an alpha. */
export function withAlpha(colour: string, alpha: number): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!hex) return colour;
  return `#${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
