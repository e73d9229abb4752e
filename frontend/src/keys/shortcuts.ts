/** Every shortcut of the page, once: the handler, the help and the tests read this list. */
import {
  copySelected,
  cutSelected,
  deleteSelection,
  duplicateSelected,
  nudge,
  rename,
  selectAll,
  startConnect,
  walk,
} from '../actions';
import { openFaults, stopAim, strikeAt, useAim } from '../aim';
import type { FaultTarget } from '../core/faults';
import { NODE_HEIGHT, NODE_WIDTH, type Point } from '../core/geometry';
import { backToLive, lookAside, useMoment } from '../moment';
import { isFollowing } from '../probe';
import { shiftSpeed, step, useRun } from '../runStore';
import { redo, select, undo, useEditor } from '../store';
import { getCamera, openDialog, openMenu, openPicker, present, useView } from '../view';
import { closeGestureSoon } from './gesture';

export interface Shortcut {
  id: string;
  /** as shown: "Mod" is Ctrl or ⌘ */
  keys: string[];
  group: 'edit' | 'add' | 'view' | 'run';
  /** a single key without Ctrl or ⌘, which a person may turn off */
  single?: boolean;
  /** handled elsewhere; listed for the help only */
  elsewhere?: boolean;
  matches?: (event: KeyboardEvent) => boolean;
  run?: (event: KeyboardEvent, pointer: Point | null) => void;
}

const mod = (event: KeyboardEvent) => event.ctrlKey || event.metaKey;
const key = (name: string) => (event: KeyboardEvent) =>
  event.key.toLowerCase() === name && !mod(event) && !event.altKey;
const modKey =
  (name: string, shift = false) =>
  (event: KeyboardEvent) =>
    mod(event) && !event.altKey && event.shiftKey === shift && event.key.toLowerCase() === name;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const STEP = 8;
const LONG_STEP = 40;
const LOOK_STEP_S = 1;
const arrow = (event: KeyboardEvent) => event.key in ARROWS && !mod(event);
const only = () => useEditor.getState().selection.nodes[0];

/** Open type-to-add: at the pointer when it is over the canvas, else beside the selection or in the middle. */
export function quickAdd(pointer: Point | null): void {
  if (useEditor.getState().permission === 'view') return;
  const camera = getCamera();
  const over = pointer && camera?.covers(pointer) ? pointer : null;
  openPicker({ mode: 'add', place: over && camera ? camera.toFlow(over) : null }, over);
}

/** Open the menu of the node that has the focus, else of what is selected. */
function menuFor(focus: EventTarget | null): void {
  const { document, selection } = useEditor.getState();
  const focused =
    focus instanceof Element ? focus.closest('.react-flow__node')?.getAttribute('data-id') : null;
  const node = document.nodes.find(({ id }) => id === (focused ?? selection.nodes[0]));
  const edge = document.edges.find(({ id }) => id === selection.edges[0]);
  const start = node ?? document.nodes.find(({ id }) => id === edge?.source);
  const at = start && getCamera()?.toClient({ x: start.x + NODE_WIDTH, y: start.y + NODE_HEIGHT / 2 });
  if (!at) return;
  if (node) openMenu({ node_id: node.id }, at);
  else if (edge) openMenu({ edge_id: edge.id }, at);
}

/** The component that has the focus on the drawing while a fault waits for its place. */
function aimsAt(event: KeyboardEvent): FaultTarget | null {
  const { aim, at } = useAim.getState();
  if (!aim || at || event.key !== 'Enter' || !(event.target instanceof Element)) return null;
  const node = event.target.closest('.react-flow__node')?.getAttribute('data-id');
  return node ? { node_id: node } : null;
}

