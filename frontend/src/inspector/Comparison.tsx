import { type ComparisonKey, comparisonRows, type Figure, highest } from '../core/comparison';
import { feed } from '../core/feed';
import { formatCost, formatRate, formatRatio, formatSeconds } from '../core/format';
import { useRun } from '../runStore';
import { useEditor } from '../store';
import { figure, figureGroup } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import './estimate.css';

const FORMATS: Record<ComparisonKey, (value: number | null) => string> = {
  offered: formatRate,
  peak: formatRate,
  answered: formatRate,
  latency: formatSeconds,
  busiest: formatRatio,
  availability: (value) => (value === null ? formatRatio(value) : `${Number((value * 100).toFixed(4))} %`),
  cost: formatCost,
};

const COLUMNS = ['estimated', 'predicted', 'measured'] as const;

/** Estimate, prediction and measurement side by side; each column says what it is. */
export function Comparison() {
  const { t } = useTexts();
  useFeed(1);
  const analysis = useEditor((state) => state.analysis);
  const live = useRun((state) => state.run !== null && state.run.status !== 'stopped');
  const frame = live ? feed.frame : null;
  const busiest = analysis && highest(Object.values(analysis.nodes).map((node) => node.busy_ratio));
  const rows = comparisonRows(
    analysis?.estimate ?? null,
    analysis?.prediction ?? null,
    busiest,
    frame && { totals: frame.totals, busy: frame.nodes.utilization_ratio },
  );
  const cell = (key: ComparisonKey, value: Figure) =>
    value === 'endless' ? t('estimate.endless') : FORMATS[key](value);
  return (
    <table className="estimate-table" aria-label={t('estimate.compare')} {...figureGroup}>
      <thead>
        <tr>
          <th scope="col">{t('estimate.figure')}</th>
          <th scope="col">{t('estimate.estimated')}</th>
          <th scope="col">{t('estimate.predicted')}</th>
          <th scope="col">{t('estimate.measured')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, ...values }, row) => (
          <tr key={key}>
            <th scope="row">{t(`estimate.row.${key}`)}</th>
            {COLUMNS.map((column, at) => (
              <td
                key={column}
                {...figure(
                  `${t(`estimate.meaning.${key}`)} ${t(`estimate.${column}_help`)}.`,
                  row === 0 && at === 0,
                )}
              >
                {cell(key, values[column])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
