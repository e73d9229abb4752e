import { describe, expect, it } from 'vitest';
import { applyChanges, type DocumentChange, invertChanges } from './changes';
import { groupsAround, membersOf } from './groupChanges';
import { waterworks } from './testCatalog';

const group = (id: string, kind = 'valley') => ({ id, kind, name: id, x: 0, y: 0 });
const built: DocumentChange[] = [
  { type: 'add_group', group: group('outer') },
  { type: 'add_group', group: { ...group('inner', 'garden'), parent_id: 'outer' } },
  { type: 'set_node_group', node_id: 'p', group_id: 'inner' },
  { type: 'set_gateway', node_id: 'p', gateway: true },
  { type: 'set_group_parameter', group_id: 'outer', name: 'depth_m', value: 9 },
];
const grown = applyChanges(waterworks(), built);

describe('groups', () => {
  it('hold components and each other', () => {
    expect(groupsAround(grown, 'inner').map(({ id }) => id)).toEqual(['inner', 'outer']);
    expect(membersOf(grown, 'outer').map(({ id }) => id)).toEqual(['p']);
    expect(grown.nodes.find(({ id }) => id === 'p')).toMatchObject({ group_id: 'inner', gateway: true });
  });

  it('leave what was in them to the group around them', () => {
    const after = applyChanges(grown, [{ type: 'remove_group', group_id: 'inner' }]);
    expect(after.nodes.find(({ id }) => id === 'p')?.group_id).toBe('outer');
    const bare = applyChanges(grown, [{ type: 'remove_group', group_id: 'outer' }]);
    expect(bare.groups).toMatchObject([{ id: 'inner', parent_id: null }]);
  });

  it.each<DocumentChange[]>([
    built,
    [{ type: 'remove_group', group_id: 'inner' }],
    [{ type: 'remove_group', group_id: 'outer' }],
    [{ type: 'move_group', group_id: 'outer', x: 5, y: 6 }],
    [{ type: 'rename_group', group_id: 'outer', name: 'Other' }],
    [{ type: 'set_group_parent', group_id: 'inner', parent_id: null }],
    [{ type: 'set_node_group', node_id: 'p', group_id: 'outer' }],
    [{ type: 'set_gateway', node_id: 'p', gateway: false }],
    [{ type: 'set_group_parameter', group_id: 'outer', name: 'depth_m', value: null }],
  ])('are as they were after undoing %j', (...changes) => {
    const before = changes === built ? waterworks() : grown;
    const back = applyChanges(applyChanges(before, changes), invertChanges(before, changes));
    const told = (document: typeof before) => ({
      groups: document.groups
        .map((item) => ({ parent_id: null, ...item }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      nodes: document.nodes.map((node) => ({ group_id: null, gateway: false, ...node })),
    });
    expect(told(back)).toEqual(told(before));
  });

  it('change nothing when their target is gone', () => {
    for (const change of [
      { type: 'remove_group', group_id: 'x' },
      { type: 'rename_group', group_id: 'x', name: 'y' },
      { type: 'set_node_group', node_id: 'x', group_id: 'outer' },
    ] satisfies DocumentChange[]) {
      expect(applyChanges(grown, [change])).toBe(grown);
    }
  });
});
