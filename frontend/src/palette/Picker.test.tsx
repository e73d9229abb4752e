import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { noteKind } from '../core/recent';
import { CATALOG, waterworks } from '../core/testCatalog';
import { openDocument, select, useEditor } from '../store';
import { openPicker, useView } from '../view';
import { Picker } from './Picker';

const wires = () => useEditor.getState().document.edges.map((edge) => `${edge.source}>${edge.target}`);
const options = () => screen.getAllByRole('option').map((option) => option.textContent);

beforeEach(() => {
  localStorage.clear();
  openDocument(waterworks(), { token: null, viewToken: null, permission: 'edit', revision: 0 });
  useEditor.setState({ catalog: CATALOG });
  useView.setState({ picker: null });
});

describe('type-to-add', () => {
  it('finds a product name and adds its kind wired to the selection', async () => {
    select({ nodes: ['p'] });
    openPicker({ mode: 'add', place: null }, null);
    render(<Picker />);
    await userEvent.keyboard('hose{Enter}');
    const added = useEditor.getState().document.nodes.at(-1);
    expect(added).toMatchObject({ kind: 'pipe', name: 'Pipe' });
    expect(wires()).toContain(`p>${added?.id}`);
    expect(useEditor.getState().selection.nodes).toEqual([added?.id]);
    expect(useView.getState().picker).toBeNull();
  });

  it('adds a node alone where asked, at the place given', async () => {
    select({ nodes: ['p'] });
    openPicker({ mode: 'add', place: { x: 1000, y: 500 } }, null);
    render(<Picker />);
    await userEvent.keyboard('basin{Shift>}{Enter}{/Shift}');
    expect(useEditor.getState().document.nodes.at(-1)).toMatchObject({ kind: 'basin', x: 908, y: 448 });
    expect(wires()).toHaveLength(2);
  });

  it('walks the list with the arrows and announces the active option', async () => {
    openPicker({ mode: 'add', place: null }, null);
    render(<Picker />);
    const box = screen.getByRole('combobox');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}');
    const active = document.getElementById(box.getAttribute('aria-activedescendant') ?? '');
    expect(active?.getAttribute('aria-selected')).toBe('true');
    expect(active?.textContent).toContain('Pipe');
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('combobox')).toBeNull();
  });

  it('stands under headings while nothing is typed: used lately, common, the rest, each kind once', async () => {
    const groups = () =>
      screen.queryAllByRole('group').map((group) => [
        group.getAttribute('aria-labelledby') &&
          document.getElementById(group.getAttribute('aria-labelledby') ?? '')?.textContent,
        ...within(group)
          .getAllByRole('option')
          .map((option) => option.querySelector('span span')?.textContent),
      ]);
    noteKind('pipe');
    openPicker({ mode: 'add', place: null }, null);
    render(<Picker />);
    expect(groups()).toEqual([
      ['Used lately', 'Pipe'],
      ['Common', 'Basin'],
      ['All others', 'Spring'],
    ]);
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(useEditor.getState().document.nodes.at(-1)?.kind).toBe('basin');
    act(() => openPicker({ mode: 'add', place: null }, null));
    expect(groups()[0]).toEqual(['Used lately', 'Basin', 'Pipe']);
    await userEvent.keyboard('p');
    expect(groups()).toEqual([]);
  });

  it('says so when nothing is found', async () => {
    openPicker({ mode: 'add', place: null }, null);
    render(<Picker />);
    await userEvent.keyboard('granite');
    expect(screen.getByText('Nothing is called “granite”.')).toBeDefined();
  });
});

describe('connect to…', () => {
  it('offers reachable nodes first, then new ones, and connects', async () => {
    openPicker({ mode: 'connect', node: 's' }, null);
    render(<Picker />);
    expect(options()).toEqual(['bfeeds', 'New: Pipe', 'New: Basin']);
    await userEvent.keyboard('{Enter}');
    expect(wires()).toContain('s>b');
  });
});

describe('a wire dropped on empty canvas', () => {
  it('offers only what fits its direction', async () => {
    openPicker({ mode: 'wire', node: 'p', forward: false, place: { x: 0, y: 0 } }, null);
    render(<Picker />);
    expect(options()).toEqual(['New: Spring', 'New: Pipe']);
    await userEvent.keyboard('{Enter}');
    const added = useEditor.getState().document.nodes.at(-1);
    expect(wires()).toContain(`${added?.id}>p`);
  });
});
