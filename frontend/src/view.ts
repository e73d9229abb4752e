/** What is open on the page, and how other parts reach the canvas without knowing it. */
import { create } from 'zustand';
import type { Kind } from './core/catalog';
import type { FaultTarget } from './core/faults';
import type { Point } from './core/geometry';
import { recallWheel, rememberWheel, type WheelHabit } from './core/wheel';
import { useEditor } from './store';

export type Picker =
  /** add a component at a place of the canvas, or beside the selected node when there is none */
  | { mode: 'add'; place: Point | null }
  /** a wire was dropped on empty canvas: offer what it may lead to (or come from) */
  | { mode: 'wire'; node: string; forward: boolean; place: Point }
  /** choose what a node connects to */
  | { mode: 'connect'; node: string };

export type NodeTab = 'settings' | 'live' | 'about';
export type Sheet = 'palette' | 'inspector' | 'drawer';
export type DialogName =
  | 'share'
  | 'keys'
  | 'commands'
  | 'compare'
  | 'people'
  | 'versions'
  | 'lost'
  | 'export'
  | 'import';

export interface ViewState {
  picker: Picker | null;
  /** where the picker appears, in window coordinates; null centres it */
  pickerAt: Point | null;
  /** the bottom sheet that is open on a narrow screen */
  sheet: Sheet | null;
  dialog: DialogName | null;
  /** the tab on which the settings of the next selected node open: the inspector clears it when done */
  nodeTab: NodeTab | null;
  /** a setting to show and focus: the inspector clears it when done */
  target: { field: string } | null;
  /** the node or edge whose menu is open, and where, in window coordinates */
  menu: { target: FaultTarget; at: Point } | null;
  /** an edge that would take the dragged component into its middle */
  spliceEdge: string | null;
  /** single-key shortcuts may be turned off (WCAG 2.1.4) */
  singleKeys: boolean;
  /** the drawing alone with what is below it, for a projector */
  presenting: boolean;
  /** what a wheel or two fingers do over the drawing; kept in the browser */
  wheel: WheelHabit;
}

export const useView = create<ViewState>(() => ({
  picker: null,
  pickerAt: null,
  sheet: null,
  dialog: null,
  nodeTab: null,
  target: null,
  menu: null,
  spliceEdge: null,
  singleKeys: true,
  presenting: false,
  wheel: recallWheel(),
}));

export function openPicker(picker: Picker, at: Point | null): void {
  useView.setState({ picker, pickerAt: at });
}

export function closePicker(): void {
  useView.setState({ picker: null, pickerAt: null });
  camera?.focus();
}

/** Open the menu of a node or an edge; a link that only watches has none. */
export function openMenu(target: FaultTarget, at: Point): void {
  if (useEditor.getState().permission === 'edit') useView.setState({ menu: { target, at } });
}

export function closeMenu(): void {
  useView.setState({ menu: null });
}

export function openSheet(sheet: Sheet | null): void {
  useView.setState({ sheet });
}

export function openDialog(dialog: DialogName | null): void {
  useView.setState({ dialog });
}

/** Show the drawing alone, or all panels again; without a word, the other of the two. */
export function present(presenting = !useView.getState().presenting): void {
  useView.setState({ presenting });
  // The canvas takes its new size in the next frame.
  requestAnimationFrame(() => requestAnimationFrame(() => camera?.fit()));
}

export function setWheel(wheel: WheelHabit): void {
  rememberWheel(wheel);
  useView.setState({ wheel });
}

/** What the mounted canvas can do for others. Points are window coordinates; `Point`s returned are flow ones. */
export interface Camera {
  toFlow: (client: Point) => Point;
  toClient: (flow: Point) => Point;
  /** the middle of what is visible */
  centre: () => Point;
  covers: (client: Point) => boolean;
  fit: () => void;
  /** as `fit`, but where the whole would be too small to read, the side where requests come in */
  home: () => void;
  zoom: (level: number) => void;
  zoomBy: (factor: number) => void;
  /** bring a node into view and focus it */
  reveal: (nodeId: string) => void;
  focus: () => void;
  /** the edge into which a new component of this kind would go, dropped with its middle at a flow point */
  spliceAt: (flow: Point, kind: Kind) => string | null;
}

let camera: Camera | null = null;

export function setCamera(next: Camera | null): void {
  camera = next;
}

export function getCamera(): Camera | null {
  return camera;
}
