import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api';
import { compare, differenceText, formatOf, metTheSame, verdictOf, withSettings } from './compare';
import { completeDocument } from './document';
import type { ComparisonResult, MeasuredDifference } from './protocol';

const design = completeDocument({
  version: 3,
  name: 'One',
  seed: 7,
  nodes: [{ id: 'a', kind: 'x', name: 'A', x: 0, y: 0, parameters: { size: 1 } }],
  edges: [],
});
const wanted = { first: design, second: design, duration_s: 10, runs: 3 };

const found = (part: Partial<MeasuredDifference>): MeasuredDifference => ({
  measure: 'latency_p99_s',
  first: 0.2,
  second: 0.03,
  difference: -0.17,
  half_width: 0.012,
  is_clear: true,
  ...part,
});

/** A server that answers in the given pieces, wherever they are cut. */
function answering(...pieces: string[]) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response(body));
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

afterEach(() => vi.unstubAllGlobals());

describe('a comparison', () => {
  it('tells of its progress and returns the result, however the answer is cut', async () => {
    const fetched = answering('{"done_ratio":0.2', '5}\n{"done_', 'ratio":1}\n{"result":{"seeds":[7]}}\n');
    const told: number[] = [];
    const result = await compare(wanted, (ratio) => told.push(ratio), new AbortController().signal);
    expect(told).toEqual([0.25, 1]);
    expect(result.seeds).toEqual([7]);
    expect(JSON.parse(fetched.mock.calls[0]?.[1].body as string)).toMatchObject({ seed: 7, runs: 3 });
  });

  it('ends with what the server says is wrong', async () => {
    answering(
      '{"error":{"code":"too_long_comparison","message":"At most {limit_s} s.","values":{"limit_s":9}}}\n',
    );
    const failed = compare(wanted, () => {}, new AbortController().signal);
    await expect(failed).rejects.toMatchObject({ code: 'too_long_comparison', values: { limit_s: 9 } });
  });

  it('that breaks off is an error', async () => {
    answering('{"done_ratio":0.5}\n');
    await expect(compare(wanted, () => {}, new AbortController().signal)).rejects.toBeInstanceOf(ApiError);
  });
});

describe('a difference', () => {
  it('is better or worse by what people want of the measure', () => {
    expect(verdictOf(found({}))).toBe('better');
    expect(verdictOf(found({ measure: 'throughput_rps', difference: -5 }))).toBe('worse');
    expect(verdictOf(found({ measure: 'some-node', difference: 0.2 }))).toBe('higher');
  });

  it('that chance explains is none, and one pair says nothing', () => {
    expect(verdictOf(found({ is_clear: false }))).toBe('same');
    expect(verdictOf(found({ difference: 0, half_width: 0, is_clear: false }))).toBe('same');
    expect(verdictOf(found({ half_width: null, is_clear: false }))).toBe('unknown');
    expect(verdictOf(found({ difference: null, half_width: null, is_clear: false }))).toBe('unknown');
  });

  it('is written with its sign, its unit and how sure it is', () => {
    expect(differenceText(found({}))).toBe('−170 ms ± 12 ms');
    expect(differenceText(found({ measure: 'throughput_rps', difference: 40, half_width: null }))).toBe(
      '+40/s',
    );
    expect(formatOf('failed_ratio')(0.5)).toBe('50 %');
  });
});

it('a design with changed settings leaves the other as it was', () => {
  const changed = withSettings(design, [{ node_id: 'a', name: 'size', value: 4 }]);
  expect(changed.nodes[0]?.parameters).toEqual({ size: 4 });
  expect(design.nodes[0]?.parameters).toEqual({ size: 1 });
});

it('met the same requests when every pair did', () => {
  const result = { offered: [[5, 5]] } as unknown as ComparisonResult;
  expect(metTheSame(result)).toBe(true);
  result.offered.push([6, 5]);
  expect(metTheSame(result)).toBe(false);
});
