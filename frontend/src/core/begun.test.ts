import { expect, it } from 'vitest';
import { changedSince, type Since, settingsAtStart } from './begun';
import { applyChanges, type DocumentChange } from './changes';
import { node, waterworks } from './testCatalog';

const begun = waterworks();

function since(...changes: DocumentChange[]) {
  const now = applyChanges(begun, changes);
  return [
    ...now.nodes.map((item) => changedSince(begun, 'nodes', item)),
    ...now.edges.map((item) => changedSince(begun, 'edges', item)),
  ];
}

it('is told of settings and places in groups, not of looks', () => {
  const same: (Since | null)[] = [null, null, null, null, null];
  expect(since()).toEqual(same);
  expect(
    since(
      { type: 'move_node', node_id: 'p', x: 9, y: 9 },
      { type: 'rename_node', node_id: 'b', name: 'Pool' },
    ),
  ).toEqual(same);
  expect(since({ type: 'set_parameter', node_id: 'p', name: 'length_s', value: 2 })).toEqual(
    same.with(1, 'changed'),
  );
  expect(since({ type: 'set_edge_parameter', edge_id: 'pb', name: 'latency_mean_s', value: 0.5 })).toEqual(
    same.with(4, 'changed'),
  );
});

it('is over once a setting is as it was, though it was written down meanwhile', () => {
  const there = { type: 'set_parameter', node_id: 'p', name: 'length_s', value: 2 } as const;
  expect(since(there, { ...there, value: null })).toEqual([null, null, null, null, null]);
});

it('is another thing for what came later, and nothing without a run', () => {
  const later = node('new', 'pipe');
  expect(changedSince(begun, 'nodes', later)).toBe('added');
  expect(changedSince(null, 'nodes', later)).toBeNull();
  expect(settingsAtStart(begun, 'nodes', 'new')).toBeNull();
  expect(settingsAtStart(begun, 'nodes', 'p')).toEqual({});
  expect(settingsAtStart(null, 'nodes', 'p')).toBeNull();
});
