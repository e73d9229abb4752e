/** The kinds that this person added last, the latest first, kept in the browser. */
import { recall, remember } from './memory';

const KEY = 'playground.recent_kinds';
const KEPT_MAX = 5;

export function recentKinds(): string[] {
  return (recall(KEY) ?? '').split(' ').filter(Boolean).slice(0, KEPT_MAX);
}

export function noteKind(kind: string): void {
  remember(KEY, [kind, ...recentKinds().filter((other) => other !== kind)].slice(0, KEPT_MAX).join(' '));
}

/** The same things, those of recent kinds before all others while nothing has been typed. */
export function recentFirst<T>(things: readonly T[], kindOf: (thing: T) => string, query: string): T[] {
  if (query.trim() !== '') return [...things];
  const recent = recentKinds();
  const rank = (thing: T) => {
    const at = recent.indexOf(kindOf(thing));
    return at < 0 ? recent.length : at;
  };
  return [...things].sort((a, b) => rank(a) - rank(b));
}
