/** The scenario document (version 1) with every optional field filled in. SI units throughout. */
import type {
  Document,
  DocumentEdge,
  DocumentNode,
  RequestClass,
  ScheduledFault,
  Workload,
} from './protocol';

export type { ParameterValue, RequestClass, ScheduledFault, Workload } from './protocol';

/** What differs from the catalog's defaults. */
export type Parameters = NonNullable<DocumentNode['parameters']>;
export type ScenarioNode = Required<DocumentNode>;
export type ScenarioEdge = Required<DocumentEdge>;

export interface ScenarioDocument extends Document {
  nodes: ScenarioNode[];
  edges: ScenarioEdge[];
  groups: NonNullable<Document['groups']>;
  workload: Workload;
  faults: ScheduledFault[];
  notes: string;
}

export const NAME_LENGTH_MAX = 80;

/** The classes that a document without a workload stands for. */
export const DEFAULT_WORKLOAD: Workload = {
  classes: [requestClass('read', 0.9, 'read'), requestClass('write', 0.1, 'write')],
};

function requestClass(name: string, share: number, operation: RequestClass['operation']): RequestClass {
  return { name, share, operation, key_count: 100_000, zipf_exponent: 0.9, payload_bytes: 1000 };
}

export function emptyDocument(name: string): ScenarioDocument {
  return completeDocument({ version: 1, name, seed: 1, nodes: [], edges: [] });
}

/** Fill in the fields that a document may omit, so that the rest of the page need not ask. */
export function completeDocument(loose: Document): ScenarioDocument {
  return {
    version: 1,
    name: loose.name,
    seed: loose.seed,
    nodes: loose.nodes.map(completeNode),
    edges: loose.edges.map(completeEdge),
    groups: loose.groups ?? [],
    workload: loose.workload ?? DEFAULT_WORKLOAD,
    faults: loose.faults ?? [],
    notes: loose.notes ?? '',
  };
}

export function completeNode(node: DocumentNode): ScenarioNode {
  return { ...node, parameters: node.parameters ?? {} };
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
