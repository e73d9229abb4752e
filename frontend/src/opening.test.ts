import { afterEach, beforeEach, expect, it } from 'vitest';
import { waterworks } from './core/testCatalog';
import { followFlags } from './opening';
import { openDocument, openDrawer, useEditor } from './store';
import { useView } from './view';

const opened = () => [
  useEditor.getState().drawer,
  useView.getState().presenting,
  useEditor.getState().notice?.text ?? null,
];

beforeEach(() => {
  openDocument(waterworks(), { token: 'tok', viewToken: null, permission: 'view', revision: 0 });
  useEditor.setState({ notice: null });
});
afterEach(() => {
  openDrawer(null);
  useView.setState({ presenting: false, sheet: null });
});

it('opens what the address asks for, and nothing else', () => {
  followFlags('?t=3')();
  expect(opened()).toEqual([null, false, null]);
  followFlags('?panel=outline&layout=present')();
  expect(opened()).toEqual(['outline', true, null]);
});

it('says what it does not understand and opens as usual', () => {
  followFlags('?panel=cellar&layout=&run=9')();
  const said = 'The link asks for something unknown, which was left out: run=9, panel=cellar, layout=';
  expect(opened()).toEqual([null, false, said]);
});

it('asks nothing of a drawing that is not stored yet', () => {
  useEditor.setState({ token: null });
  followFlags('?panel=outline&layout=odd')();
  expect(opened()).toEqual([null, false, null]);
});
