import { describe, expect, it } from 'vitest';
import { sharesOf, weightsIn, weightsText } from './weights';

describe('weights of names', () => {
  it('are read with or without colons, and written plainly', () => {
    expect(weightsText(weightsIn('seoul: 60,tokyo 40 '))).toBe('seoul 60, tokyo 40');
    expect(weightsIn('')).toEqual([]);
  });
  it('leave out what is none', () => {
    expect(weightsIn('seoul, tokyo x, virginia 2')).toEqual([['virginia', 2]]);
  });
  it('have shares that add up', () => {
    expect(sharesOf(weightsIn('a 3, b 1'))).toEqual([0.75, 0.25]);
    expect(sharesOf([['a', 0]])).toEqual([0]);
  });
});
