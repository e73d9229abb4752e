/** A small catalog for tests, with kinds that exist nowhere else. */
import type { Catalog, Kind, ParameterSpec } from './catalog';
import { completeDocument, type ScenarioDocument } from './document';

export function spec(name: string, part: Partial<ParameterSpec> = {}): ParameterSpec {
  return {
    name,
    type: 'float',
    default: 1,
    unit: '',
    label: name,
    help: `Help of ${name}.`,
    group: 'general',
    ge: null,
    gt: null,
    le: null,
    choices: {},
    source: '',
    advanced: false,
    moves: [],
    ...part,
  };
}

function kind(name: string, role: string, sendsTo: string[], part: Partial<Kind> = {}): Kind {
  return {
    kind: name,
    title: name,
    summary: `A ${name}.`,
    models: '',
    leaves_out: '',
    group: 'first',
    aliases: [],
    role,
    connects_to: Object.fromEntries(sendsTo.map((target) => [target, 'feeds'])),
    faults: [],
    parameters: [],
    presets: [],
    ...part,
  };
}

const TRICKLE = {
  name: 'trickle',
  share: 1,
  operation: 'read' as const,
  key_count: 100,
  zipf_exponent: 0.9,
  payload_bytes: 1000,
};

/** spring -> pipe -> pipe … -> basin; a spring may also fill a basin itself, but nothing feeds a spring. */
export const CATALOG: Catalog = {
  kinds: [
    kind('spring', 'source', ['way', 'store'], { title: 'Spring', aliases: ['Well'] }),
    kind('pipe', 'way', ['way', 'store'], {
      title: 'Pipe',
      aliases: ['Hose', 'Copper tube'],
      presets: [
        {
          name: 'Acme 5',
          figures: {
            length_s: { value: 5, source: 'Acme: 5 s', confidence: 'A' },
            mode: { value: 'open', source: 'Acme: open', confidence: 'D' },
          },
        },
        { name: 'Acme shut', figures: { mode: { value: 'shut', source: 'Acme: shut', confidence: 'A' } } },
      ],
      parameters: [
        spec('length_s', { default: 0.25, unit: 's', ge: 0, le: 10, label: 'Delay' }),
        spec('mode', { type: 'choice', default: 'open', choices: { open: 'Open', shut: 'Shut' } }),
        spec('lined', { type: 'bool', default: false, label: 'Lined' }),
      ],
    }),
    kind('basin', 'store', [], { title: 'Basin', group: 'second' }),
  ],
  common_kinds: ['basin'],
  edge_parameters: [spec('latency_mean_s', { default: 0.001, unit: 's', ge: 0, le: 1, label: 'Latency' })],
  class_parameters: [spec('share', { default: 1, ge: 0, label: 'Share' })],
  roles: { source: 'source', way: 'way', store: 'store' },
  groups: ['second', 'first'],
  group_titles: { first: 'First things', second: 'Second things' },
  faults: {},
  default_workload: { classes: [TRICKLE] },
  estimate_parameters: [],
  action_parameters: [],
  default_estimate: {
    user_count: 1000,
    active_ratio: 0.5,
    peak_factor: 2,
    calendar: 'exact',
    retention_days: 1,
    copy_count: 1,
    cache_ratio: 0.2,
    server_rps: 100,
    server_busy_ratio: 0.7,
    transfer_bytes: 1e6,
    bandwidth_bps: 1e8,
    round_trip_s: 0.15,
    compression_factor: 2,
    compression_bytes_per_s: 5e8,
    decompression_bytes_per_s: 1e9,
    actions: [],
  },
  causes: {},
  figures: { latency: 'latency', failed: 'failed requests' },
  group_kinds: [
    {
      kind: 'valley',
      title: 'Valley',
      summary: 'A valley.',
      models: '',
      leaves_out: '',
      rank: 0,
      is_private: false,
      parameters: [spec('depth_m', { default: 3, label: 'Depth' })],
    },
    {
      kind: 'garden',
      title: 'Garden',
      summary: 'A garden with a gate.',
      models: '',
      leaves_out: '',
      rank: null,
      is_private: true,
      parameters: [],
    },
  ],
  confidence: { A: 'sure', D: 'guessed' },
  latency_numbers: [],
  limits: {},
};

export function node(id: string, kindName: string, x = 0, y = 0) {
  return { id, kind: kindName, name: id, x, y, parameters: {} };
}

export function edge(id: string, source: string, target: string) {
  return { id, source, target, parameters: {} };
}

/** s -> p -> b */
export function waterworks(): ScenarioDocument {
  return completeDocument({
    version: 3,
    name: 'Water',
    seed: 7,
    nodes: [node('s', 'spring'), node('p', 'pipe', 300), node('b', 'basin', 600)],
    edges: [edge('sp', 's', 'p'), edge('pb', 'p', 'b')],
    faults: [{ at_s: 5, fault: 'crash', node_id: 'p', edge_id: null, factor: null, duration_s: null }],
  });
}
