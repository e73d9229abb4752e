import { describe, expect, it } from 'vitest';
import { applyChanges, type DocumentChange } from './changes';
import { blowsOf, changesOf, formatMeasured, isApplied, takingBack } from './lessons';
import type { LessonClaim, LessonTechnique, LibraryEntry, ScheduledFault } from './protocol';
import { CATALOG, edge, node, waterworks } from './testCatalog';

const CLAIM: LessonClaim = {
  measure: 'failed_ratio',
  title: 'Failed requests',
  unit: 'ratio',
  node_id: null,
  request_class: null,
  from_s: 0,
  until_s: 10,
  without: 0.5,
  technique: 0,
  published: null,
  published_source: null,
};

function technique(changes: DocumentChange[]): LessonTechnique {
  return { title: 'Add a pipe', changes, claims: [CLAIM] };
}

function entryOf(...techniques: LessonTechnique[]): LibraryEntry {
  return {
    id: 'water',
    shelf: 'notes',
    shelf_title: 'Lessons',
    title: 'Water',
    summary: '',
    document: waterworks(),
    lesson: { topic: '4b', happening: null, techniques, sources: [] },
  };
}

const same = (text: string) => text;

describe('techniques', () => {
  const changes: DocumentChange[] = [
    { type: 'add_node', node: { ...node('p2', 'pipe', 300, 200), name: 'Pipe' } },
    { type: 'add_edge', edge: edge('sp2', 's', 'p2') },
    { type: 'set_parameter', node_id: 'p', name: 'length_s', value: 0.5 },
    { type: 'set_edge_parameter', edge_id: 'pb', name: 'latency_mean_s', value: 0.02 },
    { type: 'remove_edge', edge_id: 'sp' },
    {
      type: 'set_faults',
      faults: [{ at_s: 5, fault: 'crash', node_id: 'p', edge_id: null, factor: null, duration_s: 9 }],
    },
  ];

  it('are in the drawing only as a whole', () => {
    expect(isApplied(waterworks(), technique(changes), CATALOG)).toBe(false);
    for (const change of changes) expect(isApplied(waterworks(), technique([change]), CATALOG)).toBe(false);
    expect(isApplied(applyChanges(waterworks(), changes), technique(changes), CATALOG)).toBe(true);
    expect(isApplied(applyChanges(waterworks(), changes.slice(1)), technique(changes), CATALOG)).toBe(false);
  });

  it('are there when what they set is the default, which a stored document leaves out', () => {
    const pipe = CATALOG.kinds.find((kind) => kind.kind === 'pipe');
    const spec = pipe?.parameters[0];
    if (!spec) throw new Error('no parameter to set');
    const usual = technique([{ type: 'set_parameter', node_id: 'p', name: spec.name, value: spec.default }]);
    expect(isApplied(waterworks(), usual, CATALOG)).toBe(true);
  });

  it('are taken back, whatever else was edited meanwhile', () => {
    const taught = technique(changes);
    const edited: DocumentChange = { type: 'move_node', node_id: 'b', x: 900, y: 20 };
    const before = applyChanges(waterworks(), [edited]);
    const during = applyChanges(applyChanges(waterworks(), changes), [edited]);
    const after = applyChanges(during, takingBack(entryOf(taught), taught, same));
    const sorted = (document: typeof before) => ({
      ...document,
      edges: [...document.edges].sort((a, b) => a.id.localeCompare(b.id)),
    });
    expect(sorted(after)).toEqual(sorted(before));
    expect(isApplied(after, taught, CATALOG)).toBe(false);
  });

  it('are taken back in any order', () => {
    const one = technique(changes.slice(0, 2));
    const other = technique(changes.slice(2, 4));
    const entry = entryOf(one, other);
    const both = applyChanges(waterworks(), changes.slice(0, 4));
    const left = applyChanges(both, takingBack(entry, one, same));
    expect(isApplied(left, one, CATALOG)).toBe(false);
    expect(isApplied(left, other, CATALOG)).toBe(true);
    expect(applyChanges(left, takingBack(entry, other, same))).toEqual(waterworks());
  });

  it('name what they add in the language of the page', () => {
    const [added] = changesOf(technique(changes), (text) => (text === 'Pipe' ? '배관' : text));
    expect(added).toMatchObject({ type: 'add_node', node: { id: 'p2', name: '배관' } });
    expect(changes[0]).toMatchObject({ node: { name: 'Pipe' } });
  });
});

describe('what a story breaks', () => {
  const crash = (at_s: number, node_id: string): ScheduledFault => ({
    at_s,
    fault: 'crash',
    node_id,
    edge_id: null,
    factor: null,
    duration_s: 10,
  });

  it('is one event when it happens at once, and told once when it is repeated', () => {
    const blows = blowsOf([crash(60, 'p'), crash(30, 'p'), crash(90, 'p'), crash(90.2, 'b')]);
    expect(blows.map(({ at_s, faults }) => [at_s, faults.map(({ node_id }) => node_id)])).toEqual([
      [30, ['p']],
      [90, ['p', 'b']],
    ]);
    expect(blowsOf([])).toEqual([]);
  });
});

describe('measured figures', () => {
  it.each([
    ['ratio', 0.25, '25 %'],
    ['s', 0.038, '38 ms'],
    ['1/s', 120, '120/s'],
    ['USD/h', 1.5, '1.5 USD/h'],
    ['count', 12, '12'],
  ])('have their unit: %s', (unit, value, text) => {
    expect(formatMeasured(value, { ...CLAIM, unit }).replace(/\s/g, ' ')).toBe(text);
  });

  it('are a dash where nothing is known', () => {
    expect(formatMeasured(Number.NaN, CLAIM)).toBe('–');
  });
});
