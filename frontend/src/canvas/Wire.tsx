import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { curvePath, curvePoint, edgeCurve } from '../core/geometry';
import { useEditor } from '../store';
import type { FlowEdge } from './elements';

/** An edge: the same curve that the live layers follow, with its meaning shown while selected. */
export const Wire = memo(function Wire(props: EdgeProps<FlowEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, selected, data } = props;
  const curve = edgeCurve({ x: sourceX, y: sourceY }, { x: targetX, y: targetY });
  const wrong = useEditor((state) =>
    state.diagnostics.some((item) => item.edge_id === id && item.severity === 'error'),
  );
  const middle = curvePoint(curve, 0.5);
  const tip = { x: targetX, y: targetY };
  return (
    <>
      <BaseEdge
        id={id}
        path={curvePath(curve)}
        interactionWidth={24}
        className={wrong ? 'wire-path wrong' : 'wire-path'}
      />
      <path
        className="wire-tip"
        d={`M${tip.x - 8},${tip.y - 4.5} L${tip.x - 0.5},${tip.y} L${tip.x - 8},${tip.y + 4.5}`}
      />
      {selected && data?.meaning && (
        <EdgeLabelRenderer>
          <div
            className="wire-label"
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
          >
            {data.meaning}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
