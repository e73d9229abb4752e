import { useConnection, useStore, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect } from 'react';
import { connectNodes } from '../actions';

export interface Wiring {
  /** the component where the wire begins */
  origin: string;
  /** whether it begins at the sending side */
  forward: boolean;
  /** by a click on a port that a second one will end, not by dragging */
  clicked: boolean;
}

/** The wire that is being drawn, if any: dragged from a port, or begun by a click or tap on one. */
export function useWiring(): Wiring | null {
  const dragged = useConnection((it) => (it.inProgress ? it.fromNode.id : null));
  const forward = useConnection((it) => it.inProgress && it.fromHandle.type === 'source');
  const start = useStore((state) => state.connectionClickStartHandle);
  if (dragged !== null) return { origin: dragged, forward, clicked: false };
  return start && { origin: start.nodeId, forward: start.type === 'source', clicked: true };
}

/** A wire begun by a click ends with one on any part of a component; elsewhere, or with Escape, it is let go. */
export function useClickWiring(): { end: (nodeId: string) => boolean; letGo: () => void } {
  const store = useStoreApi();
  const waiting = useStore((state) => Boolean(state.connectionClickStartHandle));
  const letGo = useCallback(() => store.setState({ connectionClickStartHandle: null }), [store]);
  const end = useCallback(
    (nodeId: string) => {
      const start = store.getState().connectionClickStartHandle;
      // The click that began it arrives here as well.
      if (!start || start.nodeId === nodeId) return false;
      letGo();
      if (start.type === 'source') connectNodes(start.nodeId, nodeId);
      else connectNodes(nodeId, start.nodeId);
      return true;
    },
    [store, letGo],
  );
  useEffect(() => {
    if (!waiting) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape') letGo();
    };
    // First of all: who handles Escape may keep it from others.
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [waiting, letGo]);
  return { end, letGo };
}
