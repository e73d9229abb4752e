import type { Kind } from '../core/catalog';
import { defaultText } from '../core/defaults';
import { figure, figureGroup } from '../ui/Figure';
import { useTexts } from '../useTexts';

/** What a kind simulates, what it leaves out, and where its defaults come from. */
export function AboutKind({ kind }: { kind: Kind }) {
  const { t, tr } = useTexts();
  const sourced = kind.parameters.filter((spec) => spec.source);
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
      {sourced.length > 0 && (
        <>
          <h3>{t('inspector.sources')}</h3>
          <dl className="sources" {...figureGroup}>
            {sourced.map((spec, at) => (
              <div key={spec.name}>
                <dt>
                  {tr(spec.label)}:{' '}
                  <span
                    className="figure"
                    {...figure(t('inspector.default_meaning', { help: tr(spec.help) }), at === 0)}
                  >
                    {defaultText(spec)}
                  </span>
                </dt>
                <dd>{tr(spec.source)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}
