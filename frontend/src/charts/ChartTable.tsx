import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import { useFeed } from '../useFeed';
import type { Texts } from '../useTexts';
import { type ChartKind, chartData, type SeriesTexts } from './series';

const ROWS = 12;

interface ChartTableProps {
  kind: ChartKind;
  window_s: number;
  nodes: readonly string[];
  texts: Texts;
  seriesTexts: SeriesTexts;
}

/** The figures of a chart as text, evenly picked from the window, the newest first. */
export function ChartTable({ kind, window_s, nodes, texts, seriesTexts }: ChartTableProps) {
  useFeed(1);
  const { at_s, series } = chartData(kind.id, feed, window_s, nodes, seriesTexts);
  const step = Math.max(1, Math.ceil(at_s.length / ROWS));
  const picked = at_s.map((_, at) => at).filter((at) => (at_s.length - 1 - at) % step === 0);
  return (
    <div className="chart-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.t('live.charts.time')}</th>
            {series.map(({ label }) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {picked.reverse().map((at) => (
            <tr key={at_s[at]}>
              <th scope="row">{formatClock(at_s[at] ?? 0)}</th>
              {series.map(({ label, values }) => (
                <td key={label}>{kind.format(values[at] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
