/** Units as people read them. The document keeps SI; only what is shown or typed is in ms, MB or %. */

export interface DisplayUnit {
  /** shown beside the number */
  symbol: string;
  /** shown number × factor = SI value */
  factor: number;
}

const TIMES: DisplayUnit[] = [
  { symbol: 'µs', factor: 1e-6 },
  { symbol: 'ms', factor: 1e-3 },
  { symbol: 's', factor: 1 },
  { symbol: 'min', factor: 60 },
  { symbol: 'h', factor: 3600 },
];
const SIZES: DisplayUnit[] = [
  { symbol: 'B', factor: 1 },
  { symbol: 'kB', factor: 1e3 },
  { symbol: 'MB', factor: 1e6 },
  { symbol: 'GB', factor: 1e9 },
  { symbol: 'TB', factor: 1e12 },
  { symbol: 'PB', factor: 1e15 },
];
const SPEEDS: DisplayUnit[] = SIZES.map(({ symbol, factor }) => ({ symbol: `${symbol}/s`, factor }));
const BIT_SPEEDS: DisplayUnit[] = [
  { symbol: 'bit/s', factor: 1 },
  { symbol: 'kbit/s', factor: 1e3 },
  { symbol: 'Mbit/s', factor: 1e6 },
  { symbol: 'Gbit/s', factor: 1e9 },
];

const LADDERS: Record<string, DisplayUnit[]> = {
  s: TIMES,
  bytes: SIZES,
  'bytes/s': SPEEDS,
  'bit/s': BIT_SPEEDS,
  bps: BIT_SPEEDS,
  ratio: [{ symbol: '%', factor: 0.01 }],
  '1/s': [{ symbol: '/s', factor: 1 }],
  rps: [{ symbol: '/s', factor: 1 }],
};

/** The step of the ladder in which `value` reads as a number from 1 up; seconds below one are shown in ms. */
export function displayUnit(unit: string, value: number): DisplayUnit {
  const ladder = LADDERS[unit];
  if (!ladder) return { symbol: unit, factor: 1 };
  const size = Math.abs(value);
  if (ladder === TIMES) {
    if (size === 0) return TIMES[1] as DisplayUnit;
    if (size < 1e-4) return TIMES[0] as DisplayUnit;
    return (size < 1 ? TIMES[1] : TIMES[2]) as DisplayUnit;
  }
  const fitting = ladder.filter((step) => step.factor <= size);
  return fitting.at(-1) ?? (ladder[0] as DisplayUnit);
}

/** Up to six significant digits without an exponent, as a person would type it. */
export function plainNumber(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(6));
  if (Math.abs(rounded) >= 1e21) return String(rounded);
  const decimals = Math.max(0, 6 - Math.floor(Math.log10(Math.abs(rounded))) - 1);
  const text = rounded.toFixed(Math.min(decimals, 20));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** "12,000" · "0.25": at most three significant decimals, thousands grouped the same in both languages. */
export function groupedNumber(value: number, digits = 3): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: Math.max(digits, 1) }).format(value);
}

/** A figure with its unit: "250 ms", "1.2 GB", "63 %", "1,200/s". */
export function formatQuantity(value: number, unit: string, digits = 3): string {
  const shown = displayUnit(unit, value);
  const number = groupedNumber(value / shown.factor, digits);
  if (!shown.symbol) return number;
  return shown.symbol.startsWith('/') ? `${number}${shown.symbol}` : `${number} ${shown.symbol}`;
}

/**
 * Read a number as typed: "250", "1,500", "2.5s", "64 MB", "30%". A suffix of the same ladder overrides the unit
 * shown. Returns the SI value, or null when it is no number.
 */
export function parseQuantity(text: string, unit: string, shown: DisplayUnit): number | null {
  const match = /^\s*([+-]?(?:\d[\d,_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(\S*)\s*$/i.exec(text);
  if (!match?.[1]) return null;
  const number = Number(match[1].replace(/[,_]/g, ''));
  const suffix = match[2] ?? '';
  if (!Number.isFinite(number)) return null;
  const scale = suffix === '' || suffix === shown.symbol ? shown : suffixUnit(unit, suffix);
  return scale ? cleaned(number * scale.factor) : null;
}

function suffixUnit(unit: string, suffix: string): DisplayUnit | null {
  const ladder = LADDERS[unit];
  if (!ladder) return /^[kmgt]$/i.test(suffix) ? { symbol: suffix, factor: multiple(suffix) } : null;
  const exact = ladder.find((step) => step.symbol === suffix);
  const folded = suffix.toLowerCase();
  const loose = ladder.find((step) => {
    const symbol = step.symbol.toLowerCase();
    return symbol === folded || symbol === `${folded}b` || symbol.replace('µ', 'u') === folded;
  });
  if (exact ?? loose) return (exact ?? loose) as DisplayUnit;
  return ladder.length === 1 && /^[kmgt]$/i.test(suffix)
    ? { symbol: suffix, factor: multiple(suffix) }
    : null;
}

function multiple(suffix: string): number {
  return { k: 1e3, m: 1e6, g: 1e9, t: 1e12 }[suffix.toLowerCase()] ?? 1;
}

/** 0.3 × 0.001 is 0.0003, not 0.00029999999999999997. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12));
}

/** A slider's scale: positions from 0 to 1 against values in SI. */
export interface SliderScale {
  toPosition: (value: number) => number;
  toValue: (position: number) => number;
}

/** How far a logarithmic slider reaches below and above the usual value; beyond it people type. */
const REACH = 100;

/**
 * A scale that gives the sensible part of a range its room: linear when the whole range is within reach, else
 * logarithmic around the usual value. Null when a bound is missing.
 */
export function sliderScale(low: number | null, high: number | null, typical: number): SliderScale | null {
  if (low === null || high === null || !(high > low) || high >= 1e15) return null;
  const near = typical > 0 ? high / typical <= 20 : high <= 100;
  if (low < 0 || near || (low > 0 && high / low <= 2 * REACH)) return linear(low, high);
  const usual = typical > 0 ? typical : high / REACH;
  return logarithmic(low, Math.max(low, usual / REACH), Math.min(high, usual * REACH));
}

function linear(low: number, high: number): SliderScale {
  return {
    toPosition: (value) => clamp01((value - low) / (high - low)),
    toValue: (position) => low + clamp01(position) * (high - low),
  };
}

/** The lowest position stands for `low` itself, which may be zero. */
function logarithmic(low: number, floor: number, top: number): SliderScale {
  const span = Math.log(top / floor);
  return {
    toPosition: (value) => (value <= floor ? 0 : clamp01(Math.log(value / floor) / span)),
    toValue: (position) => (position <= 0 ? low : floor * Math.exp(clamp01(position) * span)),
  };
}

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
