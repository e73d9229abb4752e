import { useTexts } from '../useTexts';

/** While the page loads, or when it could not. */
export function Opening({ error }: { error: string | null }) {
  const { t } = useTexts();
  return (
    <main className="opening" aria-busy={error === null}>
      {error === null ? (
        <p className="muted">{t('app.loading')}</p>
      ) : (
        <>
          <h1>{t('app.not_opened')}</h1>
          <p role="alert">{error}</p>
          <p className="opening-actions">
            <button type="button" className="button primary" onClick={() => location.reload()}>
              {t('app.retry')}
            </button>
            <a className="button" href="/">
              {t('app.start_over')}
            </a>
          </p>
        </>
      )}
    </main>
  );
}
