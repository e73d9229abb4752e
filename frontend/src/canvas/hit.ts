/** What lies at a point of the canvas, from the geometry alone. */

import type { Kind } from '../core/catalog';
import { canSplice, nodeIds } from '../core/edits';
import { distanceToPath, type Point } from '../core/geometry';
import { geometry } from '../geometry';
import { useEditor } from '../store';

/** A component dropped this close to a wire (flow pixels) goes into its middle. */
const SPLICE_REACH = 36;

export function nodeAt(flow: Point): string | null {
  let found: string | null = null;
  for (const [id, rect] of geometry.nodeRects) {
    if (flow.x >= rect.x && flow.x <= rect.x + rect.w && flow.y >= rect.y && flow.y <= rect.y + rect.h) {
      found = id;
    }
  }
  return found;
}

/** The edge that a node of this kind, centred at `flow`, would be put into. */
export function spliceTarget(flow: Point, kind: Kind, without: string | null = null): string | null {
  const { catalog, document } = useEditor.getState();
  if (!catalog || nodeIds(document).size < 2) return null;
  let best: { id: string; distance: number } | null = null;
  for (const edge of document.edges) {
    if (edge.source === without || edge.target === without) continue;
    const path = geometry.edgePaths.get(edge.id);
    if (!path || !canSplice(catalog, document, edge, kind)) continue;
    const distance = distanceToPath(flow, path);
    if (distance <= SPLICE_REACH && (!best || distance < best.distance)) best = { id: edge.id, distance };
  }
  return best?.id ?? null;
}
