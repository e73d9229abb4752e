import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ParameterSpec, ParameterValue } from '../../core/catalog';
import { CATALOG, spec } from '../../core/testCatalog';
import { useEditor } from '../../store';
import { useView } from '../../view';
import { Field } from './Field';

const delay = spec('length_s', { default: 0.25, unit: 's', ge: 0, le: 10, label: 'Delay' });
const changed = vi.fn<(value: ParameterValue | null) => void>();

function show(which: ParameterSpec, value: ParameterValue, disabled = false, begun?: ParameterValue) {
  render(
    <Field
      spec={which}
      value={value}
      owner={{ node_id: 'p', edge_id: null }}
      disabled={disabled}
      begun={begun}
      onChange={(next) => changed(next)}
    />,
  );
}

async function type(text: string) {
  const input = screen.getByLabelText('Delay', { selector: 'input[type=text]' });
  await userEvent.clear(input);
  await userEvent.type(input, text);
}

beforeEach(() => changed.mockReset());
afterEach(() => {
  useEditor.setState({ diagnostics: [] });
  useView.setState({ target: null });
});

describe('a number', () => {
  it('is shown in ms and handed on in seconds', async () => {
    show(delay, 0.25);
    expect(screen.getByDisplayValue('250')).toBeDefined();
    expect(screen.getByText('ms')).toBeDefined();
    await type('400');
    expect(changed).toHaveBeenLastCalledWith(0.4);
  });

  it('may be typed with another unit, and the default is stored as nothing', async () => {
    show(delay, 0.4);
    await type('2 s');
    expect(changed).toHaveBeenLastCalledWith(2);
    await type('250');
    expect(changed).toHaveBeenLastCalledWith(null);
  });

  it('beyond its bounds or no number at all is refused with words', async () => {
    show(delay, 0.25);
    await type('11 s');
    expect(screen.getByText('Must be at most 10 s.')).toBeDefined();
    expect(changed).not.toHaveBeenCalledWith(11);
    await type('abc');
    expect(screen.getByText('Enter a number.')).toBeDefined();
    expect(screen.getByDisplayValue('abc').getAttribute('aria-invalid')).toBe('true');
  });

  it('moves with its slider, within bounds', () => {
    show(delay, 0.25);
    const slider = screen.getByRole('slider', { name: 'Delay' });
    fireEvent.change(slider, { target: { value: '1000' } });
    expect(changed).toHaveBeenLastCalledWith(10);
    fireEvent.change(slider, { target: { value: '0' } });
    expect(changed).toHaveBeenLastCalledWith(0);
  });

  it('goes back to its default by one button, which says what that is', async () => {
    show(delay, 0.4);
    await userEvent.click(screen.getByRole('button', { name: 'Delay: Back to the default (250 ms)' }));
    expect(changed).toHaveBeenLastCalledWith(null);
  });
});

