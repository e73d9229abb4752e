import { expect, it } from 'vitest';
import type { LoggedEvent } from '../core/frames';
import { marksOf } from './marks';

const event = (at_s: number, kind: LoggedEvent['kind'], number: number): LoggedEvent => ({
  at_s,
  kind,
  number,
  node_id: null,
  edge_id: null,
  message: '',
  values: {},
});

it('gathers what lies too close together under the gravest', () => {
  const marks = marksOf([event(9, 'heal', 3), event(1, 'edit', 1), event(1.4, 'fault', 2)], 1);
  expect(marks.map(({ at_s, kind, events }) => [at_s, kind, events.length])).toEqual([
    [1, 'fault', 2],
    [9, 'heal', 1],
  ]);
});

it('measures from the first of a mark, so that a long row of events is more than one', () => {
  const row = Array.from({ length: 10 }, (_, at) => event(at * 0.5, 'scaled', at));
  expect(marksOf(row, 1)).toHaveLength(5);
});
