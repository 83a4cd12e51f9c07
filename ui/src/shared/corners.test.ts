import { describe, expect, it } from 'vitest';

import type { Corners, SizeView } from '../backend';
import { around, arePossible, boxOf, type Piece, pulledTo, ratioOf, straightening, widened } from './corners';

const UPRIGHT = around({ x: 0.1, y: 0.2, width: 0.5, height: 0.4 });
const TILTED: Corners = [[0.2, 0.1], [0.9, 0.2], [0.8, 0.9], [0.1, 0.7]];

/** Where a piece takes a point of the picture. */
function taken({ transform: [a, b, c, d, e, f] }: Piece, x: number, y: number): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** Where a CSS matrix3d of the same corners would take it: the true perspective. */
function truly(corners: Corners, size: SizeView, to: SizeView, u: number, v: number): [number, number] {
  // The unit square onto the corners (Heckbert 1989), which are given in pixels here.
  const p = corners.map(([x, y]) => [x * size.width, y * size.height]) as [number, number][];
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = p as [[number, number], [number, number], [number, number], [number, number]];
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const area = dx1 * dy2 - dx2 * dy1;
  const g = (dx3 * dy2 - dx2 * dy3) / area;
  const h = (dx1 * dy3 - dx3 * dy1) / area;
  const [s, t] = [u / to.width, v / to.height];
  const w = g * s + h * t + 1;
  return [
    ((x1 - x0 + g * x1) * s + (x3 - x0 + h * x3) * t + x0) / w,
    ((y1 - y0 + g * y1) * s + (y3 - y0 + h * y3) * t + y0) / w,
  ];
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

  it('are laid straight over a box, in pieces that fit together', () => {
    const size = { width: 1280, height: 720 };
    const to = { width: 301, height: 190 };
    const pieces = straightening(TILTED, size, to);
    expect(pieces.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(301 * 190);
    for (const piece of pieces) {
      for (const [u, v] of [[piece.x, piece.y], [piece.x + piece.width, piece.y + piece.height]] as [number, number][]) {
        const [x, y] = truly(TILTED, size, to, u, v);
        const [shown, below] = taken(piece, x, y);
        expect(Math.hypot(shown - u, below - v)).toBeLessThan(0.5);
      }
    }
  });

  it('give nothing to draw where nothing is between them, or the box has no size yet', () => {
    const size = { width: 1280, height: 720 };
    const flat: Corners = [[0, 0], [0.1, 0.1], [0.2, 0.2], [0.3, 0.3]];
    expect(straightening(flat, size, { width: 300, height: 200 })).toEqual([]);
    expect(straightening(TILTED, size, { width: 0, height: 0 })).toEqual([]);
  });

  it('tell the shape of what is between them', () => {
    expect(ratioOf(UPRIGHT, { width: 1600, height: 1000 })).toBeCloseTo(2);
  });
});
