import { useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { addKind } from '../actions';
import type { KindMatch } from '../core/catalog';
import type { Point } from '../core/geometry';
import { KindIcon } from '../ui/KindIcon';
import { useTexts } from '../useTexts';
import { getCamera, openSheet, useView } from '../view';

/** A pointer that moves less than this (pixels) is a click. */
const DRAG_FROM_PX = 5;

interface Props {
  match: KindMatch;
  onAdd: (match: KindMatch) => void;
}

/** One component of the palette. Dragging uses pointer events, so that fingers can do it too. */
export function PaletteItem({ match, onAdd }: Props) {
  const { kind, alias, preset } = match;
  const { tr } = useTexts();
  const dragged = useRef(false);
  const [ghost, setGhost] = useState<Point | null>(null);

  const move = (event: PointerEvent, from: Point) => {
    const far = Math.hypot(event.clientX - from.x, event.clientY - from.y) >= DRAG_FROM_PX;
    if (!dragged.current && !far) return;
    if (!dragged.current) {
      dragged.current = true;
      openSheet(null);
    }
    const client = { x: event.clientX, y: event.clientY };
    setGhost(client);
    const camera = getCamera();
    useView.setState({ spliceEdge: camera?.spliceAt(camera.toFlow(client), kind) ?? null });
  };

  const stop = (event: PointerEvent, drop: boolean) => {
    const camera = getCamera();
    const client = { x: event.clientX, y: event.clientY };
    const { spliceEdge } = useView.getState();
    setGhost(null);
    useView.setState({ spliceEdge: null });
    if (!dragged.current || !drop || !camera?.covers(client)) return;
    addKind(kind, { at: camera.toFlow(client), spliceEdge, preset });
  };

  /** The window hears the pointer wherever it goes, also when its first move leaves the item or the sheet closes. */
  const begin = (from: Point, pointerId: number) => {
    const ended = new AbortController();
    const listen = (
      type: 'pointermove' | 'pointerup' | 'pointercancel',
      act: (event: PointerEvent) => void,
    ) =>
      addEventListener(type, (event) => event.pointerId === pointerId && act(event), {
        signal: ended.signal,
      });
    const end = (event: PointerEvent, drop: boolean) => {
      ended.abort();
      stop(event, drop);
    };
    listen('pointermove', (event) => move(event, from));
    listen('pointerup', (event) => end(event, true));
    listen('pointercancel', (event) => end(event, false));
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
          begin({ x: event.clientX, y: event.clientY }, event.pointerId);
        }}
        onClick={() => {
          if (!dragged.current) onAdd(match);
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
