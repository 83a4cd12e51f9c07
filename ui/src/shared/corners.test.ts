import { describe, expect, it } from 'vitest';

import type { Corners } from '../backend';
import { around, arePossible, boxOf, pulledTo, ratioOf, straightening, widened } from './corners';

const UPRIGHT = around({ x: 0.1, y: 0.2, width: 0.5, height: 0.4 });
const TILTED: Corners = [[0.2, 0.1], [0.9, 0.2], [0.8, 0.9], [0.1, 0.7]];

/** Where a transform takes a point of the picture. */
function taken(transform: string, x: number, y: number): [number, number] {
  const m = transform.slice('matrix3d('.length, -1).split(',').map(Number);
  const at = (n: number) => m[n] ?? 0;
  const w = at(3) * x + at(7) * y + at(15);
  return [(at(0) * x + at(4) * y + at(12)) / w, (at(1) * x + at(5) * y + at(13)) / w];
}

describe('the corners of a document', () => {
  it('are pulled one at a time and stay inside the picture', () => {
    expect(pulledTo(UPRIGHT, 1, 0.7, 0.1)[1]).toEqual([0.7, 0.1]);
    expect(pulledTo(UPRIGHT, 2, 3, 3)[2]).toEqual([1, 1]);
    expect(pulledTo(UPRIGHT, 0, 0.3, 0.3).slice(1)).toEqual(UPRIGHT.slice(1));
  });

  it('cannot be crossed, folded or put on one point', () => {
    expect(pulledTo(UPRIGHT, 0, 0.9, 0.9)).toBe(UPRIGHT);
    expect(arePossible([UPRIGHT[1], UPRIGHT[0], UPRIGHT[2], UPRIGHT[3]])).toBe(false);
    expect(pulledTo(UPRIGHT, 0, 0.6, 0.2)).toBe(UPRIGHT);
  });

  it('have a box around them and grow away from their middle', () => {
    const box = boxOf(TILTED);
    expect(box.x).toBeCloseTo(0.1);
    expect(box.width).toBeCloseTo(0.8);
    const wider = boxOf(widened(UPRIGHT, 0.1));
    expect(wider.x).toBeCloseTo(0.06);
    expect(wider.height).toBeCloseTo(0.48);
  });

  it('are laid straight over a box', () => {
    const size = { width: 1280, height: 720 };
    const transform = straightening(TILTED, size, { width: 300, height: 200 });
    if (transform === null) throw new Error('there is one');
    const onto = [[0, 0], [300, 0], [300, 200], [0, 200]];
    TILTED.forEach(([x, y], n) => {
      const [u, v] = taken(transform, x * size.width, y * size.height);
      expect(u).toBeCloseTo(onto[n]?.[0] ?? -1, 6);
      expect(v).toBeCloseTo(onto[n]?.[1] ?? -1, 6);
    });
    const flat: Corners = [[0, 0], [0.1, 0.1], [0.2, 0.2], [0.3, 0.3]];
    expect(straightening(flat, size, { width: 3, height: 2 })).toBeNull();
  });

  it('tell the shape of what is between them', () => {
    expect(ratioOf(UPRIGHT, { width: 1600, height: 1000 })).toBeCloseTo(2);
  });
});
