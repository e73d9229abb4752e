/** What a scenario of the library teaches: techniques put in and taken back, what breaks, figures as people read them. */
import { type Catalog, kindOf } from './catalog';
import { applyChange, type DocumentChange, invertChanges } from './changes';
import {
  completeDocument,
  findEdge,
  findNode,
  type Parameters,
  type ScenarioDocument,
  translated,
} from './document';
import { formatCost, formatCount, formatRate, formatRatio, formatSeconds } from './format';
import type { LessonClaim, LibraryEntry, ParameterSpec, ScheduledFault } from './protocol';

/** A technique, or what happens in the story. */
export interface Deed {
  changes: DocumentChange[];
}

type Translate = (text: string) => string;

/** Whether a drawing has everything that a technique puts into it. */
export function isApplied(document: ScenarioDocument, technique: Deed, catalog: Catalog): boolean {
  return technique.changes.every((change) => isDone(document, change, catalog));
}

function isDone(document: ScenarioDocument, change: DocumentChange, catalog: Catalog): boolean {
  switch (change.type) {
    case 'set_parameter': {
      const node = findNode(document, change.node_id);
      return node !== undefined && has(node.parameters, change, kindOf(catalog, node.kind)?.parameters);
    }
    case 'set_edge_parameter': {
      const edge = findEdge(document, change.edge_id);
      return edge !== undefined && has(edge.parameters, change, catalog.edge_parameters);
    }
    case 'add_node':
      return findNode(document, change.node.id) !== undefined;
    case 'add_edge':
      return findEdge(document, change.edge.id) !== undefined;
    case 'add_group':
      return document.groups.some((group) => group.id === change.group.id);
    default:
      // What is made once more changes nothing.
      return JSON.stringify(applyChange(document, change)) === JSON.stringify(document);
  }
}

/** A stored document leaves out what is as by default. */
function has(
  parameters: Parameters,
  wanted: { name: string; value: unknown },
  specs: readonly ParameterSpec[] = [],
): boolean {
  const fallback = specs.find((spec) => spec.name === wanted.name)?.default;
  return (parameters[wanted.name] ?? fallback) === (wanted.value ?? fallback);
}

/** The technique's changes as a person of another language would have made them. */
export function changesOf(technique: Deed, tr: Translate): DocumentChange[] {
  return technique.changes.map((change) => {
    switch (change.type) {
      case 'add_node':
        return { ...change, node: { ...change.node, name: tr(change.node.name) } };
      case 'add_group':
        return { ...change, group: { ...change.group, name: tr(change.group.name) } };
      case 'set_workload': {
        const classes = change.workload.classes.map((item) => ({ ...item, name: tr(item.name) }));
        return { ...change, workload: { classes } };
      }
      default:
        return change;
    }
  });
}

/**
 * The changes that take a technique back: what it changed becomes as the library has it.
 *
 * They do not depend on what was edited since, so a technique can be taken back in any order with others.
 */
export function takingBack(entry: LibraryEntry, technique: Deed, tr: Translate): DocumentChange[] {
  const original = completeDocument(translated(entry.document, entry.title, tr));
  return invertChanges(original, changesOf(technique, tr));
}

/** Faults of one moment of the story. */
export interface Blow {
  at_s: number;
  faults: ScheduledFault[];
}

/** Faults planned this close together are one event of the story. */
const TOGETHER_S = 0.5;

/** What the story breaks, each event once however often it is planned. */
export function blowsOf(faults: readonly ScheduledFault[]): Blow[] {
  const blows: Blow[] = [];
  for (const fault of [...faults].sort((a, b) => a.at_s - b.at_s)) {
    const last = blows.at(-1);
    if (last && fault.at_s - last.at_s <= TOGETHER_S) last.faults.push(fault);
    else blows.push({ at_s: fault.at_s, faults: [fault] });
  }
  const seen = new Set<string>();
  return blows.filter((blow) => {
    const deed = JSON.stringify(blow.faults.map(({ at_s: _at, duration_s: _for, ...what }) => what));
    if (seen.has(deed)) return false;
    seen.add(deed);
    return true;
  });
}

const FORMATS: Record<string, (value: number) => string> = {
  s: formatSeconds,
  ratio: formatRatio,
  '1/s': formatRate,
  'USD/h': formatCost,
};

export function formatMeasured(value: number, claim: LessonClaim): string {
  return (FORMATS[claim.unit] ?? formatCount)(value);
}
