import { changedSince } from '../core/begun';
import { useRun } from '../runStore';
import { SinceMark } from '../ui/SinceMark';
import './outline.css';
import { deleteSelection, showSetting, startConnect } from '../actions';
import { edgeMeaning, kindOf } from '../core/catalog';
import type { ScenarioEdge, ScenarioNode } from '../core/document';
import { select, selectGroup, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { KindIcon } from '../ui/KindIcon';
import { useTexts } from '../useTexts';

/** The drawing as a list: every component, what it sends to, and the same actions as on the canvas. */
export function Outline() {
  const { t } = useTexts();
  const nodes = useEditor((state) => state.document.nodes);
  const groups = useEditor((state) => state.document.groups);
  const group = useEditor((state) => state.group);
  if (nodes.length === 0 && groups.length === 0) return <p className="muted">{t('outline.empty')}</p>;
  return (
    <ul className="outline" aria-label={t('outline.title')}>
      {groups.map((item) => (
        <li key={`group ${item.id}`}>
          <div className="outline-node" data-selected={group === item.id || undefined}>
            <button
              type="button"
              className="outline-name"
              aria-pressed={group === item.id}
              onClick={() => selectGroup(item.id)}
            >
              <Glyph name="group" />
              <strong>{item.name}</strong>
            </button>
          </div>
        </li>
      ))}
      {nodes.map((node) => (
        <li key={node.id}>
          <OutlineNode node={node} />
        </li>
      ))}
    </ul>
  );
}

function OutlineNode({ node }: { node: ScenarioNode }) {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.document);
  const selected = useEditor((state) => state.selection.nodes.includes(node.id));
  const begun = useRun((state) => state.begun);
  const since = changedSince(begun, 'nodes', node);
  const editable = useEditor((state) => state.permission === 'edit');
  const title = catalog && kindOf(catalog, node.kind)?.title;
  const sinceOf = (edge: ScenarioEdge) => {
    const changed = changedSince(begun, 'edges', edge);
    return changed && <SinceMark since={changed} />;
  };
  const outgoing = document.edges.filter((edge) => edge.source === node.id);
  return (
    <div className="outline-node" data-selected={selected || undefined}>
      <div className="outline-row">
        <button
          type="button"
          className="outline-name"
          aria-pressed={selected}
          onClick={() => showSetting({ node_id: node.id, edge_id: null, field: null })}
        >
          <KindIcon kind={node.kind} />
          <strong>{node.name}</strong>
          <span className="muted">{title ? tr(title) : node.kind}</span>
          {since && <SinceMark since={since} />}
        </button>
        {editable && (
          <span className="outline-actions">
            <button type="button" className="button quiet icon small" onClick={() => startConnect(node.id)}>
              <Glyph name="connect" />
              <span className="visually-hidden">{t('outline.connect', { name: node.name })}</span>
            </button>
            <button
              type="button"
              className="button quiet icon small"
              onClick={() => {
                select({ nodes: [node.id] });
                deleteSelection(false);
              }}
            >
              <Glyph name="trash" />
              <span className="visually-hidden">{t('outline.delete', { name: node.name })}</span>
            </button>
          </span>
        )}
      </div>
      {outgoing.length > 0 && (
        <ul className="outline-edges">
          {outgoing.map((edge) => {
            const target = document.nodes.find((other) => other.id === edge.target);
            const meaning = catalog && target && edgeMeaning(catalog, node, target);
            return (
              <li key={edge.id}>
                <button type="button" className="outline-edge" onClick={() => select({ edges: [edge.id] })}>
                  {meaning ? `${tr(meaning)}:` : '→'} <strong>{target?.name}</strong>
                  {sinceOf(edge)}
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