export const SHORTCUTS: readonly Shortcut[] = [
  {
    id: 'add',
    keys: ['Tab', 'A'],
    group: 'add',
    single: true,
    matches: (event) => key('a')(event) && !event.shiftKey,
    run: (_event, pointer) => quickAdd(pointer),
  },
  {
    id: 'connect',
    keys: ['C'],
    group: 'add',
    single: true,
    matches: key('c'),
    run: () => {
      const node = only();
      if (node) startConnect(node);
    },
  },
  { id: 'undo', keys: ['Mod', 'Z'], group: 'edit', matches: modKey('z'), run: keepingFocus(undo) },
  {
    id: 'redo',
    keys: ['Mod', 'Shift', 'Z'],
    group: 'edit',
    matches: (event) => modKey('z', true)(event) || modKey('y')(event),
    run: keepingFocus(redo),
  },
  { id: 'copy', keys: ['Mod', 'C'], group: 'edit', matches: modKey('c'), run: () => void copySelected() },
  { id: 'cut', keys: ['Mod', 'X'], group: 'edit', matches: modKey('x'), run: cutSelected },
  { id: 'paste', keys: ['Mod', 'V'], group: 'edit', elsewhere: true },
  { id: 'duplicate', keys: ['Mod', 'D'], group: 'edit', matches: modKey('d'), run: duplicateSelected },
  { id: 'select_all', keys: ['Mod', 'A'], group: 'edit', matches: modKey('a'), run: selectAll },
  {
    id: 'rename',
    keys: ['F2'],
    group: 'edit',
    matches: key('f2'),
    run: () => {
      const node = only();
      if (node) rename(node);
    },
  },
  {
    id: 'menu',
    keys: ['Shift', 'F10'],
    group: 'edit',
    matches: (event) => (event.key === 'F10' && event.shiftKey) || event.key === 'ContextMenu',
    run: (event) => menuFor(event.target),
  },
  {
    id: 'delete_heal',
    keys: ['Mod', 'Delete'],
    group: 'edit',
    matches: (event) => mod(event) && (event.key === 'Delete' || event.key === 'Backspace'),
    run: () => deleteSelection(true),
  },
  {
    id: 'delete',
    keys: ['Delete'],
    group: 'edit',
    matches: (event) => event.key === 'Delete' || event.key === 'Backspace',
    run: () => deleteSelection(false),
  },
  {
    id: 'walk',
    keys: ['Alt', '← → ↑ ↓'],
    group: 'view',
    matches: (event) => arrow(event) && event.altKey,
    run: (event) => {
      const name = event.key.replace('Arrow', '').toLowerCase();
      walk(name as 'up' | 'down' | 'left' | 'right');
    },
  },
  {
    id: 'move',
    keys: ['← → ↑ ↓'],
    group: 'edit',
    matches: (event) => arrow(event) && !event.altKey && only() !== undefined,
    run: (event) => {
      const [x, y] = ARROWS[event.key] ?? [0, 0];
      const step = event.shiftKey ? LONG_STEP : STEP;
      nudge(x * step, y * step);
      closeGestureSoon();
    },
  },
  {
    id: 'zoom_full',
    keys: ['1'],
    group: 'view',
    single: true,
    matches: key('1'),
    run: () => getCamera()?.zoom(1),
  },
  {
    id: 'zoom_fit',
    keys: ['0'],
    group: 'view',
    single: true,
    matches: key('0'),
    run: () => getCamera()?.fit(),
  },
  {
    id: 'present',
    keys: ['P'],
    group: 'view',
    single: true,
    matches: key('p'),
    run: () => present(),
  },
  {
    id: 'commands',
    keys: ['Mod', 'K'],
    group: 'view',
    matches: modKey('k'),
    run: () => openDialog('commands'),
  },
  { id: 'next_problem', keys: ['F8'], group: 'view', elsewhere: true },
  { id: 'regions', keys: ['F6'], group: 'view', elsewhere: true },
  { id: 'play', keys: ['Space'], group: 'run', elsewhere: true },
  {
    id: 'step',
    keys: ['.'],
    group: 'run',
    single: true,
    matches: (event) => key('.')(event) && useRun.getState().run?.status === 'paused',
    run: () => {
      if (useRun.getState().run?.can_control) step(isFollowing());
    },
  },
  {
    id: 'speed',
    keys: ['<', '>'],
    group: 'run',
    single: true,
    matches: (event) => key('<')(event) || key('>')(event),
    run: (event) => shiftSpeed(event.key === '>' ? 1 : -1),
  },
  {
    id: 'look_back',
    keys: ['[', ']'],
    group: 'run',
    single: true,
    matches: (event) => key('[')(event) || key(']')(event),
    run: (event) => lookAside(event.key === '[' ? -LOOK_STEP_S : LOOK_STEP_S),
  },
  {
    id: 'live',
    keys: ['L'],
    group: 'run',
    single: true,
    matches: (event) => key('l')(event) && useMoment.getState().wanted_s !== null,
    run: backToLive,
  },
  {
    id: 'faults',
    keys: ['F'],
    group: 'run',
    single: true,
    matches: key('f'),
    run: () => openFaults(),
  },
  {
    id: 'strike',
    keys: ['Enter'],
    group: 'run',
    matches: (event) => aimsAt(event) !== null,
    run: (event) => {
      const target = aimsAt(event);
      if (target) strikeAt(target);
    },
  },
  {
    id: 'stop_aim',
    keys: ['Esc'],
    group: 'run',
    matches: (event) => key('escape')(event) && useAim.getState().aim !== null,
    run: stopAim,
  },
  {
    id: 'deselect',
    keys: ['Esc'],
    group: 'view',
    matches: key('escape'),
    run: () => select({}),
  },
  {
    id: 'help',
    keys: ['?'],
    group: 'view',
    single: true,
    matches: (event) => event.key === '?' && !mod(event),
    run: () => openDialog('keys'),
  },
];

/** The shortcut that a key press asks for, if any. */
export function shortcutFor(event: KeyboardEvent): Shortcut | null {
  const { singleKeys } = useView.getState();
  return SHORTCUTS.find((shortcut) => (singleKeys || !shortcut.single) && shortcut.matches?.(event)) ?? null;
}
/** What a step takes away may have had the focus: the canvas gets it then, not the page's body. */
function keepingFocus(step: () => void): () => void {
  return () => {
    step();
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) getCamera()?.focus();
    });
  };
}
