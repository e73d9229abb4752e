/** The document as React Flow wants it. Objects are reused so that only what changed is drawn again. */
import { type Edge, type Node, Position } from '@xyflow/react';
import type { ScenarioEdge, ScenarioNode } from '../core/document';
import { NODE_HEIGHT, NODE_WIDTH, type Point } from '../core/geometry';

export type FlowNode = Node<{ source: ScenarioNode }, 'component'>;
export type FlowEdge = Edge<{ meaning: string }, 'wire'>;

/** Positions that are being dragged and not yet in the document. */
export type Drag = ReadonlyMap<string, Point>;

/** Where wires attach: the middles of the left and right sides, whatever size the handles' targets have. */
const HANDLES: NonNullable<FlowNode['handles']> = [
  { id: null, type: 'target', position: Position.Left, x: 0, y: NODE_HEIGHT / 2 - 1, width: 2, height: 2 },
  {
    id: null,
    type: 'source',
    position: Position.Right,
    x: NODE_WIDTH - 2,
    y: NODE_HEIGHT / 2 - 1,
    width: 2,
    height: 2,
  },
];
const MEASURED = { width: NODE_WIDTH, height: NODE_HEIGHT };

interface CachedNode {
  flow: FlowNode;
  source: ScenarioNode;
  label: string;
}

/** Makes React Flow nodes and remembers the last ones. */
export class NodeCache {
  #known = new Map<string, CachedNode>();

  nodes(
    sources: readonly ScenarioNode[],
    selected: ReadonlySet<string>,
    drag: Drag,
    label: (node: ScenarioNode) => string,
    role: string,
  ): FlowNode[] {
    const next = new Map<string, CachedNode>();
    const list = sources.map((source) => {
      const old = this.#known.get(source.id);
      const place = drag.get(source.id) ?? source;
      const fresh = flowNode(source, selected.has(source.id), place, label(source), role);
      const kept = old && old.source === source && sameNode(old.flow, fresh) ? old.flow : fresh;
      next.set(source.id, { flow: kept, source, label: label(source) });
      return kept;
    });
    this.#known = next;
    return list;
  }
}

function flowNode(
  source: ScenarioNode,
  selected: boolean,
  place: Point,
  label: string,
  role: string,
): FlowNode {
  return {
    id: source.id,
    type: 'component',
    position: { x: place.x, y: place.y },
    data: { source },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    measured: MEASURED,
    handles: HANDLES,
    selected,
    ariaLabel: label,
    domAttributes: { 'aria-roledescription': role },
  };
}

function sameNode(a: FlowNode, b: FlowNode): boolean {
  return (
    a.selected === b.selected &&
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.ariaLabel === b.ariaLabel &&
    roleOf(a) === roleOf(b)
  );
}

/** What a screen reader calls it, in the page's language: React Flow's own words are English. */
function roleOf(element: FlowNode | FlowEdge): string | undefined {
  return element.domAttributes?.['aria-roledescription'];
}

export class EdgeCache {
  #known = new Map<string, { flow: FlowEdge; source: ScenarioEdge }>();

  edges(
    sources: readonly ScenarioEdge[],
    selected: ReadonlySet<string>,
    splice: string | null,
    meaning: (edge: ScenarioEdge) => string,
    label: (edge: ScenarioEdge) => string,
    role: string,
  ): FlowEdge[] {
    const next = new Map<string, { flow: FlowEdge; source: ScenarioEdge }>();
    const list = sources.map((source) => {
      const old = this.#known.get(source.id);
      const fresh: FlowEdge = {
        id: source.id,
        type: 'wire',
        source: source.source,
        target: source.target,
        selected: selected.has(source.id),
        data: { meaning: meaning(source) },
        ...(splice === source.id ? { className: 'splicing' } : {}),
        interactionWidth: 24,
        ariaLabel: label(source),
        domAttributes: { 'aria-roledescription': role },
      };
      const kept =
        old &&
        old.flow.source === fresh.source &&
        old.flow.target === fresh.target &&
        old.flow.selected === fresh.selected &&
        old.flow.className === fresh.className &&
        old.flow.data?.meaning === fresh.data?.meaning &&
        old.flow.ariaLabel === fresh.ariaLabel &&
        roleOf(old.flow) === role
          ? old.flow
          : fresh;
      next.set(source.id, { flow: kept, source });
      return kept;
    });
    this.#known = next;
    return list;
  }
}
