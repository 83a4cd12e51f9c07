// The four corners of something flat in a picture: pulling them, and seeing straight what lies between them.

import type { Corners, Crop, SizeView } from '../backend';

export type Point = [number, number];

/** Less than this share of the picture is no document. */
const LEAST_TURN = 1e-3;

/** Whether the corners go round an area without a dent, in their order. */
export function arePossible(corners: Corners): boolean {
  return corners.every((_, n) => {
    const [a, b, c] = [0, 1, 2].map((step) => corners[(n + step) % 4] as Point) as [Point, Point, Point];
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > LEAST_TURN;
  });
}

/** The corners of an upright rectangle. */
export function around({ x, y, width, height }: Crop): Corners {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

const inside = (value: number) => Math.min(Math.max(value, 0), 1);

/** The corners with one put elsewhere, inside the picture; the same corners where that would enclose nothing. */
export function pulledTo(corners: Corners, which: number, x: number, y: number): Corners {
  const next = corners.map((corner, n) => (n === which ? [inside(x), inside(y)] : corner)) as Corners;
  return arePossible(next) ? next : corners;
}

/** The smallest upright rectangle around them. */
export function boxOf(corners: Corners): Crop {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The corners moved away from their middle, by a share of the longer way across: print is not cut at its edge. */
export function widened(corners: Corners, share: number): Corners {
  const middle: Point = [mean(corners.map(([x]) => x)), mean(corners.map(([, y]) => y))];
  const { width, height } = boxOf(corners);
  const margin = share * Math.min(width, height);
  return corners.map(([x, y]) => [
    x + Math.sign(x - middle[0]) * margin,
    y + Math.sign(y - middle[1]) * margin,
  ]) as Corners;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Width over height of what lies between the corners of a picture of `size`, from the lengths of its sides. */
export function ratioOf(corners: Corners, size: SizeView): number {
  const length = (a: number, b: number) => {
    const [from, to] = [corners[a] as Point, corners[b] as Point];
    return Math.hypot((to[0] - from[0]) * size.width, (to[1] - from[1]) * size.height);
  };
  return (length(0, 1) + length(3, 2)) / Math.max(1e-9, length(0, 3) + length(1, 2));
}

/** A part of a straightened picture: its place in the box, and the canvas transform that brings the picture there. */
export interface Piece {
  x: number;
  y: number;
  width: number;
  height: number;
  transform: [number, number, number, number, number, number];
}

/** Pixels across a piece at least, and pieces in a row at most. */
const PIECE = 20;
const MOST_PIECES = 16;

/**
 * What lies between the corners of a picture of `size`, laid over a box of `to` pixels in pieces that are flat enough to
 * be drawn one by one; none where nothing is between them. One CSS transform would do it all, but without a graphics
 * card WebKit draws a matrix3d as if it had no perspective.
 */
export function straightening(corners: Corners, size: SizeView, to: SizeView): Piece[] {
  const place = placeIn(corners, size, to);
  if (!place) return [];
  const columns = cuts(to.width);
  const rows = cuts(to.height);
  const pieces: Piece[] = [];
  for (const [y, bottom] of rows) {
    for (const [x, right] of columns) {
      const transform = flat([place(x, y), place(right, y), place(right, bottom), place(x, bottom)], x, y, right, bottom);
      if (transform) pieces.push({ x, y, width: right - x, height: bottom - y, transform });
    }
  }
  return pieces;
}

/** Whole pixels, so that no seam shows between two pieces. */
function cuts(length: number): [number, number][] {
  const count = Math.min(MOST_PIECES, Math.max(1, Math.floor(length / PIECE)));
  const at = (n: number) => Math.round((length * n) / count);
  return Array.from({ length: count }, (_, n) => [at(n), at(n + 1)]);
}

/** The transform that takes the corners of a piece of the picture to those of its place, as near as an even one can. */
function flat(from: [Point, Point, Point, Point], x: number, y: number, right: number, bottom: number): Piece['transform'] | null {
  const [a, b, c, d] = from;
  const step = (n: 0 | 1, across: boolean) =>
    across ? (b[n] - a[n] + c[n] - d[n]) / (2 * (right - x)) : (d[n] - a[n] + c[n] - b[n]) / (2 * (bottom - y));
  const [xx, yx, xy, yy] = [step(0, true), step(1, true), step(0, false), step(1, false)];
  const area = xx * yy - xy * yx;
  if (Math.abs(area) < 1e-12) return null;
  const middle = [mean(from.map((it) => it[0])), mean(from.map((it) => it[1]))] as Point;
  const [m11, m12, m21, m22] = [yy / area, -yx / area, -xy / area, xx / area];
  return [
    m11,
    m12,
    m21,
    m22,
    (x + right) / 2 - m11 * middle[0] - m21 * middle[1],
    (y + bottom) / 2 - m12 * middle[0] - m22 * middle[1],
  ];
}

/** Where in the picture a point of the box lies. */
function placeIn(corners: Corners, size: SizeView, to: SizeView): ((u: number, v: number) => Point) | null {
  const box: Point[] = [[0, 0], [to.width, 0], [to.width, to.height], [0, to.height]];
  const h = solved(
    corners.flatMap((corner, n) => {
      const [x, y] = [corner[0] * size.width, corner[1] * size.height];
      const [u, v] = box[n] as Point;
      return [
        [u, v, 1, 0, 0, 0, -x * u, -x * v, x],
        [0, 0, 0, u, v, 1, -y * u, -y * v, y],
      ];
    }),
  );
  if (!h) return null;
  const [a, b, c, d, e, f, g, i] = h as [number, number, number, number, number, number, number, number];
  return (u, v) => {
    const w = g * u + i * v + 1;
    return [(a * u + b * v + c) / w, (d * u + e * v + f) / w];
  };
}

/** Gauss-Jordan with the largest pivot; the last column is the right-hand side. */
function solved(rows: number[][]): number[] | null {
  const n = rows.length;
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column < n; column += 1) {
    let pivot = column;
    for (let row = column; row < n; row += 1) {
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    }
    if (Math.abs(at(pivot, column)) < 1e-9) return null;
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const scale = at(column, column);
    rows[column] = (rows[column] as number[]).map((value) => value / scale);
    rows.forEach((row, index) => {
      const factor = row[column] ?? 0;
      if (index !== column && factor !== 0) rows[index] = row.map((value, k) => value - factor * at(column, k));
    });
  }
  return rows.map((row) => row[n] ?? 0);
}
