import type { ConnectionLineComponentProps } from '@xyflow/react';
import { curvePath, edgeCurve } from '../core/geometry';
import type { FlowNode } from './elements';

/** The wire while it is being drawn, in the direction in which requests will travel. */
export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>) {
  const { fromX, fromY, toX, toY, fromHandle } = props;
  const from = { x: fromX, y: fromY };
  const to = { x: toX, y: toY };
  const curve = fromHandle.type === 'source' ? edgeCurve(from, to) : edgeCurve(to, from);
  return <path className="connection-path" d={curvePath(curve)} />;
}
