import { expect, test } from 'vitest';
import { comparisonRows, highest } from './comparison';
import type { EstimateFigures, Prediction, Totals } from './protocol';

const FIGURES = { rate_rps: 100, peak_rps: 200 } as EstimateFigures;
const PREDICTION = {
  offered_rps: 110,
  throughput_rps: 90,
  latency_mean_s: null,
  availability: { ratio: 0.999 },
  cost_usd_per_h: 2,
} as Prediction;
const TOTALS = {
  offered_rps: 112,
  throughput_rps: 80,
  latency_mean_s: 3,
  completed_count: 80,
  failed_count: 20,
  cost_usd_per_h: 2.1,
} as Totals;

test('each figure stands beside what was predicted and measured', () => {
  const rows = comparisonRows(FIGURES, PREDICTION, 1.2, { totals: TOTALS, busy: [0.4, null, 1] });
  const at = Object.fromEntries(rows.map(({ key, ...row }) => [key, row]));
  expect(at.offered).toEqual({ estimated: 100, predicted: 110, measured: 112 });
  expect(at.peak).toEqual({ estimated: 200, predicted: null, measured: null });
  expect(at.latency).toEqual({ estimated: null, predicted: 'endless', measured: 3 });
  expect(at.busiest).toEqual({ estimated: null, predicted: 1.2, measured: 1 });
  expect(at.availability).toEqual({ estimated: null, predicted: 0.999, measured: 0.8 });
});

test('what is not known is left out', () => {
  const rows = comparisonRows(null, null, null, null);
  expect(rows.every((row) => [row.estimated, row.predicted, row.measured].every((it) => it === null))).toBe(
    true,
  );
  expect(highest([])).toBeNull();
  expect(highest([Number.NaN, 0.5])).toBe(0.5);
});

test('a drawing without requests has no latency, not an endless one', () => {
  const rows = comparisonRows(null, { ...PREDICTION, offered_rps: 0 }, null, null);
  expect(rows.find((row) => row.key === 'latency')?.predicted).toBeNull();
});
