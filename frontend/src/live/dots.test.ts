import { expect, it } from 'vitest';
import { makeLayout } from '../core/fixtures';
import type { Trace } from '../core/protocol';
import { DotField } from './dots';

it('finds the request whose dot is near a point, and none far from all', () => {
  const layout = makeLayout();
  const edge = layout.edges[0] as string;
  const path = new Float32Array([0, 0, 50, 0, 100, 0]);
  const trace: Trace = {
    id: 42,
    class: 0,
    outcome: 'ok',
    blame: -1,
    started_s: 0,
    ended_s: 10,
    spans: [
      [0, -1, 0, -1, 0, 0, 10, 'ok'],
      [1, 0, 1, 0, 0, 0, 10, 'ok'],
    ],
  };
  const field = new DotField(() => 0);
  field.follow(trace, layout, 1, 'circle');
  field.advance(0.2);
  const paths = new Map([[edge, path]]);
  const [x, y] = field.places(paths).circle as [number, number];
  expect(field.near({ x: x + 3, y }, 5, paths)).toBe(42);
  expect(field.near({ x: x + 9, y }, 5, paths)).toBeNull();
});
