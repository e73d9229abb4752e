import { ViewportPortal } from '@xyflow/react';
import { type PointerEvent as ReactPointerEvent, useMemo } from 'react';
import { strikeAt, useAim } from '../aim';
import { groupKindOf, moveGroup } from '../core/groupEdits';
import { groupFrames } from '../core/groupLayout';
import { geometry } from '../geometry';
import { applyLocal, endGesture, selectGroup, useEditor } from '../store';
import { useTexts } from '../useTexts';
import { openSheet } from '../view';
import type { Drag } from './elements';

/** Regions, zones and networks: frames behind their components. Their titles select and drag them. */
export function GroupFrames({ drag }: { drag: Drag }) {
  const { t, tr } = useTexts();
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const selected = useEditor((state) => state.group);
  const frames = useMemo(() => groupFrames(document, drag), [document, drag]);
  if (frames.length === 0) return null;
  return (
    <ViewportPortal>
      {frames.map(({ id, rect, depth }) => {
        const group = document.groups.find((candidate) => candidate.id === id);
        const kind = group && catalog && groupKindOf(catalog, group.kind);
        if (!group) return null;
        const title = kind ? tr(kind.title) : group.kind;
        return (
          <div
            key={id}
            className="group-frame"
            data-private={kind?.is_private || undefined}
            data-depth={depth % 3}
            data-selected={selected === id || undefined}
            style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.w, height: rect.h }}
          >
            <button
              type="button"
              className="group-title nodrag nopan"
              aria-label={t('group.frame', { name: group.name, kind: title })}
              aria-pressed={selected === id}
              onClick={() => {
                const { aim, at } = useAim.getState();
                selectGroup(id);
                if (aim && !at) strikeAt({ group_id: id });
                else openSheet('inspector');
              }}
              onPointerDown={(event) => dragGroup(event, id)}
            >
              <strong>{group.name}</strong>
              {!group.name.startsWith(title) && <span>{title}</span>}
            </button>
          </div>
        );
      })}
    </ViewportPortal>
  );
}

/** Follow the pointer from a group's title; all that is inside moves along, as one undo step. */
function dragGroup(event: ReactPointerEvent, id: string): void {
  if (event.button !== 0 || useEditor.getState().permission === 'view') return;
  event.stopPropagation();
  const { zoom } = geometry.viewport;
  const from = { x: event.clientX, y: event.clientY };
  let moved = { x: 0, y: 0 };
  const ended = new AbortController();
  addEventListener(
    'pointermove',
    (move) => {
      const x = Math.round((move.clientX - from.x) / zoom);
      const y = Math.round((move.clientY - from.y) / zoom);
      if (x === moved.x && y === moved.y) return;
      const changes = moveGroup(useEditor.getState().document, id, x - moved.x, y - moved.y);
      applyLocal(changes, `group ${id}`);
      moved = { x, y };
    },
    { signal: ended.signal },
  );
  const stop = () => {
    ended.abort();
    endGesture();
  };
  addEventListener('pointerup', stop, { signal: ended.signal });
  addEventListener('pointercancel', stop, { signal: ended.signal });
}