describe('any setting', () => {
  it('shows the server’s remark, its hint and nobody else’s', () => {
    const remark = {
      code: 'X',
      severity: 'error' as const,
      node_id: 'p',
      edge_id: null,
      field: 'length_s',
      message: 'Too long by {by}.',
      hint: 'Cut it.',
      values: { by: 3 },
      text: '',
      hint_text: '',
      fix: [],
    };
    useEditor.setState({ diagnostics: [remark, { ...remark, node_id: 'q', message: 'Other.' }] });
    show(delay, 0.25);
    expect(screen.getByText('Too long by 3.')).toBeDefined();
    expect(screen.getByText('Cut it.')).toBeDefined();
    expect(screen.queryByText('Other.')).toBeNull();
  });

  it('takes the focus when a problem points to it', () => {
    useView.setState({ target: { field: 'length_s' } });
    show(delay, 0.25);
    expect(document.activeElement).toBe(screen.getByLabelText('Delay', { selector: 'input[type=text]' }));
    expect(useView.getState().target).toBeNull();
  });

  it('may be a choice or a switch', async () => {
    show(spec('mode', { type: 'choice', default: 'open', choices: { open: 'Open', shut: 'Shut' } }), 'open');
    await userEvent.selectOptions(screen.getByLabelText('mode'), 'shut');
    expect(changed).toHaveBeenLastCalledWith('shut');
    show(spec('lined', { type: 'bool', default: true }), true);
    await userEvent.click(screen.getByRole('switch', { name: 'lined' }));
    expect(changed).toHaveBeenLastCalledWith(false);
  });

  it('may be a list, which is handed on only while it is one', async () => {
    show(spec('values', { type: 'numbers', default: '', label: 'Delay' }), '');
    await type('1, 2');
    expect(changed).toHaveBeenLastCalledWith('1, 2');
    changed.mockReset();
    await type('x');
    expect(changed).not.toHaveBeenCalledWith('x');
    expect(screen.getByText('Enter numbers separated by commas, such as 1, 2, 5.')).toBeDefined();
  });

  it('may be weights of names: taken in, weighed and taken out again', async () => {
    const mix = spec('mix', { type: 'weights', default: '', choices: { a: 'First', b: 'Second' } });
    show(mix, '');
    await userEvent.selectOptions(screen.getByLabelText('mix'), 'b');
    expect(changed).toHaveBeenLastCalledWith('b 1');
    cleanup();
    show(mix, 'a 3, b 1');
    expect(screen.getByText('75 %')).toBeDefined();
    fireEvent.change(screen.getByLabelText('Weight of Second'), { target: { value: '3' } });
    expect(changed).toHaveBeenLastCalledWith('a 3, b 3');
    await userEvent.click(screen.getByRole('button', { name: 'Take out First' }));
    expect(changed).toHaveBeenLastCalledWith('b 1');
    cleanup();
    show(mix, 'a 3');
    await userEvent.click(screen.getByRole('button', { name: 'Take out First' }));
    expect(changed).toHaveBeenLastCalledWith(null);
  });

  it('says that it was changed since the run began, and goes back to what it was then', async () => {
    show(delay, 0.4, false, 0.4);
    expect(screen.queryByRole('button', { name: /since the run began/ })).toBeNull();
    cleanup();
    show(delay, 0.4, false, 0.3);
    await userEvent.click(
      screen.getByRole('button', { name: 'Delay: Changed since the run began. Back to 300 ms' }),
    );
    expect(changed).toHaveBeenLastCalledWith(0.3);
    cleanup();
    show(delay, 0.4, false, 0.25); // the default is stored as nothing
    await userEvent.click(screen.getByRole('button', { name: /Back to 250 ms/ }));
    expect(changed).toHaveBeenLastCalledWith(null);
    cleanup();
    show(delay, 0.4, true, 0.25);
    expect(screen.getByText('Changed since the run began: it was 250 ms')).toBeDefined();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('cannot be changed through a link that only watches', () => {
    show(delay, 0.4, true);
    expect(screen.getByDisplayValue('400')).toHaveProperty('disabled', true);
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('what a setting moves', () => {
  beforeEach(() => useEditor.setState({ catalog: CATALOG }));
  afterEach(() => useEditor.setState({ catalog: null }));
  const up = { figure: 'latency', direction: 'up' as const, choice: '' };
  const down = { figure: 'failed', direction: 'down' as const, choice: '' };

  it('stands below its help, with the way each figure goes', () => {
    show({ ...delay, moves: [up, down] }, 0.25);
    expect(screen.getByText('When raised: latency ↑, failed requests ↓')).toBeDefined();
  });

  it('is of a menu what the choice does, and for the default what any choice changes', () => {
    const mode = spec('mode', {
      type: 'choice',
      default: 'open',
      choices: { open: 'Open', shut: 'Shut', half: 'Half' },
      moves: [
        { ...down, choice: 'shut' },
        { ...up, choice: 'half' },
        { ...down, choice: 'half' },
      ],
    });
    show(mode, 'shut');
    expect(screen.getByText('Changes failed requests ↓')).toBeDefined();
    cleanup();
    show(mode, 'open');
    expect(screen.getByText('Changes failed requests ↕, latency ↕')).toBeDefined();
  });

  it('is nothing where nothing was declared', () => {
    show(delay, 0.25);
    expect(screen.queryByText(/When raised|Changes/)).toBeNull();
  });
});
