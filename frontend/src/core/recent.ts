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
