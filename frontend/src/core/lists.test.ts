import { describe, expect, it } from 'vitest';
import { isList } from './lists';

describe('a list as people type it', () => {
  it.each(['', '1, 2, 5', '1,2,5,', ' 0.5 ,1e3 '])('accepts the numbers "%s"', (text) => {
    expect(isList(text, 'numbers')).toBe(true);
  });
  it.each(['a', '1 2', '1, -2', '1; 2', 'Infinity', '1: 2'])('refuses the numbers "%s"', (text) => {
    expect(isList(text, 'numbers')).toBe(false);
  });
  it.each(['', '0: 100, 60: 500', '0:1,0:2'])('accepts the points "%s"', (text) => {
    expect(isList(text, 'points')).toBe(true);
  });
  it.each(['0', '1: 2, 0: 3', '0: 1: 2', '0:', ': 5', '0: -1'])('refuses the points "%s"', (text) => {
    expect(isList(text, 'points')).toBe(false);
  });
});
