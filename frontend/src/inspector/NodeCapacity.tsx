import { formatRate } from '../core/format';
import { useEditor } from '../store';
import { figure, figureGroup } from '../ui/Figure';
import { useTexts } from '../useTexts';

/** What the analysis expects of a node before anything runs. */
export function NodeCapacity({ nodeId }: { nodeId: string }) {
  const { t } = useTexts();
  const expected = useEditor((state) => state.analysis?.nodes[nodeId]);
  const single = useEditor((state) => state.analysis?.single_points_of_failure.includes(nodeId) ?? false);
  if (!expected) return null;
  const rate = (value: number | null) => (value === null ? t('preview.unlimited') : formatRate(value));
  return (
    <section className="facts-box" aria-label={t('preview.title')}>
      <dl className="facts" {...figureGroup}>
        <div {...figure(t('preview.meaning.offered'))}>
          <dt>{t('preview.offered')}</dt>
          <dd>{rate(expected.offered_rps)}</dd>
        </div>
        <div {...figure(t('preview.meaning.capacity'), false)}>
          <dt>{t('preview.capacity')}</dt>
          <dd>{rate(expected.capacity_rps)}</dd>
        </div>
        {expected.utilization_ratio !== null && (
          <div
            data-level={expected.utilization_ratio >= 1 ? 'full' : undefined}
            {...figure(t('preview.meaning.utilization'), false)}
          >
            <dt>{t('preview.utilization')}</dt>
            <dd>{Math.round(expected.utilization_ratio * 100)} %</dd>
          </div>
        )}
      </dl>
      {single && <p className="muted">{t('preview.single_point')}</p>}
    </section>
  );
}
