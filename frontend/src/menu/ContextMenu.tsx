import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { deleteSelection, duplicateSelected, rename, startConnect } from '../actions';
import { openFaults } from '../aim';
import { isSource } from '../core/catalog';
import { findEdge, findNode } from '../core/document';
import { edgeName } from '../core/eventText';
import type { FaultTarget } from '../core/faults';
import { sendOne } from '../probe';
import { select, useEditor } from '../store';
import { Glyph, type GlyphName } from '../ui/icons';
import { RunGlyph } from '../ui/RunGlyph';
import { type Faults, stateKey, useFaults } from '../useFaults';
import { useTexts } from '../useTexts';
import { closeMenu, getCamera, useView } from '../view';
import './menu.css';

/** What can be done with the node or edge that was asked about, beside it. */
export function ContextMenu() {
  const menu = useView((state) => state.menu);
  return menu ? <OpenMenu key={JSON.stringify(menu)} target={menu.target} at={menu.at} /> : null;
}

interface OpenProps {
  target: FaultTarget;
  at: { x: number; y: number };
}

function OpenMenu({ target, at }: OpenProps) {
  const { t } = useTexts();
  const document = useEditor((state) => state.document);
  const readOnly = useEditor((state) => state.permission === 'view');
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);
  const faults = useFaults(target);
  const node = 'node_id' in target ? findNode(document, target.node_id) : undefined;
  const edge = 'edge_id' in target ? findEdge(document, target.edge_id) : undefined;
  const name = node?.name ?? (edge && edgeName(edge, document));

  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = box.current ?? { offsetWidth: 0, offsetHeight: 0 };
    setPlace({
      x: Math.max(8, Math.min(at.x, innerWidth - width - 8)),
      y: Math.max(8, Math.min(at.y, innerHeight - height - 8)),
    });
    box.current?.querySelector<HTMLElement>(ITEMS)?.focus();
  }, [at]);
  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) closeMenu();
    };
    window.addEventListener('pointerdown', pressed);
    return () => window.removeEventListener('pointerdown', pressed);
  }, []);

  if (name === undefined) return null;
  return (
    <div
      ref={box}
      className="context-menu"
      role="menu"
      aria-label={t('menu.of', { name })}
      tabIndex={-1}
      style={{ left: place.x, top: place.y }}
      onKeyDown={moveFocus}
      onContextMenu={(event) => event.preventDefault()}
    >
      <p className="context-menu__name" aria-hidden="true">
        {name}
      </p>
      <FaultItems target={target} faults={faults} />
      {node && !readOnly && <NodeItems nodeId={node.id} />}
      {edge && !readOnly && (
        <Item glyph="trash" danger onRun={() => remove({ edges: [edge.id] })}>
          {t('inspector.delete')}
        </Item>
      )}
    </div>
  );
}

function FaultItems({ target, faults }: { target: FaultTarget; faults: Faults }) {
  const { t, tr } = useTexts();
  const { offered, state, reason } = faults;
  if (offered.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
    <div role="group" aria-label={t('live.faults.title')} className="context-menu__group">
      {reason && <p className="context-menu__reason">{t(reason)}</p>}
      {state !== 'up' && (
        <Item icon={<RunGlyph name="heal" />} disabled={reason !== null} onRun={faults.heal}>
          {t('live.faults.heal')} <span className="context-menu__state">({t(stateKey(target, state))})</span>
        </Item>
      )}
      {offered.map((offer) => (
        <Item
          key={offer.fault}
          icon={<RunGlyph name="fault" />}
          danger
          disabled={reason !== null}
          title={tr(offer.spec.help)}
          onRun={() => faults.inject(offer)}
        >
          {tr(offer.spec.title)}
          {offer.spec.factor !== null && ` ${offer.spec.unit === 'x' ? '×' : ''}${offer.spec.factor}`}
        </Item>
      ))}
      <Item
        glyph="sliders"
        disabled={reason !== null}
        title={t('live.faults.adjust_help')}
        onRun={() => openFaults(target)}
      >
        {t('live.faults.adjust')}
      </Item>
    </div>
  );
}

function NodeItems({ nodeId }: { nodeId: string }) {
  const { t } = useTexts();
  const source = useEditor((state) => isSource(state.catalog, findNode(state.document, nodeId)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu
    <div role="group" aria-label={t('keys.group_edit')} className="context-menu__group">
      {source && (
        <Item glyph="send" onRun={() => sendOne(nodeId)}>
          {t('live.probe.send')}
        </Item>
      )}
      <Item glyph="connect" onRun={() => startConnect(nodeId)}>
        {t('inspector.connect')}
      </Item>
      <Item
        glyph="copy"
        onRun={() => {
          select({ nodes: [nodeId] });
          duplicateSelected();
        }}
      >
        {t('inspector.duplicate')}
      </Item>
      <Item icon={<RunGlyph name="edit" />} onRun={() => rename(nodeId)}>
        {t('keys.rename')}
      </Item>
      <Item glyph="trash" danger onRun={() => remove({ nodes: [nodeId] })}>
        {t('inspector.delete')}
      </Item>
    </div>
  );
}

function remove(what: { nodes: string[] } | { edges: string[] }): void {
  select(what);
  deleteSelection(false);
}

interface ItemProps {
  children: ReactNode;
  glyph?: GlyphName;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  title?: string;
  onRun: () => void;
}

function Item({ children, glyph, icon, danger, disabled, title, onRun }: ItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      className="context-menu__item"
      tabIndex={-1}
      data-danger={danger || undefined}
      aria-disabled={disabled || undefined}
      title={title}
      onClick={() => {
        if (disabled) return;
        closeMenu();
        getCamera()?.focus();
        onRun();
      }}
    >
      {glyph ? <Glyph name={glyph} /> : icon}
      <span>{children}</span>
    </button>
  );
}

const ITEMS = '[role="menuitem"]:not([aria-disabled])';

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? -1 : at - 1,
    Home: 0,
    End: -1,
  };
  const step = to[event.key];
  if (step !== undefined) items.at(step % items.length)?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') {
    closeMenu();
    getCamera()?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
