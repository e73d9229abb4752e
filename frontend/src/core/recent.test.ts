import { beforeEach, expect, it } from 'vitest';
import { noteKind, recentFirst, recentKinds } from './recent';

beforeEach(() => localStorage.clear());

it('puts what was added last first, each once, and only while nothing is typed', () => {
  const all = ['a', 'b', 'c', 'd'];
  const order = (query: string) => recentFirst(all, (kind) => kind, query);
  expect(order('')).toEqual(all);
  for (const kind of ['c', 'd', 'c']) noteKind(kind);
  expect(recentKinds()).toEqual(['c', 'd']);
  expect(order('')).toEqual(['c', 'd', 'a', 'b']);
  expect(order('x')).toEqual(all);
});

it('forgets what was long ago', () => {
  for (const kind of 'abcdefg') noteKind(kind);
  expect(recentKinds()).toEqual(['g', 'f', 'e', 'd', 'c']);
});
