/** Automatic layout, left to right. */
import dagre from '@dagrejs/dagre';
import type { DocumentChange } from './changes';
import type { ScenarioDocument } from './document';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry';

/** Moves that lay the drawing out in layers; its top left corner stays where it was. */
export function tidied(document: ScenarioDocument): DocumentChange[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 96 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of document.nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const edge of document.edges) graph.setEdge(edge.source, edge.target);
  dagre.layout(graph);
  const placed = document.nodes.map((node) => {
    const middle = graph.node(node.id) as { x: number; y: number };
    return { node, x: middle.x - NODE_WIDTH / 2, y: middle.y - NODE_HEIGHT / 2 };
  });
  const dx = Math.min(...document.nodes.map((node) => node.x)) - Math.min(...placed.map((place) => place.x));
  const dy = Math.min(...document.nodes.map((node) => node.y)) - Math.min(...placed.map((place) => place.y));
  return placed.map(({ node, x, y }) => ({
    type: 'move_node',
    node_id: node.id,
    x: Math.round(x + dx),
    y: Math.round(y + dy),
  }));
}
