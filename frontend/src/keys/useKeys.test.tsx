import { fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATALOG, waterworks } from '../core/testCatalog';
import { openDocument, select, useEditor } from '../store';
import { useView } from '../view';
import { useKeys } from './useKeys';

function Page() {
  useKeys();
  return (
    <>
      <div className="canvas" data-testid="canvas" />
      <input data-testid="text" />
      <input type="range" data-testid="range" />
    </>
  );
}

const ids = () => useEditor.getState().document.nodes.map((node) => node.id);
const at = (id: string) => useEditor.getState().document.nodes.find((node) => node.id === id);
const press = (key: string, on: Element = document.body, more: object = {}) =>
  fireEvent.keyDown(on, { key, bubbles: true, ...more });

beforeEach(() => {
  openDocument(waterworks(), { token: null, viewToken: null, permission: 'edit', revision: 0 });
  useEditor.setState({ catalog: CATALOG });
});
afterEach(() => useView.setState({ picker: null, dialog: null, singleKeys: true }));

describe('keys', () => {
  it('delete, heal, undo and redo', () => {
    render(<Page />);
    select({ nodes: ['p'] });
    press('Delete', document.body, { ctrlKey: true });
    expect(ids()).toEqual(['s', 'b']);
    expect(useEditor.getState().document.edges).toHaveLength(1);
    press('z', document.body, { ctrlKey: true });
    expect(ids().sort()).toEqual(['b', 'p', 's']);
    press('Z', document.body, { ctrlKey: true, shiftKey: true });
    expect(ids()).toEqual(['s', 'b']);
  });

  it('move the selection as one step, and walk along wires with Alt', () => {
    render(<Page />);
    select({ nodes: ['p'] });
    press('ArrowDown');
    press('ArrowDown');
    expect(at('p')?.y).toBe(16);
    press('z', document.body, { ctrlKey: true });
    expect(at('p')?.y).toBe(0);
    press('ArrowRight', document.body, { altKey: true });
    expect(useEditor.getState().selection.nodes).toEqual(['b']);
  });

  it('belong to a field while something is typed there', () => {
    const { getByTestId } = render(<Page />);
    select({ nodes: ['p'] });
    for (const key of ['Delete', 'a', 'z']) press(key, getByTestId('text'), { ctrlKey: key === 'z' });
    expect(ids()).toHaveLength(3);
    expect(useView.getState().picker).toBeNull();
  });

  it('move a focused slider and not the drawing, but undo works from there', () => {
    const { getByTestId } = render(<Page />);
    select({ nodes: ['p'] });
    press('ArrowDown');
    press('ArrowDown', getByTestId('range'));
    press('Delete', getByTestId('range'));
    expect(at('p')?.y).toBe(8);
    press('z', getByTestId('range'), { ctrlKey: true });
    expect(at('p')?.y).toBe(0);
  });

  it('Tab adds for those who point at the canvas, and moves the focus for all others', () => {
    const { getByTestId } = render(<Page />);
    expect(press('Tab', getByTestId('canvas'))).toBe(true);
    expect(useView.getState().picker).toBeNull();
    fireEvent.pointerMove(getByTestId('canvas'), { clientX: 10, clientY: 10 });
    expect(press('Tab', getByTestId('canvas'))).toBe(false);
    expect(useView.getState().picker).toMatchObject({ mode: 'add' });
  });

  it('of a single letter can be turned off', () => {
    render(<Page />);
    useView.setState({ singleKeys: false });
    press('a');
    expect(useView.getState().picker).toBeNull();
    useView.setState({ singleKeys: true });
    press('a');
    expect(useView.getState().picker).toMatchObject({ mode: 'add' });
  });

  it('change nothing through a link that only watches', () => {
    render(<Page />);
    useEditor.setState({ permission: 'view' });
    select({ nodes: ['p'] });
    press('Delete');
    press('a');
    expect(ids()).toHaveLength(3);
    expect(useView.getState().picker).toBeNull();
  });
});
