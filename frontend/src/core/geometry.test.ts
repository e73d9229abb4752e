import { describe, expect, it } from 'vitest';
import { curvePoint, distanceToPath, edgeCurve, flattenCurve, freePlace, PATH_POINTS } from './geometry';

describe('a flattened wire', () => {
  it.each([
    [
      { x: 0, y: 0 },
      { x: 400, y: 250 },
    ],
    [
      { x: 0, y: 0 },
      { x: -300, y: 80 },
    ],
    [
      { x: 10, y: 10 },
      { x: 60, y: 10 },
    ],
  ])('has 25 points at equal distances from end to end', (from, to) => {
    const flat = flattenCurve(edgeCurve(from, to));
    expect(flat).toHaveLength(PATH_POINTS * 2);
    expect([flat[0], flat[1]]).toEqual([from.x, from.y]);
    expect(flat.at(-2)).toBeCloseTo(to.x, 3);
    expect(flat.at(-1)).toBeCloseTo(to.y, 3);
    const steps = Array.from({ length: PATH_POINTS - 1 }, (_, index) =>
      Math.hypot(
        (flat[index * 2 + 2] ?? 0) - (flat[index * 2] ?? 0),
        (flat[index * 2 + 3] ?? 0) - (flat[index * 2 + 1] ?? 0),
      ),
    );
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    // A chord across a tight bend is a little shorter than the arc.
    for (const step of steps) expect(Math.abs(step - mean) / mean).toBeLessThan(0.08);
  });

  it('knows how far a point is from it', () => {
    const curve = edgeCurve({ x: 0, y: 0 }, { x: 400, y: 200 });
    const flat = flattenCurve(curve);
    const middle = curvePoint(curve, 0.5);
    expect(distanceToPath(middle, flat)).toBeLessThan(1);
    expect(distanceToPath({ x: -30, y: 0 }, flat)).toBeCloseTo(30, 3);
  });
});

describe('a free place', () => {
  it('is the wanted one when it is free, else the next row', () => {
    expect(freePlace({ x: 5, y: 5 }, [])).toEqual({ x: 5, y: 5 });
    const place = freePlace({ x: 0, y: 0 }, [{ x: 0, y: 0 }]);
    expect(place.x).toBe(0);
    expect(Math.abs(place.y)).toBeGreaterThan(104);
  });
});
