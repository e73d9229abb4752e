/** Products: a product is a kind with other numbers, and choosing one sets them and nothing else. */
import { kindOf } from './catalog';
import type { DocumentChange } from './changes';
import type { ScenarioNode } from './document';
import type { Catalog, Kind, ParameterValue, Preset } from './protocol';

/** What a parameter is now: as set, or its default. */
function presentValue(kind: Kind, node: ScenarioNode, name: string): ParameterValue | undefined {
  return node.parameters[name] ?? kind.parameters.find((spec) => spec.name === name)?.default;
}

/** Whether every number that is known of a product is what the node has. */
function matches(kind: Kind, node: ScenarioNode, preset: Preset): boolean {
  return Object.entries(preset.figures).every(
    ([name, { value }]) => presentValue(kind, node, name) === value,
  );
}

/** The product that a node is set to: of several the one that says most; null when it is set to none. */
export function productOf(kind: Kind, node: ScenarioNode): Preset | null {
  const fitting = kind.presets.filter((preset) => matches(kind, node, preset));
  const size = (preset: Preset) => Object.keys(preset.figures).length;
  // With all settings as they were, a product whose figures are the defaults would claim every new node.
  const chosen = fitting.filter((preset) =>
    Object.keys(preset.figures).some((name) => name in node.parameters),
  );
  return chosen.toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

/** Settings of a product as a document keeps them: only what differs from the defaults. */
export function presetParameters(kind: Kind, preset: Preset): ScenarioNode['parameters'] {
  const differing = Object.entries(preset.figures).filter(
    ([name, { value }]) => kind.parameters.find((spec) => spec.name === name)?.default !== value,
  );
  return Object.fromEntries(differing.map(([name, { value }]) => [name, value]));
}

/** Change a node from the product that it is to another, or to none: what only the old one said becomes the default. */
export function chooseProduct(catalog: Catalog, node: ScenarioNode, preset: Preset | null): DocumentChange[] {
  const kind = kindOf(catalog, node.kind);
  if (!kind) return [];
  const before = productOf(kind, node);
  const wanted = preset ? presetParameters(kind, preset) : {};
  const names = new Set([...Object.keys(before?.figures ?? {}), ...Object.keys(preset?.figures ?? {})]);
  return [...names].map((name) => ({
    type: 'set_parameter',
    node_id: node.id,
    name,
    value: wanted[name] ?? null,
  }));
}
