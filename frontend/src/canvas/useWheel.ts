import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';
import { panOf, WheelReader } from '../core/wheel';
import { useView } from '../view';

/** What scrolls by itself, the small map among it. */
const OWN_WHEEL = '.nowheel, .react-flow__minimap, .react-flow__panel';

/** Two fingers move the drawing; what is meant for zooming is left to React Flow. */
export function useWheel(onMoved: () => void): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const root = store.getState().domNode;
    const reader = new WheelReader();
    const turned = (event: WheelEvent) => {
      if (event.target instanceof Element && event.target.closest(OWN_WHEEL)) return;
      if (!reader.pans(event, useView.getState().wheel)) return;
      event.preventDefault();
      event.stopPropagation();
      const { x, y, zoom } = flow.getViewport();
      const by = panOf(event, store.getState().height);
      void flow.setViewport({ x: x + by.x, y: y + by.y, zoom });
      onMoved();
    };
    // Before React Flow's own listener; not passive, lest two fingers sideways leave the page.
    root?.addEventListener('wheel', turned, { capture: true, passive: false });
    return () => root?.removeEventListener('wheel', turned, { capture: true });
  }, [flow, store, onMoved]);
}
