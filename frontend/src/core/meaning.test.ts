import { expect, it } from 'vitest';
import { t } from './i18n';
import { unitKey, withUnit } from './meaning';

it('tells the unit by the tail of the name', () => {
  const names = ['arrival_rps', 'latency_p99_s', 'hit_ratio', 'cost_usd_per_h', 'queue_length'];
  expect(names.map(unitKey)).toEqual([
    'live.unit.rps',
    'live.unit.s',
    'live.unit.ratio',
    'live.unit.usd_per_h',
    'live.unit.count',
  ]);
  for (const name of names) expect(withUnit('It.', name, t)).toMatch(/^It\. [A-Z][^.]+\.$/);
});
