/** What a figure says about itself: its definition and window, then its unit, told by the tail of its name. Pure. */
type Translate = (key: string) => string;

const TAILS: readonly (readonly [tail: string, unit: string])[] = [
  ['usd_per_h', 'usd_per_h'],
  ['_rps', 'rps'],
  ['_s', 's'],
  ['_ratio', 'ratio'],
];

/** The text key of a unit: "latency_p99_s" is in seconds, a name without a unit is a count. */
export function unitKey(name: string): string {
  const unit = TAILS.find(([tail]) => name.endsWith(tail))?.[1] ?? 'count';
  return `live.unit.${unit}`;
}

/** A definition with the unit of the figure that is called `name`. */
export function withUnit(definition: string, name: string, t: Translate): string {
  return `${definition} ${t(unitKey(name))}`;
}
