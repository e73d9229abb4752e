import type { ReactNode } from 'react';
import { deleteSelection } from '../actions';
import { settingsAtStart } from '../core/begun';
import { edgeMeaning } from '../core/catalog';
import { findNode, type ScenarioEdge } from '../core/document';
import { useRun } from '../runStore';
import { applyLocal, select, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { Orphans } from './Orphans';
import { ParameterGroups } from './ParameterGroups';

interface Props {
  edge: ScenarioEdge;
  faults: ReactNode;
  /** the figures of the run */
  live: ReactNode;
}

/** The settings of a connection. */
export function EdgeInspector({ edge, faults, live }: Props) {
  const { t, tr } = useTexts();
  const catalog = useEditor((state) => state.catalog);
  const source = useEditor((state) => findNode(state.document, edge.source));
  const target = useEditor((state) => findNode(state.document, edge.target));
  const readOnly = useEditor((state) => state.permission === 'view');
  const begun = useRun((state) => settingsAtStart(state.begun, 'edges', edge.id));
  if (!catalog || !source || !target) return null;
  const meaning = edgeMeaning(catalog, source, target);
  const owner = { node_id: null, edge_id: edge.id };
  return (
    <>
      <header className="inspector-head">
        <span className="node-icon">
          <Glyph name="connect" />
        </span>
        <div className="inspector-words">
          <h2 className="edge-title">
            <button type="button" className="link" onClick={() => select({ nodes: [source.id] })}>
              {source.name}
            </button>{' '}
            →{' '}
            <button type="button" className="link" onClick={() => select({ nodes: [target.id] })}>
              {target.name}
            </button>
          </h2>
          <p className="muted">{meaning ? tr(meaning) : t('inspector.connection')}</p>
        </div>
      </header>
      {!readOnly && (
        <div className="inspector-actions">
          <button type="button" className="button small danger" onClick={() => deleteSelection(false)}>
            <Glyph name="trash" />
            {t('inspector.delete')}
          </button>
        </div>
      )}
      {!readOnly && faults}
      <div className="inspector-body">
        <Orphans owner={owner} fields={catalog.edge_parameters.map((spec) => spec.name)} />
        {live}
        <ParameterGroups
          key={edge.id}
          specs={catalog.edge_parameters}
          parameters={edge.parameters}
          begun={begun}
          owner={owner}
          disabled={readOnly}
          onChange={(spec, value, gesture) =>
            applyLocal(
              [{ type: 'set_edge_parameter', edge_id: edge.id, name: spec.name, value }],
              gesture && `${gesture} ${edge.id}`,
            )
          }
        />
      </div>
    </>
  );
}
