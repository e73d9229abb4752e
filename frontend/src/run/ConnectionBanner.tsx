import { useEffect, useState } from 'react';
import { retryNow, useRun } from '../runStore';
import { useTexts } from '../useTexts';
import './run.css';

/** Why the page is cut off from the server, what is kept meanwhile, and when it tries again. */
export function ConnectionBanner() {
  const { t } = useTexts();
  const connection = useRun((state) => state.connection);
  const { status, reason, retryAt, unsaved } = connection;
  const seconds = useSecondsUntil(retryAt);
  if (reason === null || (status !== 'offline' && status !== 'closed' && status !== 'connecting'))
    return null;
  const parts = [t(`live.connection.${reason}`)];
  if (status === 'offline') parts.push(t('live.connection.retry_in', { seconds }));
  if (status === 'connecting') parts.push(t('live.connection.connecting'));
  if (unsaved > 0) parts.push(t('live.connection.unsaved', { count: unsaved }));
  return (
    <div className="connection-banner" role="status">
      <span aria-hidden="true">▲</span>
      <span>{parts.join(' ')}</span>
      {status === 'offline' && (
        <button type="button" className="button small" onClick={retryNow}>
          {t('live.connection.retry_now')}
        </button>
      )}
      {status === 'closed' && reason === 'bad_message' && (
        <button type="button" className="button small" onClick={() => location.reload()}>
          {t('live.connection.reload')}
        </button>
      )}
    </div>
  );
}

function useSecondsUntil(at_ms: number | null): number {
  const [now_ms, setNow] = useState(Date.now);
  useEffect(() => {
    if (at_ms === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [at_ms]);
  return at_ms === null ? 0 : Math.max(1, Math.ceil((at_ms - now_ms) / 1000));
}
