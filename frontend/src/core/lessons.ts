/** What a scenario of the library teaches: whether its technique is in the drawing, and its figures as people read them. */
import type { DocumentChange } from './changes';
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
    case 'remove_node':
      return findNode(document, change.node_id) === undefined;
    case 'remove_edge':
      return findEdge(document, change.edge_id) === undefined;
    default:
      return true;
  }
}

/** The technique's changes as a person of another language would have made them. */
export function techniqueOf(lesson: Lesson, tr: (text: string) => string): DocumentChange[] {
  return lesson.changes.map((change) =>
    change.type === 'add_node' ? { ...change, node: { ...change.node, name: tr(change.node.name) } } : change,
  );
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
