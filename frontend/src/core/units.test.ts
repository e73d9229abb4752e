import { describe, expect, it } from 'vitest';
import { displayUnit, formatQuantity, parseQuantity, plainNumber, sliderScale } from './units';

describe('units', () => {
  it.each([
    [0.25, 's', '250 ms'],
    [2, 's', '2 s'],
    [0.00002, 's', '20 µs'],
    [0, 's', '0 ms'],
    [64e6, 'bytes', '64 MB'],
    [1536, 'bytes', '1.54 kB'],
    [0.3, 'ratio', '30 %'],
    [1200, '1/s', '1,200/s'],
    [12, '', '12'],
  ])('shows %d %s as %s', (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });

  it.each([
    ['250', 's', 0.25, 0.25],
    ['2s', 's', 0.25, 2],
    ['1.5 min', 's', 0.25, 90],
    ['300 us', 's', 0.25, 0.0003],
    ['64MB', 'bytes', 1000, 64e6],
    ['2 g', 'bytes', 1000, 2e9],
    ['30%', 'ratio', 0.1, 0.3],
    ['30', 'ratio', 0.1, 0.3],
    ['1,500', '1/s', 100, 1500],
    ['20k', '1/s', 100, 20_000],
    ['5k', '', 10, 5000],
    ['-3', '', 10, -3],
  ])('reads %s', (text, unit, shown, value) => {
    expect(parseQuantity(text, unit, displayUnit(unit, shown))).toBe(value);
  });

  it.each(['', 'abc', '1.2.3', 'NaN', 'Infinity', '1e999', '5 apples'])('refuses %s', (text) => {
    expect(parseQuantity(text, 's', displayUnit('s', 1))).toBeNull();
  });

  it('shows what it reads, for every magnitude', () => {
    for (const value of [0.00015, 0.0031, 0.3, 7.5, 86_400, 123_456]) {
      const unit = displayUnit('s', value);
      expect(parseQuantity(plainNumber(value / unit.factor), 's', unit)).toBeCloseTo(value, 9);
    }
  });
});

describe('sliders', () => {
  it('are missing where a bound is, or where the bound is only a guard', () => {
    expect(sliderScale(0, null, 1)).toBeNull();
    expect(sliderScale(0, 1e15, 1)).toBeNull();
    expect(sliderScale(5, 5, 5)).toBeNull();
  });

  it.each([
    [0, 1, 0],
    [0, 3600, 0.02],
    [1, 100_000, 32],
    [0, 3, 0.9],
    [1, 100, 3],
  ])('from %d to %d come back to where they stand', (low, high, typical) => {
    const scale = sliderScale(low, high, typical);
    if (!scale) throw new Error('no scale');
    expect(scale.toValue(0)).toBe(low);
    expect(scale.toValue(1)).toBeLessThanOrEqual(high * (1 + 1e-12));
    expect(scale.toValue(scale.toPosition(typical))).toBeCloseTo(typical, 9);
    expect(scale.toPosition(high)).toBe(1);
  });

  it('give a wide range its room around the usual value', () => {
    const scale = sliderScale(0, 3600, 0.02);
    expect(scale?.toPosition(0.02)).toBeCloseTo(0.5, 9);
    expect(scale?.toPosition(0.2)).toBeCloseTo(0.75, 9);
  });
});
