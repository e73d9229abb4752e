/** Automatic layout, left to right. */
import dagre from '@dagrejs/dagre';
import type { DocumentChange } from './changes';
import type { ScenarioDocument } from './document';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry';
import { groupsAround } from './groupChanges';

/** Moves that lay the drawing out in layers; its top left corner stays where it was. */
export function tidied(document: ScenarioDocument): DocumentChange[] {
  const grouped = document.groups.length > 0;
  const graph = new dagre.graphlib.Graph({ compound: grouped });
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 96 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of document.nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  if (grouped) keepTogether(graph, document);
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

/** Have the members of each group side by side, so that frames do not run into each other. */
function keepTogether(graph: InstanceType<typeof dagre.graphlib.Graph>, document: ScenarioDocument): void {
  const key = (group: string) => `group ${group}`;
  const inhabited = new Set<string>();
  for (const node of document.nodes) {
    for (const group of groupsAround(document, node.group_id)) inhabited.add(group.id);
  }
  const groups = document.groups.filter((group) => inhabited.has(group.id));
  for (const group of groups) graph.setNode(key(group.id), {});
  for (const group of groups) {
    if (group.parent_id) graph.setParent(key(group.id), key(group.parent_id));
  }
  for (const node of document.nodes) if (node.group_id) graph.setParent(node.id, key(node.group_id));
}
