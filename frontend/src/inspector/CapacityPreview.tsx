import { showSetting } from '../actions';
import { findNode } from '../core/document';
import { formatRate } from '../core/format';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';

/** What can be said before running: how much the design can carry, and what gives way first. */
export function CapacityPreview() {
  const { t } = useTexts();
  const analysis = useEditor((state) => state.analysis);
  const document = useEditor((state) => state.document);
  if (!analysis || document.nodes.length === 0) return null;
  const { bottleneck, max_throughput_rps: most, single_points_of_failure: singles } = analysis;
  const weakest = bottleneck && findNode(document, bottleneck.node_id);
  return (
    <section className="preview">
      <h2 className="section-title">{t('preview.title')}</h2>
      <dl className="facts">
        <div>
          <dt>{t('preview.most')}</dt>
          <dd>{most === null ? t('preview.unlimited') : formatRate(most)}</dd>
        </div>
        {bottleneck && (
          <div data-level={bottleneck.utilization_ratio >= 1 ? 'full' : undefined}>
            <dt>{t('preview.at_bottleneck')}</dt>
            <dd>{Math.round(bottleneck.utilization_ratio * 100)} %</dd>
          </div>
        )}
      </dl>
      {bottleneck && weakest && (
        <p>
          {t(bottleneck.utilization_ratio >= 1 ? 'preview.overloaded' : 'preview.bottleneck')}{' '}
          <button
            type="button"
            className="link"
            onClick={() => showSetting({ node_id: weakest.id, edge_id: null, field: null })}
          >
            {weakest.name}
          </button>
        </p>
      )}
      {singles.length > 0 && (
        <p className="muted">
          {t('preview.singles')}{' '}
          {singles
            .map((id) => findNode(document, id)?.name)
            .filter(Boolean)
            .join(', ')}
        </p>
      )}
    </section>
  );
}
