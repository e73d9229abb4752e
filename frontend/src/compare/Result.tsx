import { differenceText, formatOf, metTheSame, verdictOf } from '../core/compare';
import { formatCount, formatSeconds } from '../core/format';
import type { ComparisonResult, Document, MeasuredDifference } from '../core/protocol';
import { useEditor } from '../store';
import { figure, figureGroup } from '../ui/Figure';
import { Preview } from '../ui/Preview';
import { useTexts } from '../useTexts';
import { ComparedChart } from './ComparedChart';

interface Props {
  result: ComparisonResult;
  first: Document;
  second: Document;
  names: [string, string];
}

const SERIES = ['throughput_rps', 'failed_rps', 'latency_p99_s'] as const;

/** What came out: the two drawings, chips for what differs clearly, tables of everything, and charts. */
export function Result({ result, first, second, names }: Props) {
  const { t } = useTexts();
  const clear = result.measures.filter(({ is_clear }) => is_clear);
  const offered = result.offered.reduce((sum, [one]) => sum + one, 0) / result.offered.length;
  return (
    <section className="compare-result" aria-label={t('compare.result')}>
      <div className="compare-designs">
        {[first, second].map((design, at) => (
          <figure key={names[at]}>
            <Preview document={design} />
            <figcaption>
              <span className="compare-key" data-second={at === 1 || undefined} aria-hidden="true" />
              {names[at]}
            </figcaption>
          </figure>
        ))}
      </div>
      <ul className="compare-chips" aria-label={t('compare.chips')} {...figureGroup}>
        {clear.map((difference, at) => (
          <li
            key={difference.measure}
            className="compare-chip"
            data-verdict={verdictOf(difference)}
            {...figure(
              `${t(`compare.measure_help.${difference.measure}`)} ${t('compare.difference_help')}`,
              at === 0,
            )}
          >
            {t(`compare.measure.${difference.measure}`)} <strong>{differenceText(difference)}</strong>{' '}
            {t(`compare.verdict.${verdictOf(difference)}`)}
          </li>
        ))}
        {clear.length === 0 && <li className="muted">{t('compare.nothing')}</li>}
      </ul>
      <Table
        caption={t('compare.measures')}
        rows={result.measures}
        names={names}
        title={(row) => t(`compare.measure.${row.measure}`)}
        help={(row) => t(`compare.measure_help.${row.measure}`)}
      />
      <p className="muted" {...figure(t('compare.how_counted'))}>
        {t(metTheSame(result) ? 'compare.same_requests' : 'compare.other_requests', {
          runs: result.seeds.length,
          requests: formatCount(offered),
          warm_up: formatSeconds(result.warm_up_s),
        })}
      </p>
      <div className="compare-charts">
        {SERIES.map((name) => (
          <ComparedChart key={name} name={name} result={result} names={names} />
        ))}
      </div>
      <Utilizations rows={result.utilizations} names={names} />
    </section>
  );
}

function Utilizations({ rows, names }: { rows: readonly MeasuredDifference[]; names: [string, string] }) {
  const { t } = useTexts();
  const document = useEditor((state) => state.document);
  const nameOf = ({ measure }: MeasuredDifference) =>
    document.nodes.find((node) => node.id === measure)?.name ?? measure;
  return (
    <details>
      <summary>{t('compare.utilizations')}</summary>
      <Table
        caption={t('compare.utilizations')}
        rows={rows}
        names={names}
        title={nameOf}
        help={() => t('compare.utilization_help')}
      />
    </details>
  );
}

interface TableProps {
  caption: string;
  rows: readonly MeasuredDifference[];
  names: [string, string];
  title: (row: MeasuredDifference) => string;
  /** what the figures of a row are */
  help: (row: MeasuredDifference) => string;
}

function Table({ caption, rows, names, title, help }: TableProps) {
  const { t } = useTexts();
  return (
    <div className="compare-table">
      <table {...figureGroup}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('compare.what')}</th>
            <th scope="col">{names[0]}</th>
            <th scope="col">{names[1]}</th>
            <th scope="col">{t('compare.difference')}</th>
            <th scope="col">{t('compare.meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.measure}>
              <th scope="row">{title(row)}</th>
              <td {...figure(`${help(row)} ${t('compare.mean_help')}`, at === 0)}>
                {formatOf(row.measure)(row.first)}
              </td>
              <td {...figure(`${help(row)} ${t('compare.mean_help')}`, false)}>
                {formatOf(row.measure)(row.second)}
              </td>
              <td {...figure(`${help(row)} ${t('compare.difference_help')}`, false)}>
                {differenceText(row)}
              </td>
              <td data-verdict={verdictOf(row)}>{t(`compare.verdict.${verdictOf(row)}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
