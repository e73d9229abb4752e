import { describe, expect, it } from 'vitest';
import { applyChanges, type DocumentChange } from './changes';
import { formatMeasured, isApplied, techniqueOf } from './lessons';
import type { Lesson, LessonClaim } from './protocol';
import { edge, node, waterworks } from './testCatalog';

const CLAIM: LessonClaim = {
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

function lesson(changes: DocumentChange[]): Lesson {
  return { topic: '4b', title: 'Add a pipe', changes, claims: [CLAIM], sources: [] };
}

describe('lessons', () => {
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

  it('know whether their technique is in the drawing, whole', () => {
    expect(isApplied(waterworks(), lesson(changes))).toBe(false);
    for (const change of changes) expect(isApplied(waterworks(), lesson([change]))).toBe(false);
    expect(isApplied(applyChanges(waterworks(), changes), lesson(changes))).toBe(true);
    expect(isApplied(applyChanges(waterworks(), changes.slice(1)), lesson(changes))).toBe(false);
  });

  it('name what they add in the language of the page', () => {
    const [added] = techniqueOf(lesson(changes), (text) => (text === 'Pipe' ? '배관' : text));
    expect(added).toMatchObject({ type: 'add_node', node: { id: 'p2', name: '배관' } });
    expect(changes[0]).toMatchObject({ node: { name: 'Pipe' } });
  });

  it.each([
    ['ratio', 0.25, '25 %'],
    ['s', 0.038, '38 ms'],
    ['1/s', 120, '120/s'],
    ['USD/h', 1.5, '1.5 USD/h'],
    ['count', 12, '12'],
  ])('show figures with their unit: %s', (unit, value, text) => {
    expect(formatMeasured(value, { ...CLAIM, unit }).replace(/\s/g, ' ')).toBe(text);
  });
});
