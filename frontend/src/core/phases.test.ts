import { describe, expect, it } from 'vitest';
import { PhaseLog } from './phases';

describe('phases', () => {
  it('join what stays the same and follow each other without gaps', () => {
    const log = new PhaseLog();
    for (const at_s of [1, 2, 3]) log.note(at_s, 'healthy');
    for (const at_s of [4, 5]) log.note(at_s, 'failing');
    expect(log.since(0)).toEqual([
      { tone: 'healthy', from_s: 1, until_s: 4 },
      { tone: 'failing', from_s: 4, until_s: 5 },
    ]);
    expect(log.since(2.5)[0]).toEqual({ tone: 'healthy', from_s: 2.5, until_s: 4 });
    expect(log.since(4.5)).toHaveLength(1);
  });

  it('begin anew with another run', () => {
    const log = new PhaseLog();
    log.note(10, 'failing');
    log.note(1, 'healthy');
    log.note(2, 'healthy');
    expect(log.since(0)).toEqual([{ tone: 'healthy', from_s: 1, until_s: 2 }]);
  });
});
