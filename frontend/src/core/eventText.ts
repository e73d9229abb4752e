/** What an event says to a person: names instead of ids. */
import type { ScenarioDocument } from './document';
import type { RunEvent } from './protocol';

/** Fill an event's template; ids of nodes and edges among its values become what people call them. */
export function eventText(
  event: RunEvent,
  document: ScenarioDocument,
  tr: (text: string, values: Record<string, unknown>) => string,
): string {
  const entries = Object.entries(event.values).map(([name, value]) => [name, named(value, document)]);
  return tr(event.message, Object.fromEntries(entries));
}

function named(value: unknown, document: ScenarioDocument): unknown {
  if (typeof value !== 'string') return value;
  const node = document.nodes.find(({ id }) => id === value);
  if (node) return node.name;
  const edge = document.edges.find(({ id }) => id === value);
  return edge ? edgeName(edge, document) : value;
}

/** "Web 1 → Cache" */
export function edgeName(edge: { source: string; target: string }, document: ScenarioDocument): string {
  const nameOf = (id: string) => document.nodes.find((node) => node.id === id)?.name ?? id;
  return `${nameOf(edge.source)} → ${nameOf(edge.target)}`;
}
