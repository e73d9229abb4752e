import { expect, it } from 'vitest';
import { Feed, type FeedChange } from './feed';
import { makeFrame, makeLayout } from './fixtures';
import { PhaseLog } from './phases';
import type { RunEvent } from './protocol';

function fed(): { feed: Feed; heard: FeedChange[] } {
  const feed = new Feed(() => 0);
  const heard: FeedChange[] = [];
  feed.setLayout(makeLayout());
  for (let tick = 1; tick <= 30; tick++)
    feed.push(makeFrame({ now_s: tick / 10, events: [edit(tick / 10)] }));
  feed.subscribe((change) => heard.push(change));
  return { feed, heard };
}

const edit = (at_s: number): RunEvent => ({
  at_s,
  kind: 'edit',
  node_id: null,
  edge_id: null,
  message: 'The design was changed.',
  values: {},
});

it('shows an earlier moment while the run goes on, and the present again', () => {
  const { feed, heard } = fed();
  const then = makeFrame({ now_s: 1, nodes: { queue_length: [7, 7, 7] } });
  feed.showMoment(then, { ...makeLayout(), version: 9, nodes: ['old', 'users', 'web'] });
  expect(feed.isPast).toBe(true);
  expect(feed.frame?.now_s).toBe(1);
  expect(feed.nodeAt('old')).toBe(0);
  expect(feed.smoothed.nodes.queue_length[0]).toBe(7);
  expect(feed.history.rowsWithin(60).at(-1)?.at_s).toBe(1);
  expect(feed.eventsWithin(60).at(-1)?.at_s).toBe(1);
  feed.push(makeFrame({ now_s: 3.1 }));
  expect(feed.frame?.now_s).toBe(1);
  expect(feed.live_s).toBe(3.1);
  feed.showLive();
  expect(feed.frame?.now_s).toBe(3.1);
  expect(feed.nodeAt('old')).toBeUndefined();
  expect(feed.history.rowsWithin(60)).toHaveLength(31);
  expect(heard).toEqual(['moment', 'behind', 'moment']);
});

it('has no earlier moment of a run that began anew', () => {
  const { feed } = fed();
  feed.showMoment(makeFrame({ now_s: 1 }), makeLayout());
  feed.push(makeFrame({ now_s: 0.1 }));
  expect(feed.isPast).toBe(false);
  expect(feed.history.rowsWithin(60)).toHaveLength(1);
});

it('takes over the phases of a run from its outline', () => {
  const log = new PhaseLog();
  const point = { ended_count: 100, failed_count: 0, busiest_ratio: 0.3, is_broken: false };
  log.restore(
    [
      { ...point, until_s: 1 },
      { ...point, until_s: 2 },
      { ...point, until_s: 3, failed_count: 1 },
      { ...point, until_s: 4, is_broken: true },
      { ...point, until_s: 5, busiest_ratio: 0.9 },
      { ...point, until_s: 6 },
    ],
    [{ ...edit(5.5), kind: 'heal' }],
  );
  expect(log.since(0).map(({ tone, from_s, until_s }) => [tone, from_s, until_s])).toEqual([
    ['healthy', 0, 2],
    ['failing', 2, 3],
    ['degraded', 3, 5],
    ['recovering', 5, 6],
  ]);
});
