import './inspector.css';
import type { ReactNode } from 'react';
import { deleteSelection, duplicateSelected } from '../actions';
import { findEdge, findNode } from '../core/document';
import type { FaultTarget } from '../core/faults';
import { findGroup } from '../core/groupChanges';
import { useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { useTexts } from '../useTexts';
import { EdgeInspector } from './EdgeInspector';
import { GroupInspector } from './GroupInspector';
import { NodeInspector } from './NodeInspector';
import { ScenarioInspector } from './ScenarioInspector';

interface Props {
  /** how to break and heal a node or an edge */
  faults: (target: FaultTarget) => ReactNode;
  nodeLive: (nodeId: string) => ReactNode;
  edgeLive: (edgeId: string) => ReactNode;
  /** what the scenario teaches, and the way back to it from a selection; nothing when it is none of the library's */
  lesson: ReactNode;
  lessonBack: ReactNode;
}

/** Settings of what is selected; of the whole scenario when nothing is. */
export function Inspector({ faults, nodeLive, edgeLive, lesson, lessonBack }: Props) {
  const selection = useEditor((state) => state.selection);
  const node = useEditor((state) =>
    selection.nodes.length === 1 ? findNode(state.document, selection.nodes[0] ?? '') : undefined,
  );
  const edge = useEditor((state) =>
    selection.edges.length === 1 ? findEdge(state.document, selection.edges[0] ?? '') : undefined,
  );
  const group = useEditor((state) => findGroup(state.document, state.group));
  const count = selection.nodes.length + selection.edges.length;
  return (
    <div className="inspector">
      {(count > 0 || group) && lessonBack}
      {count > 1 && <ManySelected nodes={selection.nodes.length} edges={selection.edges.length} />}
      {count === 1 && node && (
        <NodeInspector
          key={node.id}
          node={node}
          faults={faults({ node_id: node.id })}
          live={nodeLive(node.id)}
        />
      )}
      {count === 1 && edge && (
        <EdgeInspector
          key={edge.id}
          edge={edge}
          faults={faults({ edge_id: edge.id })}
          live={edgeLive(edge.id)}
        />
      )}
      {count === 0 && group && (
        <GroupInspector key={group.id} group={group} faults={faults({ group_id: group.id })} />
      )}
      {count === 0 && !group && lesson}
      {count === 0 && !group && <ScenarioInspector />}
    </div>
  );
}

function ManySelected({ nodes, edges }: { nodes: number; edges: number }) {
  const { t } = useTexts();
  const readOnly = useEditor((state) => state.permission === 'view');
  return (
    <>
      <header className="inspector-head">
        <h2 className="section-title">{t('inspector.many', { nodes, edges })}</h2>
      </header>
      {!readOnly && (
        <div className="inspector-actions">
          {nodes > 0 && (
            <button type="button" className="button small" onClick={duplicateSelected}>
              <Glyph name="copy" />
              {t('inspector.duplicate')}
            </button>
          )}
          <button type="button" className="button small danger" onClick={() => deleteSelection(false)}>
            <Glyph name="trash" />
            {t('inspector.delete')}
          </button>
        </div>
      )}
    </>
  );
}
