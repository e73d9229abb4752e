/** Figures as people read them: two or three digits, a unit always. Input is SI; null and NaN give a dash. */
const NONE = '–';
/** A value and its unit must not be torn apart at a line's end. */
const GAP = ' ';

type Maybe = number | null | undefined;

function known(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 9.95 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 0.995 ? 1 : 2).replace(/\.?0+$/, '') || '0';
}

/** 1234 -> ["1.2", "k"]; the prefix is chosen after rounding, so that 999.7 is 1 k and not 1000. */
function scaled(value: number): [string, string] {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.5 && at < prefixes.length - 1) {
    rest /= 1000;
    at += 1;
  }
  return [digits(rest), prefixes[at] ?? ''];
}

export function formatCount(value: Maybe): string {
  if (!known(value)) return NONE;
  const [text, prefix] = scaled(value);
  return prefix ? `${text}${GAP}${prefix}` : text;
}

/** 1234 -> "1.2 k/s" */
export function formatRate(value: Maybe): string {
  return known(value) ? `${formatCount(value)}/s` : NONE;
}

/** 0.038 -> "38 ms" */
export function formatSeconds(value: Maybe): string {
  if (!known(value)) return NONE;
  const size = Math.abs(value);
  if (size === 0) return `0${GAP}ms`;
  if (size < 9.995e-7) return `${digits(value * 1e9)}${GAP}ns`;
  if (size < 0.0009995) return `${digits(value * 1e6)}${GAP}µs`;
  if (size < 0.9995) return `${digits(value * 1e3)}${GAP}ms`;
  if (size < 99.95) return `${digits(value)}${GAP}s`;
  if (size < 7200) return `${digits(value / 60)}${GAP}min`;
  return `${digits(value / 3600)}${GAP}h`;
}

/** 0.0816 -> "0.0816 USD/h" */
export function formatCost(value: Maybe): string {
  if (!known(value)) return NONE;
  const size = Math.abs(value);
  const text = value.toFixed(size >= 99.95 ? 0 : size >= 0.995 ? 2 : 4);
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text}${GAP}USD/h`;
}

/** 0.972 -> "97 %"; never 100 % while something is missing. */
export function formatRatio(value: Maybe): string {
  if (!known(value)) return NONE;
  const percent = value * 100;
  if (percent > 99 && percent < 100) return `${(Math.floor(percent * 10) / 10).toFixed(1)}${GAP}%`;
  if (percent > 0 && percent < 1) return `${digits(percent)}${GAP}%`;
  return `${percent.toFixed(0)}${GAP}%`;
}

/** Simulated time as a clock: 72.34 -> "1:12.3" */
export function formatClock(at_s: number): string {
  const tenths = Math.floor(at_s * 10 + 1e-6);
  const s = Math.floor(tenths / 10);
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(s / 60);
  const tail = `${pad(s % 60)}.${tenths % 10}`;
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${tail}`;
}
