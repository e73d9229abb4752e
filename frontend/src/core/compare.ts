/** Two designs on the same requests: what is asked of the server, and what its answer means. */
import { ApiError, postLines } from './api';
import { applyChanges } from './changes';
import type { ParameterValue, ScenarioDocument } from './document';
import { formatCost, formatRate, formatRatio, formatSeconds } from './format';
import type {
  ComparisonDone,
  ComparisonProgress,
  ComparisonResult,
  Document,
  ErrorBody,
  MeasuredDifference,
} from './protocol';

export const DURATIONS_S = [10, 30, 60, 120, 300, 600];
export const RUN_COUNTS = [3, 5, 10, 20];

/** One setting of one component that is different in the second design. */
export interface Setting {
  node_id: string;
  name: string;
  value: ParameterValue;
}

export interface Wanted {
  first: Document;
  second: Document;
  duration_s: number;
  runs: number;
}

export function withSettings(document: ScenarioDocument, settings: readonly Setting[]): ScenarioDocument {
  return applyChanges(
    document,
    settings.map((setting) => ({ type: 'set_parameter', ...setting })),
  );
}

/** Have the server run both. Throws an `ApiError`, or what `signal` was aborted with. */
export async function compare(
  wanted: Wanted,
  onProgress: (done_ratio: number) => void,
  signal: AbortSignal,
): Promise<ComparisonResult> {
  const lines = postLines<ComparisonProgress | ComparisonDone | ErrorBody>(
    '/compare',
    { ...wanted, seed: wanted.first.seed },
    signal,
  );
  let result: ComparisonResult | null = null;
  for await (const line of lines) {
    if ('result' in line) result = line.result;
    if ('error' in line) throw new ApiError(200, line.error.code, line.error.message, line.error.values);
    if ('done_ratio' in line) onProgress(line.done_ratio);
  }
  if (result) return result;
  throw new ApiError(0, 'unreachable', 'The server cannot be reached.', {});
}

/** How a measure is written, and which way of it people want; 0 where that depends. */
interface MeasureFormat {
  format: (value: number | null) => string;
  better: -1 | 0 | 1;
}

const MEASURES: Readonly<Record<string, MeasureFormat>> = {
  throughput_rps: { format: formatRate, better: 1 },
  failed_ratio: { format: formatRatio, better: -1 },
  latency_mean_s: { format: formatSeconds, better: -1 },
  latency_p50_s: { format: formatSeconds, better: -1 },
  latency_p99_s: { format: formatSeconds, better: -1 },
  cost_usd_per_h: { format: formatCost, better: -1 },
};
/** Utilizations are named by their node. */
const SHARE: MeasureFormat = { format: formatRatio, better: 0 };

export function formatOf(measure: string): MeasureFormat['format'] {
  return (MEASURES[measure] ?? SHARE).format;
}

export type Verdict = 'better' | 'worse' | 'higher' | 'lower' | 'same' | 'unknown';

/** What a person may conclude: "same" says that chance explains it, "unknown" that there is too little to say. */
export function verdictOf({ measure, difference, half_width, is_clear }: MeasuredDifference): Verdict {
  if (difference === null) return 'unknown';
  if (difference === 0) return 'same';
  if (half_width === null) return 'unknown';
  if (!is_clear) return 'same';
  const { better } = MEASURES[measure] ?? SHARE;
  if (better === 0) return difference > 0 ? 'higher' : 'lower';
  return Math.sign(difference) === better ? 'better' : 'worse';
}

/** "−170 ms ± 12 ms", the sign always written. */
export function differenceText({ measure, difference, half_width }: MeasuredDifference): string {
  const format = formatOf(measure);
  if (difference === null) return format(null);
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  const size = `${sign}${format(Math.abs(difference))}`;
  return half_width === null ? size : `${size} ± ${format(half_width)}`;
}

/** Whether every pair of runs met the same number of requests. */
export function metTheSame(result: ComparisonResult): boolean {
  return result.offered.every(([first, second]) => first === second);
}
