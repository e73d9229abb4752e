import { formatCount, formatRate, formatSeconds } from '../core/format';
import type { EstimateFigures } from '../core/protocol';
import { formatQuantity } from '../core/units';
import { figure, figureGroup } from '../ui/Figure';
import { useTexts } from '../useTexts';

/** What follows from an estimate, in the units in which people say it. */
export function EstimateFacts({ figures }: { figures: EstimateFigures }) {
  const { t } = useTexts();
  const bytes = (value: number) => formatQuantity(value, 'bytes');
  const facts: [string, string][] = [
    ['daily_users', formatCount(figures.daily_users)],
    ['rate', formatRate(figures.rate_rps)],
    ['peak', formatRate(figures.peak_rps)],
    ['reads', formatRate(figures.read_rps)],
    ['writes', formatRate(figures.write_rps)],
    ['outbound', formatQuantity(figures.outbound_bytes_per_s, 'bytes/s')],
    ['inbound', formatQuantity(figures.inbound_bytes_per_s, 'bytes/s')],
    ['stored_day', bytes(figures.stored_bytes_per_day)],
    ['stored', bytes(figures.stored_bytes)],
    ['records', formatCount(figures.records)],
    ['key_length', formatCount(figures.key_length)],
    ['cached', bytes(figures.cache_bytes)],
    ['servers', formatCount(figures.servers)],
  ];
  const { plain_s, compressed_s, pays } = figures.sending;
  return (
    <>
      <h2 className="section-title">{t('estimate.result')}</h2>
      <dl className="facts" {...figureGroup}>
        {facts.map(([key, value], at) => (
          <div key={key} {...figure(t(`estimate.fact_meaning.${key}`), at === 0)}>
            <dt>{t(`estimate.fact.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table className="estimate-table" {...figureGroup}>
        <thead>
          <tr>
            <th scope="col">{t('estimate.action')}</th>
            <th scope="col">{t('estimate.fact.rate')}</th>
            <th scope="col">{t('estimate.fact.deliveries')}</th>
            <th scope="col">{t('estimate.fact.stored_day')}</th>
          </tr>
        </thead>
        <tbody>
          {figures.actions.map((item, row) => (
            <tr key={item.name}>
              <th scope="row">{item.name}</th>
              <td {...figure(t('estimate.fact_meaning.rate'), row === 0)}>{formatRate(item.rate_rps)}</td>
              <td {...figure(t('estimate.fact_meaning.deliveries'), false)}>
                {formatRate(item.deliveries_rps)}
              </td>
              <td {...figure(t('estimate.fact_meaning.stored_day'), false)}>
                {bytes(item.stored_bytes_per_day)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="field-help" {...figure(t('estimate.fact_meaning.sending'))}>
        {t(pays ? 'estimate.compress' : 'estimate.send_plain', {
          plain: formatSeconds(plain_s),
          compressed: formatSeconds(compressed_s),
        })}
      </p>
    </>
  );
}
