import { type RefObject, useEffect, useRef, useState } from 'react';
import { feed } from '../core/feed';
import type { SlotChannel } from '../core/frames';
import { useEditor } from '../store';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { Chart } from './Chart';
import { CHARTS, type ChartKind } from './series';
import './charts.css';

const WINDOWS = [
  { id: 'w30', window_s: 30 },
  { id: 'w120', window_s: 120 },
  { id: 'all', window_s: Number.POSITIVE_INFINITY },
] as const;

/** The run over time: outcomes, latency, load, queues and hits, on one clock. */
export function ChartsPanel() {
  const { t } = useTexts();
  const [window, setWindow] = useState<(typeof WINDOWS)[number]>(WINDOWS[0]);
  const [table, setTable] = useState(false);
  const [log, setLog] = useState(false);
  const nodes = useEditor((state) => state.selection.nodes);
  useFeed(1);
  const anything = feed.history.rows.length > 0;
  const hits = feed.history.rows.at(-1)?.totals.hit_ratio;
  const shown = CHARTS.filter(({ id }) => id !== 'hit' || (hits !== null && hits !== undefined));
  const grid = useRef<HTMLDivElement>(null);
  const height = usePlotHeight(grid, shown.length);
  return (
    <section className="charts" aria-label={t('live.charts.title')}>
      <div className="charts-tools">
        <fieldset className="choice" title={t('live.charts.window_hint')}>
          <legend className="visually-hidden">{t('live.charts.window')}</legend>
          {WINDOWS.map((option) => (
            <label key={option.id} className="choice-item">
              <input
                type="radio"
                name="chart-window"
                checked={window.id === option.id}
                onChange={() => setWindow(option)}
              />
              <span>{t(`live.charts.${option.id}`)}</span>
            </label>
          ))}
        </fieldset>
        <label className="charts-check">
          <input type="checkbox" checked={log} onChange={(event) => setLog(event.target.checked)} />
          {t('live.charts.log')}
        </label>
        <label className="charts-check">
          <input type="checkbox" checked={table} onChange={(event) => setTable(event.target.checked)} />
          {t('live.charts.table')}
        </label>
      </div>
      {anything ? (
        <div className="charts-grid" ref={grid}>
          {shown.map((kind) => (
            <Chart
              key={kind.id}
              kind={kind}
              window_s={window.window_s}
              nodes={known(kind.id, nodes)}
              table={table}
              log={log && kind.id === 'latency'}
              height={height}
            />
          ))}
        </div>
      ) : (
        <p className="charts-empty muted">{t('live.charts.waiting')}</p>
      )}
    </section>
  );
}

const CHANNELS: Partial<Record<ChartKind['id'], SlotChannel>> = {
  utilization: 'utilization_ratio',
  queue: 'queue_length',
};

/** Those of the selected nodes to which a chart applies; none means the chart shows the largest. */
function known(chart: ChartKind['id'], nodes: readonly string[]): readonly string[] {
  const column = CHANNELS[chart] && feed.smoothed.nodes[CHANNELS[chart]];
  if (!column) return nodes;
  return nodes.filter((id) => !Number.isNaN(column[feed.nodeAt(id) ?? -1] ?? Number.NaN));
}

const COLUMN_LEAST_PX = 250;
const GAP_PX = 16;
/** Title and legend of a chart with the space around them. */
const AROUND_PLOT_PX = 74;
const PLOT_LEAST_PX = 92;
const PLOT_MOST_PX = 240;

/** As high as lets every chart be seen at once in the room there is, within what can still be read. */
function usePlotHeight(grid: RefObject<HTMLElement | null>, count: number): number {
  const [height, setHeight] = useState(PLOT_LEAST_PX);
  const empty = count === 0 || grid.current === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the grid appears with the first frame
  useEffect(() => {
    const room = grid.current?.closest('.drawer-panel');
    if (!room || !grid.current) return;
    const measure = () => {
      const width = grid.current?.clientWidth ?? 0;
      const columns = Math.max(1, Math.floor((width + GAP_PX) / (COLUMN_LEAST_PX + GAP_PX)));
      const rows = Math.ceil(count / columns);
      const share = columns === 1 ? 0 : room.clientHeight / rows - AROUND_PLOT_PX;
      setHeight(Math.round(Math.min(PLOT_MOST_PX, Math.max(PLOT_LEAST_PX, share))));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(room);
    return () => observer.disconnect();
  }, [grid, count, empty]);
  return height;
}
