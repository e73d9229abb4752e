/** The scenario document (version 3) with every optional field filled in. SI units throughout. */
import { USUAL_TARGET } from './budget';
import type {
  Document,
  DocumentEdge,
  DocumentGroup,
  DocumentNode,
  Estimate,
  ScheduledFault,
  Workload,
} from './protocol';

export type {
  Estimate,
  EstimateAction,
  ParameterValue,
  RequestClass,
  ScheduledFault,
  Workload,
} from './protocol';

/** What differs from the catalog's defaults. */
export type Parameters = NonNullable<DocumentNode['parameters']>;
export type ScenarioNode = DocumentNode & { parameters: Parameters };
export type ScenarioGroup = DocumentGroup & { parameters: Parameters };
export type ScenarioEdge = Required<DocumentEdge>;

export interface ScenarioDocument extends Document {
  nodes: ScenarioNode[];
  edges: ScenarioEdge[];
  groups: ScenarioGroup[];
  workload: Workload;
  faults: ScheduledFault[];
  notes: string;
  /** the scenario of the library that it was opened from; empty for others */
  lesson: string;
  /** share of the requests that are to be answered */
  availability_target_ratio: number;
  estimate: Estimate | null;
}

/** A name, the same in every language. */
export const APP_NAME = 'Architecture Playground';
export const NAME_LENGTH_MAX = 80;

let defaultWorkload: Workload = { classes: [] };

/** Tell which traffic a document without a workload stands for. */
export function setDefaultWorkload(workload: Workload): void {
  defaultWorkload = workload;
}

export function emptyDocument(name: string): ScenarioDocument {
  return completeDocument({ version: 3, name, seed: 1, nodes: [], edges: [] });
}

/** Fill in the fields that a document may omit, so that the rest of the page need not ask. */
export function completeDocument(loose: Document): ScenarioDocument {
  return {
    version: 3,
    name: loose.name,
    seed: loose.seed,
    nodes: loose.nodes.map(completeNode),
    edges: loose.edges.map(completeEdge),
    groups: (loose.groups ?? []).map(completeGroup),
    workload: loose.workload ?? defaultWorkload,
    faults: loose.faults ?? [],
    notes: loose.notes ?? '',
    lesson: loose.lesson ?? '',
    availability_target_ratio: loose.availability_target_ratio ?? USUAL_TARGET,
    estimate: loose.estimate ?? null,
  };
}

export function completeNode(node: DocumentNode): ScenarioNode {
  return { ...node, parameters: node.parameters ?? {} };
}

export function completeGroup(group: DocumentGroup): ScenarioGroup {
  return { ...group, parameters: group.parameters ?? {} };
}

export function completeEdge(edge: DocumentEdge): ScenarioEdge {
  return { ...edge, parameters: edge.parameters ?? {} };
}

export function findNode(document: ScenarioDocument, id: string): ScenarioNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

export function findEdge(document: ScenarioDocument, id: string): ScenarioEdge | undefined {
  return document.edges.find((edge) => edge.id === id);
}

/** A starter's document as a person of another language would have drawn it: every text it shows is translated. */
export function translated(document: Document, title: string, tr: (text: string) => string): Document {
  const notes = document.notes ?? '';
  const workload = document.workload && {
    ...document.workload,
    classes: document.workload.classes.map((item) => ({ ...item, name: tr(item.name) })),
  };
  return {
    ...document,
    name: tr(title),
    nodes: document.nodes.map((node) => ({ ...node, name: tr(node.name) })),
    ...(document.groups
      ? { groups: document.groups.map((group) => ({ ...group, name: tr(group.name) })) }
      : {}),
    ...(workload ? { workload } : {}),
    ...(document.estimate ? { estimate: translatedEstimate(document.estimate, tr) } : {}),
    notes: notes
      .split('\n')
      .map((line) => line && tr(line))
      .join('\n'),
  };
}

function translatedEstimate(estimate: Estimate, tr: (text: string) => string): Estimate {
  return { ...estimate, actions: estimate.actions.map((action) => ({ ...action, name: tr(action.name) })) };
}
