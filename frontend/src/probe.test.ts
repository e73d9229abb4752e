import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { feed } from './core/feed';
import { makeFrame, makeLayout } from './core/fixtures';
import type { DetailedTrace } from './core/protocol';
import { useRequests } from './microscope';
import { isFollowing, sendOne, useProbe, watchProbe } from './probe';
import * as runStore from './runStore';

let stop = () => {};
beforeEach(() => {
  vi.spyOn(runStore, 'act').mockReturnValue(true);
  stop = watchProbe();
  feed.setLayout(makeLayout());
  feed.push(makeFrame({ now_s: 1 }));
});
afterEach(() => {
  stop();
  feed.restart([], []);
});

function story(outcome: string, node_id: string, started_s = 1.1): DetailedTrace {
  const span = {
    called_s: started_s,
    arrived_s: started_s,
    wait_s: 0,
    service_s: 0,
    ended_s: 1.2,
    blame: null,
  };
  const first = { ...span, parent: -1, node_id, edge_id: null, outcome };
  const second = { ...span, parent: 0, node_id: 'gone', edge_id: 'gone', outcome };
  return { id: 3, class: 'read', outcome, blame: null, started_s, ended_s: 1.2, spans: [first, second] };
}

function frame(now_s: number, followed: DetailedTrace): void {
  feed.push({ ...makeFrame({ now_s }), followed: [followed] });
}

it('follows the request that was sent here from its beginning to its end, and nobody else’s', () => {
  const node = makeLayout().nodes[0] as string;
  sendOne(node);
  expect(useRequests.getState().sort).toBe('sent');
  frame(1.1, story('ok', 'another'));
  frame(1.2, story('ok', node, 0.5));
  expect(useProbe.getState().story).toBeNull();
  frame(1.3, story('running', node));
  expect(useProbe.getState().story?.outcome).toBe('running');
  expect(isFollowing()).toBe(true);
  frame(1.4, story('ok', node));
  expect(isFollowing()).toBe(false);
  const { trace } = useProbe.getState();
  expect(trace?.spans.map((span) => [span[1], span[2], span[3]])).toEqual([
    [-1, 0, -1],
    [0, -1, -1],
  ]);
});
