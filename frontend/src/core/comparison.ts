/** One figure three times: estimated on an envelope, predicted from the drawing, measured in the run. */
import type { EstimateFigures, Prediction, Totals } from './protocol';

export type ComparisonKey = 'offered' | 'peak' | 'answered' | 'latency' | 'busiest' | 'availability' | 'cost';

export type Figure = number | null | 'endless';

export interface ComparisonRow {
  key: ComparisonKey;
  estimated: Figure;
  predicted: Figure;
  measured: Figure;
}

/** What a run shows, as far as there is one: its totals, and how busy each component is. */
export interface Measured {
  totals: Totals;
  busy: ArrayLike<number | null>;
}

/** The rows of the table; a figure that a column knows nothing about is null. */
export function comparisonRows(
  figures: EstimateFigures | null,
  prediction: Prediction | null,
  busiest: number | null,
  measured: Measured | null,
): ComparisonRow[] {
  const totals = measured?.totals ?? null;
  const row = (key: ComparisonKey, estimated: Figure, predicted: Figure, found: Figure): ComparisonRow => ({
    key,
    estimated,
    predicted,
    measured: found,
  });
  return [
    row('offered', figures?.rate_rps ?? null, prediction?.offered_rps ?? null, totals?.offered_rps ?? null),
    row('peak', figures?.peak_rps ?? null, null, null),
    row('answered', null, prediction?.throughput_rps ?? null, totals?.throughput_rps ?? null),
    row('latency', null, predictedLatency(prediction), totals?.latency_mean_s ?? null),
    row('busiest', null, busiest, measured ? highest(measured.busy) : null),
    row('availability', null, prediction?.availability?.ratio ?? null, answeredRatio(totals)),
    row('cost', null, prediction?.cost_usd_per_h ?? null, totals?.cost_usd_per_h ?? null),
  ];
}

function predictedLatency(prediction: Prediction | null): Figure {
  if (!prediction || prediction.offered_rps === 0) return null;
  return prediction.latency_mean_s ?? 'endless';
}

/** Of everything that has ended since the run began. */
function answeredRatio(totals: Totals | null): number | null {
  if (!totals) return null;
  const ended = totals.completed_count + totals.failed_count;
  return ended > 0 ? totals.completed_count / ended : null;
}

export function highest(values: ArrayLike<number | null>): number | null {
  let most: number | null = null;
  for (const value of Array.from(values)) {
    if (value !== null && Number.isFinite(value) && (most === null || value > most)) most = value;
  }
  return most;
}
