import { type PointerEvent as ReactPointerEvent, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { addKind } from '../actions';
import type { Kind } from '../core/catalog';
import type { Point } from '../core/geometry';
import { KindIcon } from '../ui/KindIcon';
import { useTexts } from '../useTexts';
import { getCamera, openSheet, useView } from '../view';

/** A pointer that moves less than this (pixels) is a click. */
const DRAG_FROM_PX = 5;

interface Props {
  kind: Kind;
  alias: string | null;
  onAdd: (kind: Kind) => void;
}

/** One component of the palette. Dragging uses pointer events, so that fingers can do it too. */
export function PaletteItem({ kind, alias, onAdd }: Props) {
  const { tr } = useTexts();
  const start = useRef<Point | null>(null);
  const dragged = useRef(false);
  const [ghost, setGhost] = useState<Point | null>(null);

  const move = (event: ReactPointerEvent) => {
    const from = start.current;
    if (!from) return;
    const far = Math.hypot(event.clientX - from.x, event.clientY - from.y) >= DRAG_FROM_PX;
    if (!dragged.current && !far) return;
    if (!dragged.current) {
      dragged.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      openSheet(null);
    }
    const client = { x: event.clientX, y: event.clientY };
    setGhost(client);
    const camera = getCamera();
    useView.setState({ spliceEdge: camera?.spliceAt(camera.toFlow(client), kind) ?? null });
  };

  const stop = (event: ReactPointerEvent, drop: boolean) => {
    const camera = getCamera();
    const client = { x: event.clientX, y: event.clientY };
    const { spliceEdge } = useView.getState();
    start.current = null;
    setGhost(null);
    useView.setState({ spliceEdge: null });
    if (!dragged.current || !drop || !camera?.covers(client)) return;
    addKind(kind, { at: camera.toFlow(client), spliceEdge });
  };

  return (
    <>
      <button
        type="button"
        className="palette-item"
        title={tr(kind.summary)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          dragged.current = false;
          start.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={move}
        onPointerUp={(event) => stop(event, true)}
        onPointerCancel={(event) => stop(event, false)}
        onClick={() => {
          if (!dragged.current) onAdd(kind);
          dragged.current = false;
        }}
      >
        <KindIcon kind={kind.kind} />
        <span className="palette-item-words">
          <span>{tr(kind.title)}</span>
          {alias && <span className="palette-alias muted">{alias}</span>}
        </span>
      </button>
      {ghost &&
        createPortal(
          <div className="palette-ghost" style={{ transform: `translate(${ghost.x}px, ${ghost.y}px)` }}>
            <KindIcon kind={kind.kind} />
            {tr(kind.title)}
          </div>,
          document.body,
        )}
    </>
  );
}
