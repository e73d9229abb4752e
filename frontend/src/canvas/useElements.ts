import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { changedSince, type Since } from '../core/begun';
import { edgeMeaning, kindOf } from '../core/catalog';
import type { DocumentChange } from '../core/changes';
import type { ScenarioEdge, ScenarioNode } from '../core/document';
import type { Point } from '../core/geometry';
import { regroup } from '../core/groupEdits';
import { setLayout } from '../geometry';
import { useRun } from '../runStore';
import { applyLocal, select, useEditor } from '../store';
import { type Texts, useTexts } from '../useTexts';
import { useView } from '../view';
import { isAltHeld } from './altKey';
import { type Drag, EdgeCache, type FlowEdge, type FlowNode, NodeCache } from './elements';

const NOT_DRAGGING: Drag = new Map();

/** The document's nodes and edges for React Flow, and the way back: moves and selection become edits. */
export function useElements() {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const selection = useEditor((state) => state.selection);
  const splice = useView((state) => state.spliceEdge);
  const begun = useRun((state) => state.begun);
  const [drag, setDrag] = useState<Drag>(NOT_DRAGGING);
  const [nodeCache] = useState(() => new NodeCache());
  const [edgeCache] = useState(() => new EdgeCache());
  const dragging = useRef(NOT_DRAGGING);

  const nodes = useMemo(() => {
    const label = (node: ScenarioNode) => {
      const title = catalog && kindOf(catalog, node.kind)?.title;
      const own = t('canvas.node', { name: node.name, kind: title ? tr(title) : node.kind });
      return marked(own, changedSince(begun, 'nodes', node), t);
    };
    return nodeCache.nodes(document.nodes, new Set(selection.nodes), drag, label, t('flow.node'));
  }, [document.nodes, selection.nodes, drag, catalog, nodeCache, begun, t, tr]);

  const edges = useMemo(() => {
    const byId = new Map(document.nodes.map((node) => [node.id, node]));
    const meaning = (edge: ScenarioEdge) => {
      const source = byId.get(edge.source);
      const target = byId.get(edge.target);
      const text = catalog && source && target && edgeMeaning(catalog, source, target);
      return text ? tr(text) : '';
    };
    const label = (edge: ScenarioEdge) => {
      const source = byId.get(edge.source)?.name ?? '';
      const target = byId.get(edge.target)?.name ?? '';
      const own = t('canvas.edge', { source, target, meaning: meaning(edge) });
      return marked(own, changedSince(begun, 'edges', edge), t);
    };
    return edgeCache.edges(document.edges, new Set(selection.edges), splice, meaning, label, t('flow.edge'));
  }, [document.nodes, document.edges, selection.edges, catalog, splice, edgeCache, begun, t, tr]);

  useLayoutEffect(() => {
    setLayout(
      nodes.map((node) => ({ id: node.id, x: node.position.x, y: node.position.y })),
      document.edges,
    );
  }, [nodes, document.edges]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    const held = new Map<string, Point>();
    const dropped: DocumentChange[] = [];
    for (const change of changes) {
      if (change.type !== 'position' || !change.position) continue;
      const { x, y } = change.position;
      if (change.dragging) held.set(change.id, { x, y });
      else dropped.push({ type: 'move_node', node_id: change.id, x: Math.round(x), y: Math.round(y) });
    }
    if (held.size > 0) {
      dragging.current = new Map([...dragging.current, ...held]);
      setDrag(dragging.current);
    } else if (dropped.length > 0) {
      const byKeys = dragging.current.size === 0;
      dragging.current = NOT_DRAGGING;
      setDrag(NOT_DRAGGING);
      const places = new Map(
        dropped.flatMap((change) =>
          change.type === 'move_node' ? [[change.node_id, { x: change.x, y: change.y }] as const] : [],
        ),
      );
      const grouped = byKeys ? [] : regroup(useEditor.getState().document, places, isAltHeld());
      applyLocal([...dropped, ...grouped], byKeys ? 'nudge' : null);
    }
    selectFrom(changes, 'nodes');
  }, []);

  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => selectFrom(changes, 'edges'), []);

  return { nodes, edges, drag, onNodesChange, onEdgesChange };
}

/** A name for screen readers, with the mark that a component or connection has. */
function marked(name: string, since: Since | null, t: Texts['t']): string {
  return since ? `${name}. ${t(`since.${since}`)}` : name;
}

function selectFrom(changes: (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[], what: 'nodes' | 'edges'): void {
  const turned = changes.filter((change) => change.type === 'select');
  if (turned.length === 0) return;
  const { selection } = useEditor.getState();
  const chosen = new Set(selection[what]);
  for (const change of turned) {
    if (change.selected) chosen.add(change.id);
    else chosen.delete(change.id);
  }
  select({ ...selection, [what]: [...chosen] });
}
