import type { Kind } from '../core/catalog';
import { useTexts } from '../useTexts';

/** What a kind simulates and what it leaves out. */
export function AboutKind({ kind }: { kind: Kind }) {
  const { t, tr } = useTexts();
  return (
    <div className="about">
      <p>{tr(kind.summary)}</p>
      <h3>{t('inspector.models')}</h3>
      <p>{tr(kind.models)}</p>
      <h3>{t('inspector.leaves_out')}</h3>
      <p>{tr(kind.leaves_out)}</p>
      {kind.aliases.length > 0 && (
        <>
          <h3>{t('inspector.aliases')}</h3>
          <p>{kind.aliases.join(', ')}</p>
        </>
      )}
    </div>
  );
}
