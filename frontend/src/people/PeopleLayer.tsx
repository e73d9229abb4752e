import './people.css';
import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { nameOf, PERSON_COLOURS, tellWhere, usePeople, type Where } from '../company';
import { NODE_HEIGHT, NODE_WIDTH, type Rect } from '../core/geometry';
import { groupFrames } from '../core/groupLayout';
import type { Person, Whereabouts } from '../core/protocol';
import { useEditor } from '../store';
import { FollowPill } from './FollowPill';

/** As many selected things are told to the others. */
const SELECTED_MAX = 100;
const FOLLOW_MS = 120;

/** The others on the canvas: their pointers, and outlines around what they have selected. Tells them one's own. */
export function PeopleLayer() {
  useTelling();
  useFollowing();
  const people = usePeople((state) => state.people);
  const around = usePeople((state) => state.around);
  const zoom = useStore((state) => state.transform[2]);
  const scale = `scale(${1 / zoom})`;
  const layer = useLayerInPlace();
  const seen = around.flatMap((where) => {
    const person = people.find(({ id }) => id === where.id);
    return person ? [{ person, where }] : [];
  });
  return (
    <>
      <div ref={layer} className="people-layer" aria-hidden="true">
        {seen.map(({ person, where }) => (
          <Selected key={person.id} person={person} where={where} scale={scale} />
        ))}
        {seen.map(
          ({ person, where: { cursor } }) =>
            cursor && (
              <div
                key={person.id}
                className="person-cursor"
                data-person={person.seat % PERSON_COLOURS}
                style={{ transform: `translate(${cursor[0]}px, ${cursor[1]}px) ${scale}` }}
              >
                <svg viewBox="0 0 16 18" aria-hidden="true">
                  <path d="M1.5 1.5 14 9.2 8.3 10.4 5.6 16Z" />
                </svg>
                <span className="person-tag">{nameOf(person)}</span>
              </div>
            ),
        )}
      </div>
      <FollowPill />
    </>
  );
}

/** Keep the layer over what it shows while the canvas is moved, without drawing anything again. */
function useLayerInPlace() {
  const store = useStoreApi();
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const [x, y, zoom] = store.getState().transform;
      if (layer.current) layer.current.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
    };
    place();
    return store.subscribe((now, before) => {
      if (now.transform !== before.transform) place();
    });
  }, [store]);
  return layer;
}

function Selected({ person, where, scale }: { person: Person; where: Whereabouts; scale: string }) {
  const document = useEditor((state) => state.document);
  const frames = useMemo(() => groupFrames(document), [document]);
  const boxes = where.selected.flatMap((id): [string, Rect][] => {
    const node = document.nodes.find((candidate) => candidate.id === id);
    if (node) return [[id, { x: node.x, y: node.y, w: NODE_WIDTH, h: NODE_HEIGHT }]];
    const frame = frames.find((candidate) => candidate.id === id);
    return frame ? [[id, frame.rect]] : [];
  });
  return boxes.map(([id, { x, y, w, h }], index) => (
    <div
      key={id}
      className="person-box"
      data-person={person.seat % PERSON_COLOURS}
      style={{ transform: `translate(${x}px, ${y}px)`, width: w, height: h }}
    >
      {index === 0 && (
        <span className="person-tag" style={{ transform: `translateY(-100%) ${scale}` }}>
          {nameOf(person)}
        </span>
      )}
    </div>
  ));
}

/** Tell the others where this page points, what it has selected and what it sees. */
function useTelling(): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    let cursor: Where['cursor'] = null;
    const tell = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const { selection, group } = useEditor.getState();
      const selected = group === null ? selection.nodes.slice(0, SELECTED_MAX) : [group];
      const view = [-x / zoom, -y / zoom, width / zoom, height / zoom].map(Math.round);
      tellWhere({ cursor, selected, view });
    };
    const point = (event: PointerEvent) => {
      const { domNode } = store.getState();
      const inside = event.target instanceof Element && domNode?.contains(event.target);
      const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const next = inside ? [Math.round(place.x), Math.round(place.y)] : null;
      if (next?.join() === cursor?.join()) return;
      cursor = next;
      tell();
    };
    const vanish = () => {
      cursor = null;
      tell();
    };
    tell();
    const ended = new AbortController();
    const { signal } = ended;
    addEventListener('pointermove', point, { signal, passive: true });
    document.documentElement.addEventListener('pointerleave', vanish, { signal });
    document.addEventListener('visibilitychange', () => document.hidden && vanish(), { signal });
    const stops = [
      store.subscribe((now, before) => {
        const moved = now.transform !== before.transform;
        if (moved || now.width !== before.width || now.height !== before.height) tell();
      }),
      useEditor.subscribe((now, before) => {
        if (now.selection !== before.selection || now.group !== before.group) tell();
      }),
    ];
    return () => {
      ended.abort();
      for (const stop of stops) stop();
    };
  }, [flow, store]);
}

/** Show what the one who is followed sees, however large this screen is. */
function useFollowing(): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const view = usePeople(({ following, around }) => around.find(({ id }) => id === following)?.view ?? null);
  const key = view?.join() ?? null;
  useEffect(() => {
    if (key === null) return;
    const [x = 0, y = 0, w = 1, h = 1] = key.split(',').map(Number);
    const { width, height, minZoom, maxZoom } = store.getState();
    const zoom = Math.min(maxZoom, Math.max(minZoom, Math.min(width / w, height / h)));
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const place = { x: width / 2 - (x + w / 2) * zoom, y: height / 2 - (y + h / 2) * zoom, zoom };
    void flow.setViewport(place, { duration: calm ? 0 : FOLLOW_MS });
  }, [key, flow, store]);
}
