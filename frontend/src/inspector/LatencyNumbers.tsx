import { formatSeconds } from '../core/format';
import type { LatencyNumber } from '../core/protocol';
import { useTexts } from '../useTexts';

interface Props {
  numbers: readonly LatencyNumber[];
  /** what the letters of confidence mean */
  letters: Record<string, string>;
}

/** How long things take, as books teach it and as it was measured lately, with the source of each row. */
export function LatencyNumbers({ numbers, letters }: Props) {
  const { t, tr } = useTexts();
  return (
    <details className="latency-numbers">
      <summary className="section-title">{t('estimate.numbers')}</summary>
      <p className="field-help">{t('estimate.numbers_help')}</p>
      <table className="estimate-table" aria-label={t('estimate.numbers')}>
        <thead>
          <tr>
            <th scope="col">{t('estimate.operation')}</th>
            <th scope="col">{t('estimate.book')}</th>
            <th scope="col">{t('estimate.lately')}</th>
          </tr>
        </thead>
        <tbody>
          {numbers.map((item) => (
            <tr key={item.title}>
              <th scope="row">
                {tr(item.title)}
                {item.measured_s !== null && (
                  <span className="latency-source">
                    {tr(item.source)} ({item.confidence}: {tr(letters[item.confidence] ?? '')})
                  </span>
                )}
              </th>
              <td>{formatSeconds(item.book_s)}</td>
              <td>{formatSeconds(item.measured_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
