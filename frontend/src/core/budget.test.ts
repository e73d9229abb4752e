import { expect, it } from 'vitest';
import { budgetOf, targetsWith, targetText } from './budget';
import { makeFrame } from './fixtures';

const totals = (completed_count: number, failed_count: number) => ({
  ...makeFrame({}).totals,
  completed_count,
  failed_count,
});

it('is whole without failures, half spent at half of what is allowed, and overspent beyond', () => {
  expect(budgetOf(totals(0, 0), 0.99)).toBeNull();
  expect(budgetOf(totals(1000, 0), 0.99)?.left_ratio).toBe(1);
  expect(budgetOf(totals(995, 5), 0.99)?.left_ratio).toBeCloseTo(0.5);
  expect(budgetOf(totals(980, 20), 0.99)?.left_ratio).toBeCloseTo(-1);
  expect(budgetOf(totals(980, 20), 0.99)?.answered_ratio).toBeCloseTo(0.98);
});

it('offers the usual targets and the one that is set', () => {
  expect(targetsWith(0.999)).toEqual([0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999]);
  expect(targetsWith(0.97)).toEqual([0.95, 0.97, 0.99, 0.995, 0.999, 0.9995, 0.9999]);
  expect([0.95, 0.9995, 0.9999].map(targetText)).toEqual(['95\u202f%', '99.95\u202f%', '99.99\u202f%']);
});
