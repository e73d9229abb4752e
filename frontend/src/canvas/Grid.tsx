import { useEffect, useRef } from 'react';
import { geometry, subscribeGeometry } from '../geometry';

const GAP = 24;
const RADIUS = 0.8;

/** The dots that the canvas is covered with: a tile that is moved, where a pattern would be painted for every step. */
export function Grid() {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = () => element.current && cover(element.current.style);
    place();
    return subscribeGeometry(place);
  }, []);
  return <div ref={element} className="canvas-grid" aria-hidden="true" />;
}

function cover(style: CSSStyleDeclaration): void {
  const { x, y, zoom } = geometry.viewport;
  const gap = GAP * zoom;
  const radius = RADIUS * zoom;
  const size = `${gap}px ${gap}px`;
  if (style.backgroundSize !== size) {
    style.backgroundSize = size;
    // Half a pixel inwards and outwards, as the edge of a disc would be smoothed.
    const stops = `var(--canvas-dot) ${Math.max(0, radius - 0.5)}px, transparent ${radius + 0.5}px`;
    style.backgroundImage = `radial-gradient(circle, ${stops})`;
  }
  const begin = (start: number) => (((start % gap) + gap) % gap) - 2 * gap + radius;
  style.transform = `translate(${begin(x)}px, ${begin(y)}px)`;
}
