/** What a scenario of the library teaches: whether its technique is in the drawing, and its figures as people read them. */
import { applyChange, type DocumentChange } from './changes';
import { findEdge, findNode, type ScenarioDocument } from './document';
import { formatCost, formatCount, formatRate, formatRatio, formatSeconds } from './format';
import type { Lesson, LessonClaim } from './protocol';

/** Whether a drawing has everything that a technique puts into it. */
export function isApplied(document: ScenarioDocument, lesson: Lesson): boolean {
  return lesson.changes.every((change) => isDone(document, change));
}

function isDone(document: ScenarioDocument, change: DocumentChange): boolean {
  switch (change.type) {
    case 'set_parameter':
      return findNode(document, change.node_id)?.parameters[change.name] === change.value;
    case 'set_edge_parameter':
      return findEdge(document, change.edge_id)?.parameters[change.name] === change.value;
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

/** The technique's changes as a person of another language would have made them. */
export function techniqueOf(lesson: Lesson, tr: (text: string) => string): DocumentChange[] {
  return lesson.changes.map((change) => {
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

const FORMATS: Record<string, (value: number) => string> = {
  s: formatSeconds,
  ratio: formatRatio,
  '1/s': formatRate,
  'USD/h': formatCost,
};

export function formatMeasured(value: number, claim: LessonClaim): string {
  return (FORMATS[claim.unit] ?? formatCount)(value);
}
