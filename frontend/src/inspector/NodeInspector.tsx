import { type ReactNode, useEffect, useState } from 'react';
import { deleteSelection, duplicateSelected, startConnect } from '../actions';
import { settingsAtStart } from '../core/begun';
import { isSource, kindOf } from '../core/catalog';
import type { ScenarioNode } from '../core/document';
import { sendOne } from '../probe';
import { useRun } from '../runStore';
import { applyLocal, useEditor } from '../store';
import { Glyph } from '../ui/icons';
import { KindIcon } from '../ui/KindIcon';
import { useTexts } from '../useTexts';
import { type NodeTab, useView } from '../view';
import { AboutKind } from './AboutKind';
import { NameField } from './NameField';
import { NodeCapacity } from './NodeCapacity';
import { NodePlace } from './NodePlace';
import { Orphans } from './Orphans';
import { ParameterGroups } from './ParameterGroups';
import { Products } from './Products';

interface Props {
  node: ScenarioNode;
  faults: ReactNode;
  /** what the running view shows of this node */
  live: ReactNode;
}

const TABS: readonly NodeTab[] = ['settings', 'live', 'about'];

export function NodeInspector({ node, faults, live }: Props) {
  const { t, tr } = useTexts();
  const [tab, setTab] = useState<NodeTab>(() => useView.getState().nodeTab ?? 'settings');
  useEffect(() => useView.setState({ nodeTab: null }), []);
  const kind = useEditor((state) => state.catalog && kindOf(state.catalog, node.kind));
  const readOnly = useEditor((state) => state.permission === 'view');
  const begun = useRun((state) => settingsAtStart(state.begun, 'nodes', node.id));
  const source = useEditor((state) => isSource(state.catalog, node));
  const owner = { node_id: node.id, edge_id: null };
  return (
    <>
      <header className="inspector-head">
        <span className="node-icon">
          <KindIcon kind={node.kind} />
        </span>
        <div className="inspector-words">
          <NameField
            key={node.id}
            name={node.name}
            label={t('inspector.name')}
            disabled={readOnly}
            onChange={(name, gesture) =>
              applyLocal([{ type: 'rename_node', node_id: node.id, name }], gesture)
            }
          />
          <p className="muted">{kind ? tr(kind.title) : node.kind}</p>
        </div>
      </header>
      {!readOnly && (
        <div className="inspector-actions">
          <button type="button" className="button small" onClick={() => startConnect(node.id)}>
            <Glyph name="connect" />
            {t('inspector.connect')}
          </button>
          <button type="button" className="button small" onClick={duplicateSelected}>
            <Glyph name="copy" />
            {t('inspector.duplicate')}
          </button>
          {source && (
            <button type="button" className="button small" onClick={() => sendOne(node.id)}>
              <Glyph name="send" />
              {t('live.probe.send')}
            </button>
          )}
          <button
            type="button"
            className="button icon small danger"
            title={t('inspector.delete_help')}
            onClick={(event) => deleteSelection(event.ctrlKey || event.metaKey)}
          >
            <Glyph name="trash" />
            <span className="visually-hidden">{t('inspector.delete')}</span>
          </button>
        </div>
      )}
      {!readOnly && faults}
      <Tabs label={node.name} tab={tab} onTab={setTab} />
      <div
        id="inspector-panel"
        role="tabpanel"
        aria-labelledby={`inspector-tab-${tab}`}
        className="inspector-body"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls must be reachable to scroll it by keys
        tabIndex={0}
      >
        {tab === 'settings' && (
          <>
            <NodeCapacity nodeId={node.id} />
            <Orphans owner={owner} fields={['name', ...(kind?.parameters ?? []).map((spec) => spec.name)]} />
            {kind && <Products kind={kind} node={node} disabled={readOnly} />}
            <NodePlace node={node} disabled={readOnly} />
            {kind && (
              <ParameterGroups
                key={node.id}
                specs={kind.parameters}
                parameters={node.parameters}
                begun={begun}
                owner={owner}
                disabled={readOnly}
                onChange={(spec, value, gesture) =>
                  applyLocal(
                    [{ type: 'set_parameter', node_id: node.id, name: spec.name, value }],
                    gesture && `${gesture} ${node.id}`,
                  )
                }
              />
            )}
          </>
        )}
        {tab === 'live' && live}
        {tab === 'about' && kind && <AboutKind kind={kind} />}
      </div>
    </>
  );
}

interface TabsProps {
  label: string;
  tab: NodeTab;
  onTab: (tab: NodeTab) => void;
}

function Tabs({ label, tab, onTab }: TabsProps) {
  const { t } = useTexts();
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`inspector-tab-${name}`}
          aria-selected={tab === name}
          aria-controls="inspector-panel"
          tabIndex={tab === name ? 0 : -1}
          className="tab"
          onClick={() => onTab(name)}
          onKeyDown={(event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!step) return;
            const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? 'settings';
            onTab(next);
            document.getElementById(`inspector-tab-${next}`)?.focus();
          }}
        >
          {t(`inspector.tab_${name}`)}
        </button>
      ))}
    </div>
  );
}
