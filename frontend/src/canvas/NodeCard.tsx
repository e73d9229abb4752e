import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useAim } from '../aim';
import { changedSince } from '../core/begun';
import { kindOf, refusal, wireEnds } from '../core/catalog';
import { productOf } from '../core/presets';
import { canStrike } from '../core/targets';
import { useRun } from '../runStore';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { KindIcon } from '../ui/KindIcon';
import { SinceMark } from '../ui/SinceMark';
import { useTexts } from '../useTexts';
import type { FlowNode } from './elements';
import { NodePreview } from './NodePreview';
import { useWiring } from './wiring';

/** A component on the canvas. It holds no live figure: those are painted over its lower part. */
export const NodeCard = memo(function NodeCard({ id, data, isConnectable }: NodeProps<FlowNode>) {
  const { t, tr } = useTexts();
  const node = data.source;
  const catalog = useEditor((state) => state.catalog);
  const kind = catalog && kindOf(catalog, node.kind);
  const ends = kind && wireEnds(catalog, kind);
  const severity = useEditor((state) => worst(state.diagnostics, id));
  const product = kind && productOf(kind, node);
  const role = useConnectionRole(id);
  const aim = useAimRole(id);
  const since = useRun((state) => changedSince(state.begun, 'nodes', node));
  return (
    <div
      className="node-card"
      data-severity={severity ?? undefined}
      data-connect={role ?? undefined}
      data-aim={aim}
    >
      <Handle
        type="target"
        position={Position.Left}
        isConnectable={isConnectable && (ends?.end ?? true)}
        aria-hidden="true"
      />
      <div className="node-head">
        <span className="node-icon">
          <KindIcon kind={node.kind} />
          {severity && (
            <span className="node-problem" title={t(`problems.${severity}`)}>
              <Glyph name="error" />
            </span>
          )}
        </span>
        <div className="node-words">
          <div className="node-name">{node.name}</div>
          <div className="node-kind">{product?.name ?? (kind ? tr(kind.title) : node.kind)}</div>
        </div>
        {since && <SinceMark since={since} />}
      </div>
      <div className="node-strip">
        <NodePreview nodeId={id} />
      </div>
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={isConnectable && (ends?.start ?? true)}
        aria-hidden="true"
      />
    </div>
  );
});

type Severity = 'error' | 'warning';

/** The gravest problem of a node; remarks get no badge. */
function worst(
  diagnostics: readonly { node_id: string | null; severity: string }[],
  id: string,
): Severity | null {
  let found: Severity | null = null;
  for (const { node_id, severity } of diagnostics) {
    if (node_id !== id) continue;
    if (severity === 'error') return 'error';
    if (severity === 'warning') found = 'warning';
  }
  return found;
}

/** While a fault of components waits for its place: whether it may be this one. */
function useAimRole(id: string): 'possible' | 'refused' | undefined {
  const fault = useAim((state) => (state.at ? null : (state.aim?.fault ?? null)));
  return useEditor(({ catalog, document }) => {
    if (!fault || catalog?.faults[fault]?.target !== 'node') return undefined;
    return canStrike(catalog, document, fault, { node_id: id }) ? 'possible' : 'refused';
  });
}

/** While a wire is being drawn: whether it may end here. */
function useConnectionRole(id: string): 'origin' | 'possible' | 'refused' | null {
  const wiring = useWiring();
  const { origin, forward } = wiring ?? { origin: null, forward: true };
  const allowed = useEditor((state) => {
    if (!origin || !state.catalog || origin === id) return true;
    const [source, target] = forward ? [origin, id] : [id, origin];
    return refusal(state.catalog, state.document, source, target) === null;
  });
  if (!origin) return null;
  if (origin === id) return 'origin';
  return allowed ? 'possible' : 'refused';
}
