import { render, screen, act as settle } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyDocument } from '../core/document';
import type { RunState } from '../core/protocol';
import * as runStore from '../runStore';
import { openDocument } from '../store';
import { formatSpeed, RunBar } from './RunBar';

const RUN: RunState = {
  status: 'running',
  speed: 1,
  achieved_speed: 1,
  now_s: 0,
  seed: 3,
  viewers: 2,
  can_control: true,
  number: 1,
};
const node = { id: 'a', kind: 'k', name: 'A', x: 0, y: 0, parameters: {} };

beforeEach(() => {
  openDocument(
    { ...emptyDocument('shop'), nodes: [node] },
    { token: null, viewToken: null, permission: 'edit', revision: 0 },
  );
});

function show(run: RunState | null) {
  const bar = render(<RunBar />);
  settle(() => runStore.useRun.setState({ run, starting: false }));
  return bar;
}

describe('the run bar', () => {
  it('offers what fits the state of the run', () => {
    show(RUN);
    expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy();
    expect((screen.getByRole('button', { name: 'Step' }) as HTMLButtonElement).disabled).toBe(true);
    settle(() => runStore.useRun.setState({ run: { ...RUN, status: 'paused' } }));
    expect(screen.getByRole('button', { name: 'Resume' })).toBeTruthy();
    expect((screen.getByRole('button', { name: 'Step' }) as HTMLButtonElement).disabled).toBe(false);
  });

  it('has no controls for those who may only watch', () => {
    openDocument(emptyDocument(''), { token: null, viewToken: null, permission: 'view', revision: 0 });
    show({ ...RUN, can_control: false });
    expect(screen.queryAllByRole('button')).toEqual([]);
    expect(screen.getByText('View only')).toBeTruthy();
    expect((screen.getByRole('combobox') as HTMLSelectElement).disabled).toBe(true);
  });

  it('cannot run an empty canvas', () => {
    openDocument(emptyDocument(''), { token: null, viewToken: null, permission: 'edit', revision: 0 });
    show(null);
    expect((screen.getByRole('button', { name: 'Run' }) as HTMLButtonElement).disabled).toBe(true);
  });

  it('says so when the chosen speed is not reached', () => {
    show({ ...RUN, speed: 100, achieved_speed: 31.4 });
    expect(screen.getByText(/reaching 31×/)).toBeTruthy();
    settle(() => runStore.useRun.setState({ run: { ...RUN, speed: 100, achieved_speed: 99 } }));
    expect(screen.queryByText(/reaching/)).toBeNull();
  });

  it('runs and pauses with the space bar, but not while something else has the focus', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => {}));
    const user = userEvent.setup();
    show({ ...RUN, status: 'paused' });
    const toggled = () => runStore.useRun.getState().starting;
    screen.getByRole('textbox').focus();
    await user.keyboard(' ');
    expect(toggled()).toBe(false);
    (document.activeElement as HTMLElement).blur();
    await user.keyboard(' ');
    expect(toggled()).toBe(true);
  });

  it('restarts only with a seed that can be one', async () => {
    const user = userEvent.setup();
    show(RUN);
    const field = screen.getByRole('textbox');
    const button = screen.getByRole('button', { name: 'Restart' }) as HTMLButtonElement;
    for (const [text, valid] of [
      ['42', true],
      ['-1', false],
      ['4294967296', false],
      ['x', false],
      ['0', true],
    ] as const) {
      await user.clear(field);
      await user.type(field, text);
      expect([text, !button.disabled]).toEqual([text, valid]);
    }
  });
});

it('writes speeds shortly', () => {
  expect([0.01, 0.25, 1, 31.4, 100].map(formatSpeed)).toEqual(['0.01×', '0.25×', '1×', '31×', '100×']);
});
