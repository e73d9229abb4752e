import { useState } from 'react';
import { feed } from '../core/feed';
import { useEditor } from '../store';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import { Chart } from './Chart';
import { CHARTS } from './series';
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
        <div className="charts-grid">
          {shown.map((kind) => (
            <Chart
              key={kind.id}
              kind={kind}
              window_s={window.window_s}
              nodes={nodes}
              table={table}
              log={log && kind.id === 'latency'}
            />
          ))}
        </div>
      ) : (
        <p className="charts-empty muted">{t('live.charts.waiting')}</p>
      )}
    </section>
  );
}
