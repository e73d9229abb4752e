import { expect, it } from 'vitest';
import { emptyDocument } from './document';
import { eventText } from './eventText';
import { fill } from './i18n';

it('calls nodes and edges by their names and leaves other values alone', () => {
  const node = (id: string, name: string) => ({ id, name, kind: 'k', x: 0, y: 0, parameters: {} });
  const document = {
    ...emptyDocument(''),
    nodes: [node('n1', 'Web 1'), node('n2', 'Main store')],
    edges: [{ id: 'e1', source: 'n1', target: 'n2', parameters: {} }],
  };
  const event = {
    at_s: 1,
    kind: 'detected' as const,
    node_id: 'n1',
    edge_id: 'e1',
    message: '{node} on {edge}: {gone}, {count}',
    values: { node: 'n1', edge: 'e1', gone: 'removed', count: 3 },
  };
  expect(eventText(event, document, fill)).toBe('Web 1 on Web 1 → Main store: removed, 3');
});
