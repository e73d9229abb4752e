import { formatRate } from '../core/format';
import { useEditor } from '../store';
import { pointedFigure } from '../ui/Figure';
import { useTexts } from '../useTexts';

/** Before a run: how busy a node would be, from the analysis. Live figures take its place while a run is on. */
export function NodePreview({ nodeId }: { nodeId: string }) {
  const { t } = useTexts();
  const ratio = useEditor((state) => rounded(state.analysis?.nodes[nodeId]?.utilization_ratio));
  const offered = useEditor((state) => rounded(state.analysis?.nodes[nodeId]?.offered_rps));
  if (offered === null) return null;
  const rate = formatRate(offered);
  if (ratio === null) {
    return (
      <div className="node-preview" {...pointedFigure(t('preview.rate_help'))}>
        <span className="node-preview-text">{rate}</span>
      </div>
    );
  }
  const percent = Math.round(ratio * 100);
  const level = ratio >= 1 ? 'full' : ratio >= 0.8 ? 'busy' : 'calm';
  return (
    <div className="node-preview" data-level={level} {...pointedFigure(t('preview.node_help'))}>
      <div className="node-preview-text">
        <span>{rate}</span>
        <span className="node-preview-percent">{percent} %</span>
      </div>
      <svg className="node-preview-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="bar-track" width="100" height="4" rx="2" />
        <rect className="bar-fill" width={Math.min(100, percent)} height="4" rx="2" />
      </svg>
    </div>
  );
}

function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(3));
}
