/** Where the canvas is, for the layers painted on it. */
import { geometry, subscribeGeometry } from '../geometry';

export function transform(): readonly [x: number, y: number, zoom: number] {
  const { x, y, zoom } = geometry.viewport;
  return [x, y, zoom];
}

/** Tell apart what was moved: something on the canvas, or the canvas; returns the way to stop. */
export function watchGeometry(changed: () => void, moved: () => void): () => void {
  let { version } = geometry;
  return subscribeGeometry(() => {
    if (version === geometry.version) {
      moved();
      return;
    }
    version = geometry.version;
    changed();
  });
}
