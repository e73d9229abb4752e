import { expect, it } from 'vitest';
import { flagsOf, type LinkFlags, NO_FLAGS, PANEL_CHOICES, readFlags } from './linkFlags';

it('is read as it was written, each flag and all of them', () => {
  const all: LinkFlags[] = [
    NO_FLAGS,
    { ...NO_FLAGS, run: true },
    { ...NO_FLAGS, present: true },
    ...PANEL_CHOICES.map((panel) => ({ run: true, panel, present: true })),
  ];
  for (const flags of all) {
    expect(readFlags(flagsOf(flags, 'edit'))).toEqual({ flags, unknown: [] });
  }
  expect(flagsOf(NO_FLAGS, 'edit')).toBe('');
});

it('asks of those who only watch nothing that they may not do', () => {
  expect(flagsOf({ run: true, panel: 'charts', present: false }, 'view')).toBe('?panel=charts');
});

it('names what means nothing, shortened, and leaves the rest of an address alone', () => {
  const { flags, unknown } = readFlags(`?run=yes&panel=${'x'.repeat(5000)}&layout=<b>&t=3&utm_source=mail`);
  expect(flags).toEqual(NO_FLAGS);
  expect(unknown).toEqual(['run=yes', `panel=${'x'.repeat(30)}`, 'layout=<b>']);
  expect(readFlags('?panel=charts&panel=nonsense&run=&%E0%A4%A').flags.panel).toBe('charts');
  expect(readFlags('?panel=constructor').flags.panel).toBeNull();
});
