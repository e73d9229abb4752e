import { compared, differenceText } from '../core/differences';
import { feed } from '../core/feed';
import { formatClock } from '../core/format';
import { figure, figureGroup } from '../ui/Figure';
import { useFeed } from '../useFeed';
import { useTexts } from '../useTexts';
import './run.css';

/** For a while after an edit of the running design: what it changed. */
export function Differences() {
  const { t } = useTexts();
  useFeed(2);
  const found = compared(feed);
  return (
    <div className="differences" role="status" data-over-canvas {...figureGroup}>
      {found && (
        <>
          <span className="muted" {...figure(t('live.difference.help'))}>
            {t('live.difference.since', { at: formatClock(found.at_s) })}
          </span>
          {found.differences.map((difference) => (
            <span
              key={difference.measure}
              className="difference"
              {...figure(
                `${t(`live.difference.${difference.measure}_help`)} ${t('live.difference.help')}`,
                false,
              )}
            >
              {t(`live.difference.${difference.measure}`)} <strong>{differenceText(difference)}</strong>
            </span>
          ))}
          {found.differences.length === 0 && <span>{t('live.difference.none')}</span>}
        </>
      )}
    </div>
  );
}
