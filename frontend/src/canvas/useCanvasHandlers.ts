import type { Connection, FinalConnectionState, IsValidConnection, Node } from '@xyflow/react';
import { type MouseEvent as ReactMouseEvent, useMemo } from 'react';
import { connectNodes, rename } from '../actions';
import { strikeAt, useAim } from '../aim';
import { kindOf, refusal } from '../core/catalog';
import { spliceInto } from '../core/edits';
import type { FaultTarget } from '../core/faults';
import { centre, nodeRect } from '../core/geometry';
import { applyLocal, useEditor } from '../store';
import { getCamera, openMenu, openPicker, openSheet, useView } from '../view';
import type { FlowEdge, FlowNode } from './elements';
import { nodeAt, spliceTarget } from './hit';
import { watchLongPress } from './longPress';
import { useClickWiring } from './wiring';

/** What React Flow's gestures mean. */
export function useCanvasHandlers() {
  const { end, letGo } = useClickWiring();
  return useMemo(
    () => ({
      onConnect,
      onConnectEnd,
      isValidConnection,
      onNodeDrag,
      onNodeDragStop,
      onNodeDoubleClick: (_event: ReactMouseEvent, node: Node) => rename(node.id),
      onNodeClick: (_event: ReactMouseEvent, node: Node) => {
        if (!end(node.id)) strikeAimed({ node_id: node.id });
      },
      onEdgeClick: (_event: ReactMouseEvent, edge: FlowEdge) => strikeAimed({ edge_id: edge.id }),
      onPaneClick: () => {
        letGo();
        openSheet(null);
      },
      onNodeContextMenu: (event: ReactMouseEvent, node: Node) => menuAt(event, { node_id: node.id }),
      onEdgeContextMenu: (event: ReactMouseEvent, edge: FlowEdge) => menuAt(event, { edge_id: edge.id }),
      onPointerDown: watchLongPress,
    }),
    [end, letGo],
  );
}

/** While a fault waits for its place, a click is that place. */
function strikeAimed(target: FaultTarget): void {
  const { aim, at } = useAim.getState();
  if (aim && !at) strikeAt(target);
}

function menuAt(event: ReactMouseEvent, target: FaultTarget): void {
  event.preventDefault();
  openMenu(target, { x: event.clientX, y: event.clientY });
}

function onConnect({ source, target }: Connection): void {
  connectNodes(source, target);
}

const isValidConnection: IsValidConnection<FlowEdge> = ({ source, target }) => {
  const { catalog, document } = useEditor.getState();
  return Boolean(catalog && source && target && refusal(catalog, document, source, target) === null);
};

/** A wire let go off any port: on a component it connects all the same, on empty canvas it offers what fits. */
function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const camera = getCamera();
  if (state.isValid || !state.fromNode || !state.fromHandle || !camera) return;
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
  if (!touch) return;
  const client = { x: touch.clientX, y: touch.clientY };
  const flow = camera.toFlow(client);
  const forward = state.fromHandle.type === 'source';
  const from = state.fromNode.id;
  const below = nodeAt(flow) ?? state.toNode?.id ?? null;
  if (below === from) return;
  if (below) connectNodes(forward ? from : below, forward ? below : from);
  else if (camera.covers(client)) openPicker({ mode: 'wire', node: from, forward, place: flow }, client);
}

/** The edge into which a lone dragged node would go. */
function spliceOf(node: Node, nodes: readonly Node[]): string | null {
  const { catalog, document } = useEditor.getState();
  const source = (node as FlowNode).data.source;
  const kind = catalog && kindOf(catalog, source.kind);
  const wired = document.edges.some((edge) => edge.source === node.id || edge.target === node.id);
  if (!kind || wired || nodes.length !== 1) return null;
  return spliceTarget(centre(nodeRect(node.position)), kind, node.id);
}

function onNodeDrag(_event: unknown, node: Node, nodes: Node[]): void {
  const spliceEdge = spliceOf(node, nodes);
  if (useView.getState().spliceEdge !== spliceEdge) useView.setState({ spliceEdge });
}

function onNodeDragStop(_event: unknown, node: Node, nodes: Node[]): void {
  const target = spliceOf(node, nodes);
  useView.setState({ spliceEdge: null });
  const { document } = useEditor.getState();
  const edge = document.edges.find((candidate) => candidate.id === target);
  if (edge) applyLocal(spliceInto(document, edge, node.id));
}
