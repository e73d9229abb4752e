import { type EdgeTypes, type NodeTypes, ReactFlow, SelectionMode } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import type { ReactNode } from 'react';
import { useEditor } from '../store';
import { useTexts } from '../useTexts';
import { ariaLabels } from './ariaLabels';
import { CanvasControls } from './CanvasControls';
import { ConnectionHint } from './ConnectionHint';
import { ConnectionLine } from './ConnectionLine';
import { Grid } from './Grid';
import { GroupFrames } from './GroupFrames';
import { NodeCard } from './NodeCard';
import { useCamera } from './useCamera';
import { useCanvasHandlers } from './useCanvasHandlers';
import { useElements } from './useElements';
import { Wire } from './Wire';

const nodeTypes: NodeTypes = { component: NodeCard };
const edgeTypes: EdgeTypes = { wire: Wire };
/** Beyond this many nodes only those on screen are mounted; below it, all stay reachable by Tab. */
const ALL_RENDERED_MAX = 150;

interface Props {
  /** painted under the nodes (moving requests) */
  under: ReactNode;
  /** painted over the nodes (gauges) */
  over: ReactNode;
}

/** The drawing surface. Must sit inside a ReactFlowProvider. */
export function FlowCanvas({ under, over }: Props) {
  const texts = useTexts();
  const readOnly = useEditor((state) => state.permission === 'view');
  const many = useEditor((state) => state.document.nodes.length > ALL_RENDERED_MAX);
  const { nodes, edges, drag, onNodesChange, onEdgesChange } = useElements();
  const handlers = useCanvasHandlers();
  const { defaultViewport, ...moves } = useCamera();
  return (
    <ReactFlow
      className="canvas"
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      {...handlers}
      {...moves}
      {...(defaultViewport ? { defaultViewport } : {})}
      connectionLineComponent={ConnectionLine}
      connectionRadius={36}
      connectionDragThreshold={3}
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesFocusable={false}
      deleteKeyCode={null}
      panActivationKeyCode={null} // Space runs and pauses
      multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
      selectionMode={SelectionMode.Partial}
      elevateNodesOnSelect
      onlyRenderVisibleElements={many}
      minZoom={0.1}
      maxZoom={2.5}
      zoomOnDoubleClick={false}
      nodeDragThreshold={2}
      ariaLabelConfig={ariaLabels(texts.t)}
      aria-label={texts.t('canvas.label')}
      proOptions={PRO_OPTIONS}
    >
      <Grid />
      <GroupFrames drag={drag} />
      <div className="canvas-layer under">{under}</div>
      <div className="canvas-layer over">{over}</div>
      <CanvasControls />
      <ConnectionHint />
    </ReactFlow>
  );
}

const PRO_OPTIONS = { hideAttribution: true };
