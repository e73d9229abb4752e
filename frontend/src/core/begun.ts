/** What sets the drawing apart from the one that the run began with. */
import type { Parameters, ScenarioDocument } from './document';
import { same } from './rebase';

export type Since = 'changed' | 'added';

interface Owned {
  id: string;
  parameters: Parameters;
}
type Shelf = 'nodes' | 'edges' | 'groups';

/** What does not matter to a run. */
const LOOKS = { name: '', x: 0, y: 0 };

const indexes = new WeakMap<readonly Owned[], ReadonlyMap<string, Owned>>();

function find(begun: ScenarioDocument, shelf: Shelf, id: string): Owned | undefined {
  let index = indexes.get(begun[shelf]);
  if (!index) {
    index = new Map(begun[shelf].map((item) => [item.id, item]));
    indexes.set(begun[shelf], index);
  }
  return index.get(id);
}

/** Whether a component, connection or group is another than when the run began; null when not, or without a run. */
export function changedSince(begun: ScenarioDocument | null, shelf: Shelf, item: Owned): Since | null {
  if (!begun) return null;
  const before = find(begun, shelf, item.id);
  if (!before) return 'added';
  return before === item || same(substance(before), substance(item)) ? null : 'changed';
}

/** The settings with which the run began; null without a run, or when the owner came later. */
export function settingsAtStart(
  begun: ScenarioDocument | null,
  shelf: Shelf,
  id: string,
): Readonly<Parameters> | null {
  return (begun && find(begun, shelf, id)?.parameters) ?? null;
}

/** What matters of it, with everything that may be left out filled in. */
function substance(item: Owned): object {
  return { gateway: false, group_id: null, parent_id: null, ...item, ...LOOKS };
}
