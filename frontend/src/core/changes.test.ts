import { describe, expect, it } from 'vitest';
import { applyChange, applyChanges, compactChanges, type DocumentChange, invertChanges } from './changes';
import { completeDocument } from './document';
import { CATALOG, edge, node, waterworks } from './testCatalog';

const EVERY_CHANGE: DocumentChange[] = [
  { type: 'add_node', node: node('p2', 'pipe', 300, 200) },
  { type: 'add_edge', edge: edge('sp2', 's', 'p2') },
  { type: 'move_node', node_id: 'p', x: 10, y: -20 },
  { type: 'rename_node', node_id: 'p', name: 'Main pipe' },
  { type: 'set_parameter', node_id: 'p', name: 'length_s', value: 0.5 },
  { type: 'set_parameter', node_id: 'p', name: 'length_s', value: 0.75 },
  { type: 'set_parameter', node_id: 'p', name: 'length_s', value: null },
  { type: 'set_edge_parameter', edge_id: 'pb', name: 'latency_mean_s', value: 0.02 },
  { type: 'set_workload', workload: CATALOG.default_workload },
  { type: 'set_estimate', estimate: CATALOG.default_estimate },
  { type: 'rename_scenario', name: 'Waterworks' },
  { type: 'set_seed', seed: 99 },
  { type: 'set_notes', notes: 'Mind the pressure.' },
  { type: 'set_availability_target', availability_target_ratio: 0.95 },
  { type: 'remove_edge', edge_id: 'sp' },
  { type: 'remove_node', node_id: 'p' },
  { type: 'set_faults', faults: [] },
];

/** Order means nothing in a document: undo may put a node back at the list's end. */
function unordered(document: ReturnType<typeof waterworks>) {
  const byId = <T extends { id: string }>(items: T[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...document, nodes: byId(document.nodes), edges: byId(document.edges) };
}

describe('changes', () => {
  it('lead to the same document one by one, all at once, and after being stored and loaded in between', () => {
    const atOnce = applyChanges(waterworks(), EVERY_CHANGE);
    const stepwise = EVERY_CHANGE.reduce(
      (document, change) => completeDocument(JSON.parse(JSON.stringify(applyChange(document, change)))),
      waterworks(),
    );
    expect(stepwise).toEqual(atOnce);
    expect(atOnce.nodes.map((item) => item.id)).toEqual(['s', 'b', 'p2']);
    expect(atOnce.edges.map((item) => item.id)).toEqual(['sp2']);
  });

  it('leave the document they were given as it was', () => {
    const before = waterworks();
    applyChanges(before, EVERY_CHANGE);
    expect(before).toEqual(waterworks());
  });

  it.each(EVERY_CHANGE.map((change, index) => [change.type, index] as const))(
    'are taken back exactly: %s (%i)',
    (_type, index) => {
      const before = applyChanges(waterworks(), EVERY_CHANGE.slice(0, index));
      const changes = EVERY_CHANGE.slice(index, index + 1);
      const undone = applyChanges(applyChanges(before, changes), invertChanges(before, changes));
      expect(unordered(undone)).toEqual(unordered(before));
    },
  );

  it('are taken back together', () => {
    const undo = invertChanges(waterworks(), EVERY_CHANGE);
    expect(unordered(applyChanges(applyChanges(waterworks(), EVERY_CHANGE), undo))).toEqual(
      unordered(waterworks()),
    );
  });

  it('return the same object when they change nothing', () => {
    const document = waterworks();
    const idle: DocumentChange[] = [
      { type: 'remove_node', node_id: 'gone' },
      { type: 'move_node', node_id: 'p', x: 300, y: 0 },
      { type: 'set_parameter', node_id: 'p', name: 'length_s', value: null },
      { type: 'add_edge', edge: edge('other', 's', 'gone') },
      { type: 'add_edge', edge: edge('sp', 's', 'b') },
      { type: 'rename_scenario', name: 'Water' },
    ];
    for (const change of idle) expect(applyChange(document, change)).toBe(document);
  });

  it('take scheduled faults along with the node they strike, and bring them back', () => {
    const removed = applyChange(waterworks(), { type: 'remove_node', node_id: 'p' });
    expect(removed.faults).toEqual([]);
    const undo = invertChanges(waterworks(), [{ type: 'remove_node', node_id: 'p' }]);
    expect(applyChanges(removed, undo).faults).toEqual(waterworks().faults);
  });

  it('ignore live changes, which are not about the document', () => {
    const document = waterworks();
    expect(applyChange(document, { type: 'fault', fault: 'crash', node_id: 'p' })).toBe(document);
  });
});

describe('compacting', () => {
  it('keeps the last of repeated settings and never reorders around additions and removals', () => {
    const move = (x: number): DocumentChange => ({ type: 'move_node', node_id: 'p', x, y: 0 });
    const add: DocumentChange = { type: 'add_node', node: node('n', 'pipe') };
    expect(compactChanges([move(1), move(2), add, move(3), move(4)])).toEqual([move(2), add, move(4)]);
  });

  it('leads to the same document', () => {
    const compact = compactChanges(EVERY_CHANGE);
    expect(compact.length).toBeLessThan(EVERY_CHANGE.length);
    expect(applyChanges(waterworks(), compact)).toEqual(applyChanges(waterworks(), EVERY_CHANGE));
  });
});
