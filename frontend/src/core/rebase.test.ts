import { describe, expect, it } from 'vitest';
import { applyChanges, type DocumentChange } from './changes';
import { completeDocument, type ScenarioDocument } from './document';
import * as history from './history';
import { changesBetween, rest, same } from './rebase';
import { edge, node, waterworks } from './testCatalog';

const rename = (node_id: string, name: string): DocumentChange => ({ type: 'rename_node', node_id, name });
const move = (node_id: string, x: number): DocumentChange => ({ type: 'move_node', node_id, x, y: 0 });
const set = (node_id: string, value: number): DocumentChange => ({
  type: 'set_parameter',
  node_id,
  name: 'length_s',
  value,
});

/** Do mine, then what others did, then take mine back. */
function undone(mine: DocumentChange[], theirs: DocumentChange[], before = waterworks()) {
  const noted = history.record(history.EMPTY_HISTORY, before, mine, null);
  const document = applyChanges(applyChanges(before, mine), theirs);
  const turn = history.undo(noted, document);
  if (!turn) throw new Error('nothing to undo');
  return { ...turn, document: applyChanges(document, turn.changes), before: document };
}

describe('what is left of an edit', () => {
  it('is what still has its target', () => {
    const gone = applyChanges(waterworks(), [{ type: 'remove_node', node_id: 'p' }]);
    const found = rest(gone, [rename('p', 'P'), rename('s', 'S'), { type: 'remove_node', node_id: 'p' }]);
    expect(found).toEqual({ changes: [rename('s', 'S')], lost: [rename('p', 'P')] });
  });

  it('puts a component whose group is gone outside of it', () => {
    const added: DocumentChange = { type: 'add_node', node: { ...node('n', 'pipe'), group_id: 'gone' } };
    const { changes } = rest(waterworks(), [added]);
    expect(changes).toMatchObject([{ type: 'add_node', node: { id: 'n', group_id: null } }]);
  });
});

describe('taking back', () => {
  it('leaves what others set since', () => {
    const turn = undone([set('p', 2), rename('p', 'Mine')], [set('p', 3)]);
    expect(turn.document.nodes[1]).toMatchObject({ name: 'p', parameters: { length_s: 3 } });
    expect(turn.lost).toEqual([{ ...set('p', 0), value: null }]);
  });

  it('works after others edited other things', () => {
    const turn = undone([move('p', 5)], [rename('p', 'Theirs'), move('s', 9)]);
    expect(turn.lost).toEqual([]);
    expect(turn.document.nodes.map(({ name, x }) => [name, x])).toEqual([
      ['s', 9],
      ['Theirs', 300],
      ['b', 600],
    ]);
  });

  it('of something added keeps it once others have built on it', () => {
    const add: DocumentChange = { type: 'add_node', node: node('n', 'pipe') };
    const wire: DocumentChange = { type: 'add_edge', edge: edge('sn', 's', 'n') };
    expect(undone([add, wire], [move('n', 80)]).document).toEqual(waterworks());
    for (const theirs of [rename('n', 'N'), set('n', 4), { type: 'add_edge', edge: edge('nb', 'n', 'b') }]) {
      const turn = undone([add], [theirs as DocumentChange]);
      expect(turn.changes).toEqual([]);
      expect(turn.lost).toEqual([{ type: 'remove_node', node_id: 'n' }]);
    }
  });

  it('of something removed brings back what still has both ends, and its faults beside new ones', () => {
    const fault = { at_s: 9, fault: 'crash', node_id: 's', edge_id: null, factor: null, duration_s: null };
    const theirs: DocumentChange[] = [
      { type: 'remove_node', node_id: 'b' },
      { type: 'set_faults', faults: [fault] },
    ];
    const turn = undone([{ type: 'remove_node', node_id: 'p' }], theirs);
    expect(turn.document.nodes.map(({ id }) => id)).toEqual(['s', 'p']);
    expect(turn.document.edges.map(({ id }) => id)).toEqual(['sp']);
    expect(turn.document.faults).toEqual([fault, ...waterworks().faults]);
    expect(turn.lost).toEqual([{ type: 'add_edge', edge: edge('pb', 'p', 'b') }]);
  });

  it('can be done again, but not over what others did meanwhile', () => {
    const turn = undone([set('p', 2)], []);
    const again = history.redo(turn.history, turn.document);
    expect(again?.changes).toEqual([set('p', 2)]);
    const theirs = applyChanges(turn.document, [set('p', 3)]);
    expect(history.redo(turn.history, theirs)).toMatchObject({ changes: [], made: [set('p', 2)] });
  });
});

describe('going back to a version', () => {
  const target = (): ScenarioDocument =>
    completeDocument({
      ...waterworks(),
      name: 'Earlier',
      notes: 'n',
      availability_target_ratio: 0.95,
      nodes: [{ ...node('s', 'basin'), group_id: 'inner' }, node('p', 'pipe', 301), node('new', 'pipe')],
      edges: [edge('pb', 'p', 'new'), edge('ps', 's', 'p')],
      groups: [
        { id: 'inner', kind: 'garden', name: 'In', x: 0, y: 0, parent_id: 'outer', parameters: {} },
        { id: 'outer', kind: 'valley', name: 'Out', x: 0, y: 0, parent_id: null, parameters: { depth_m: 1 } },
      ],
      faults: [],
    });

  it('makes the one of the other, either way, whatever was turned inside out', () => {
    const now = waterworks();
    const there = applyChanges(now, changesBetween(now, target()));
    expect(byId(there)).toEqual(byId(target()));
    expect(byId(applyChanges(there, changesBetween(there, now)))).toEqual(byId(now));
    expect(changesBetween(now, now)).toEqual([]);
    const turned = completeDocument({
      ...target(),
      groups: target().groups.map((group) => ({
        ...group,
        parent_id: group.id === 'outer' ? 'inner' : null,
      })),
    });
    expect(byId(applyChanges(target(), changesBetween(target(), turned)))).toEqual(byId(turned));
  });

  it('is one step to take back', () => {
    const mine = changesBetween(waterworks(), target());
    expect(byId(undone(mine, []).document)).toEqual(byId(waterworks()));
  });
});

/** The document whatever the order of its parts, without fields that say nothing. */
function byId(document: ScenarioDocument) {
  const clean = (item: object) =>
    Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
  const sorted = (items: { id: string }[]) =>
    items.map(clean).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  return {
    ...document,
    nodes: sorted(document.nodes),
    edges: sorted(document.edges),
    groups: sorted(document.groups),
  };
}

describe('same', () => {
  it('looks at values, not at the order of fields', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same([], {})).toBe(false);
  });
});
