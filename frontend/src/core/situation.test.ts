import { describe, expect, it } from 'vitest';
import en from '../locales/live.en.json';
import ko from '../locales/live.ko.json';
import { emptyDocument, type ScenarioDocument } from './document';
import { Feed } from './feed';
import { type FrameWish, makeFrame, makeLayout } from './fixtures';
import type { RunEvent, RunState } from './protocol';
import { sentence, situationOf } from './situation';

const NAMES: Record<string, string> = { a: 'Visitors', b: 'Web 1', c: 'Main store' };
const drawing: ScenarioDocument = {
  ...emptyDocument('test'),
  nodes: Object.entries(NAMES).map(([id, name]) => ({ id, name, kind: 'k', x: 0, y: 0, parameters: {} })),
};
const running: RunState = {
  status: 'running',
  speed: 1,
  achieved_speed: 1,
  now_s: 1,
  seed: 1,
  viewers: 1,
  can_control: true,
  number: 1,
};

function situation(wish: FrameWish, run: RunState | null = running) {
  const feed = new Feed(() => 0);
  feed.setLayout(makeLayout());
  feed.push(makeFrame(wish));
  return situationOf(feed, run, drawing);
}

const FAILING = { throughput_rps: 60, failed_rps: 40, failed_by_cause: { queue_full: 40 } };
const BLAMED = [{ outcome: 'queue_full', blame: 1 }];

describe('the situation', () => {
  it('is idle without nodes or run', () => {
    const feed = new Feed(() => 0);
    expect(situationOf(feed, null, emptyDocument('')).key).toBe('empty');
    expect(situationOf(feed, null, drawing).key).toBe('not_running');
    expect(situationOf(feed, running, drawing).key).toBe('starting');
  });

  it('names the busiest node when all is well', () => {
    const found = situation({});
    expect(found).toMatchObject({ key: 'healthy_busiest', tone: 'healthy' });
    expect(found.values).toMatchObject({ node: 'Web 1' });
  });

  it('names the bottleneck, and the waiting when it explains the latency', () => {
    const busy = { utilization_ratio: [null, 0.4, 0.97] };
    expect(situation({ nodes: busy })).toMatchObject({
      key: 'degraded_busy',
      values: { node: 'Main store' },
    });
    expect(situation({ nodes: { ...busy, queue_length: [0, 0, 120] } })).toMatchObject({
      key: 'degraded_waiting',
      values: { queue: '120' },
    });
  });

  it('says that a dead node costs nothing as long as nothing fails', () => {
    expect(situation({ nodes: { state: ['up', 'crashed', 'up'] } })).toMatchObject({
      key: 'degraded_crashed',
      tone: 'degraded',
      values: { node: 'Web 1' },
    });
  });

  it('blames the dead node when requests fail', () => {
    expect(
      situation({ totals: FAILING, traces: BLAMED, nodes: { state: ['up', 'up', 'crashed'] } }),
    ).toMatchObject({ key: 'failing_crashed', cause: 'queue_full', values: { node: 'Main store' } });
  });

  it('tells a full node from one that fails because of a full one behind it', () => {
    const full = situation({ totals: FAILING, traces: BLAMED, nodes: { utilization_ratio: [null, 1, 0.2] } });
    expect(full).toMatchObject({ key: 'failing_full', values: { node: 'Web 1' } });
    const behind = situation({
      totals: FAILING,
      traces: BLAMED,
      nodes: { utilization_ratio: [null, 0.5, 1] },
    });
    expect(behind).toMatchObject({ key: 'failing_behind', values: { node: 'Web 1', full: 'Main store' } });
  });

  it('sees a cut connection', () => {
    const edges = { state: ['up' as const, 'partitioned' as const] };
    expect(situation({ edges }).key).toBe('degraded_partition');
    expect(situation({ edges, totals: FAILING }).key).toBe('failing_partition');
  });

  const happened = (kind: RunEvent['kind']): RunEvent => {
    return { at_s: 1, kind, node_id: 'c', edge_id: null, message: '', values: {} };
  };

  it('says who took over, although the old primary is still down', () => {
    const nodes = { state: ['up' as const, 'crashed' as const, 'up' as const] };
    expect(situation({ nodes, events: [happened('promoted')] })).toMatchObject({
      key: 'recovering_promoted',
      tone: 'recovering',
      values: { node: 'Main store' },
    });
  });

  it('follows a recovery until the queue has drained', () => {
    expect(situation({ events: [happened('heal')] })).toMatchObject({ key: 'recovering' });
    expect(situation({ events: [happened('heal')], nodes: { queue_length: [0, 50, 0] } })).toMatchObject({
      key: 'recovering_queue',
      values: { node: 'Web 1', queue: '50' },
    });
  });
});

describe('the sentence', () => {
  const texts = (resources: typeof en) => ({
    t: (key: string, values?: Record<string, unknown>) => {
      const found = key
        .split('.')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], resources);
      return String(found).replace(/\{(\w+)\}/g, (whole, name) => String(values?.[name] ?? whole));
    },
    tr: (text: string) => `«${text}»`,
  });

  it.each([
    ['en', en],
    ['ko', ko as typeof en],
  ])('has every value it names (%s)', (_, resources) => {
    const wishes: FrameWish[] = [
      {},
      { nodes: { utilization_ratio: [null, 0.4, 0.97], queue_length: [0, 0, 120] } },
      { nodes: { state: ['up', 'slow', 'up'] } },
      { totals: FAILING },
      { totals: FAILING, traces: BLAMED },
      { totals: FAILING, traces: BLAMED, nodes: { utilization_ratio: [null, 1, 0.2] } },
      { totals: FAILING, traces: BLAMED, nodes: { utilization_ratio: [null, 0.5, 1] } },
      { totals: FAILING, traces: BLAMED, nodes: { state: ['up', 'hung', 'up'] } },
      { edges: { state: ['up', 'partitioned'] } },
    ];
    for (const wish of wishes) {
      const text = sentence(situation(wish), texts(resources), { queue_full: 'queue was full' });
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(text.length).toBeGreaterThan(10);
    }
  });

  it('says what happens and why', () => {
    const found = situation({
      totals: FAILING,
      traces: BLAMED,
      nodes: { utilization_ratio: [null, 1, 0.2] },
    });
    const text = sentence(found, texts(en), { queue_full: 'queue was full' }).replaceAll(' ', ' ');
    expect(text).toBe(
      'Web 1 is overloaded (100 % busy): 40 % of the requests fail (40/s): «queue was full».',
    );
  });
});

describe('the two languages', () => {
  const keys = (node: object, path = ''): string[] =>
    Object.entries(node).flatMap(([key, value]) =>
      typeof value === 'string' ? [`${path}${key}`] : keys(value, `${path}${key}.`),
    );
  const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  const at = (node: object, key: string) =>
    key.split('.').reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], node) as string;

  it('have the same texts with the same values', () => {
    expect(keys(ko)).toEqual(keys(en));
    for (const key of keys(en))
      expect([key, placeholders(at(ko, key))]).toEqual([key, placeholders(at(en, key))]);
  });
});
