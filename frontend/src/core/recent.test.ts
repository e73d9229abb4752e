import { beforeEach, expect, it } from 'vitest';
import { noteKind, recentKinds } from './recent';

beforeEach(() => localStorage.clear());

it('names what was added last first, each once', () => {
  expect(recentKinds()).toEqual([]);
  for (const kind of ['c', 'd', 'c']) noteKind(kind);
  expect(recentKinds()).toEqual(['c', 'd']);
});

it('forgets what was long ago', () => {
  for (const kind of 'abcdefg') noteKind(kind);
  expect(recentKinds()).toEqual(['g', 'f', 'e', 'd', 'c']);
});
