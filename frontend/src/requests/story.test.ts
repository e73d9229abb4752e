import { expect, it } from 'vitest';
import type { DetailedSpan, DetailedTrace } from '../core/protocol';
import { longestOf, sumsOf, visitsOf } from './story';

function span(wish: Partial<DetailedSpan>): DetailedSpan {
  return {
    parent: -1,
    node_id: 'n',
    edge_id: null,
    called_s: 0,
    arrived_s: 0,
    wait_s: 0,
    service_s: 0,
    ended_s: 1,
    outcome: 'ok',
    blame: null,
    ...wish,
  };
}

const trace = (...spans: DetailedSpan[]): DetailedTrace => ({
  id: 1,
  class: 'read',
  outcome: 'ok',
  blame: null,
  started_s: 0,
  ended_s: 1,
  spans,
});

it('cuts a visit into travelling, waiting, work and being away', () => {
  const [, web, store] = visitsOf(
    trace(
      span({ node_id: 'users' }),
      span({ parent: 0, node_id: 'web', called_s: 0.1, arrived_s: 0.2, wait_s: 0.3, ended_s: 0.9 }),
      span({ parent: 1, node_id: 'store', called_s: 0.55, arrived_s: 0.6, ended_s: 0.8 }),
    ),
  );
  expect([web?.depth, store?.depth]).toEqual([1, 2]);
  expect(web?.travel_s).toBeCloseTo(0.1);
  expect(web?.wait_s).toBeCloseTo(0.3);
  expect(web?.work_s).toBeCloseTo(0.15);
  expect(store?.work_s).toBeCloseTo(0.2);
});

it('counts calls at the same time once, and what outlives its caller only up to its end', () => {
  const [root] = visitsOf(
    trace(
      span({ ended_s: 1 }),
      span({ parent: 0, called_s: 0.2, arrived_s: 0.2, ended_s: 0.6 }),
      span({ parent: 0, called_s: 0.4, arrived_s: 0.4, ended_s: 5 }),
    ),
  );
  expect(root?.work_s).toBeCloseTo(0.2);
});

it('lists callers before what they called, in the order of the calls, and names what took longest', () => {
  const visits = visitsOf(
    trace(
      span({ node_id: 'root', ended_s: 0.5 }),
      span({ parent: 0, node_id: 'late', called_s: 0.3, arrived_s: 0.3, ended_s: 0.4 }),
      span({ parent: 0, node_id: 'early', called_s: 0.05, arrived_s: 0.05, wait_s: 0.15, ended_s: 0.25 }),
      span({ parent: 2, node_id: 'below', called_s: 0.2, arrived_s: 0.2, ended_s: 0.24 }),
    ),
  );
  expect(visits.map(({ span: { node_id } }) => node_id)).toEqual(['root', 'early', 'below', 'late']);
  expect(visits.map(({ number }) => number)).toEqual([0, 2, 3, 1]);
  const longest = longestOf(visits);
  expect([longest?.part, longest?.visit.span.node_id]).toEqual(['work', 'root']);
  expect(sumsOf(visits).wait).toBeCloseTo(0.15);
  expect(longestOf([])).toBeNull();
});
