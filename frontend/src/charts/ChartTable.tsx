import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import { figure, figureGroup } from '../ui/Figure';
import { useFeed } from '../useFeed';
import type { Texts } from '../useTexts';
import { type ChartKind, chartData, type SeriesTexts } from './series';

const ROWS = 12;

interface ChartTableProps {
  kind: ChartKind;
  window_s: number;
  nodes: readonly string[];
  meaning: string;
  texts: Texts;
  seriesTexts: SeriesTexts;
}

/** The figures of a chart as text, evenly picked from the window, the newest first. */
export function ChartTable({ kind, window_s, nodes, meaning, texts, seriesTexts }: ChartTableProps) {
  useFeed(1);
  const { at_s, series } = chartData(kind.id, feed, window_s, nodes, seriesTexts);
  const step = Math.max(1, Math.ceil(at_s.length / ROWS));
  const picked = at_s.map((_, at) => at).filter((at) => (at_s.length - 1 - at) % step === 0);
  return (
    <div className="chart-table">
      <table {...figureGroup}>
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
          {picked.reverse().map((at, row) => (
            <tr key={at_s[at]}>
              <th scope="row" {...figure(texts.t('live.meaning_of.row_time'), row === 0)}>
                {formatClock(at_s[at] ?? 0)}
              </th>
              {series.map(({ label, values }) => (
                <td key={label} {...figure(meaning, false)}>
                  {kind.format(values[at] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
