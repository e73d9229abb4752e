import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { feed } from './core/feed';
import { makeFrame, makeLayout } from './core/fixtures';
import { backToLive, followMoments, lookAside, lookAt, useMoment } from './moment';
import * as runStore from './runStore';

type Look = { at_s: number; answer: (answer: runStore.Answer | null) => void };
let looks: Look[] = [];
let stop = () => {};

beforeEach(() => {
  looks = [];
  vi.spyOn(runStore, 'ask').mockImplementation(
    (question) =>
      new Promise((resolve) => {
        looks.push({ at_s: (question as { at_s: number }).at_s, answer: resolve });
      }),
  );
  stop = followMoments();
  feed.setLayout(makeLayout());
  for (let tick = 1; tick <= 100; tick++) feed.push(makeFrame({ now_s: tick / 10 }));
});
afterEach(() => {
  backToLive();
  feed.restart([], []);
  stop();
});

function moment(at_s: number): runStore.Answer {
  const frame = makeFrame({ now_s: at_s });
  return { op: 'moment', id: 1, at_s, frame, layout: makeLayout(), is_redesigned: false };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

it('asks for one moment at a time and then for the newest wish only', async () => {
  lookAt(3);
  lookAt(4);
  lookAt(5.0004);
  expect(looks.map(({ at_s }) => at_s)).toEqual([3]);
  looks[0]?.answer(moment(3));
  await settled();
  expect(feed.frame?.now_s).toBe(3);
  expect(looks.map(({ at_s }) => at_s)).toEqual([3, 5]);
  expect(location.search).toBe('?t=3');
  looks[1]?.answer(moment(5));
  await settled();
  expect(useMoment.getState().shown?.at_s).toBe(5);
  expect(looks).toHaveLength(2);
});

it('shows the present at once, whatever is still on its way', async () => {
  lookAt(3);
  backToLive();
  looks[0]?.answer(moment(3));
  await settled();
  expect(feed.isPast).toBe(false);
  expect(useMoment.getState().shown).toBeNull();
  expect(location.search).toBe('');
});

it('steps back from the present, and forward into it', async () => {
  lookAside(-1);
  expect(looks[0]?.at_s).toBeCloseTo(9);
  looks[0]?.answer(moment(9));
  await settled();
  lookAside(5);
  expect(feed.isPast).toBe(false);
});

it('goes back to the present when the moment cannot be shown', async () => {
  lookAt(3);
  looks[0]?.answer({ op: 'not_seen', id: 1, code: 'past_failed', message: 'No.', values: {} });
  await settled();
  expect(useMoment.getState().wanted_s).toBeNull();
  expect(feed.isPast).toBe(false);
});
