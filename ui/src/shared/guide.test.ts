import { describe, expect, it } from 'vitest';

import type { Crop } from '../backend';
import { grown, guideFor, likelyPortrait, moved, pulled, type Corner } from './guide';

const HD = { width: 1920, height: 1080 };
const inside = ({ x, y, width, height }: Crop) =>
  x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;
const shape = ({ width, height }: Crop) => width / height;

describe('the guide', () => {
  it.each([
    ['identity_card', 1.586],
    ['residence_card', 1.586],
    ['passport', 1.42],
  ] as const)('a %s is shown in its own proportions, inside the picture', (kind, ratio) => {
    for (const size of [HD, { width: 640, height: 480 }, { width: 1080, height: 1920 }]) {
      const box = guideFor(size, 'front', kind);
      expect(box.width / box.height).toBeCloseTo(ratio, 2);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('the crop', () => {
  const start = likelyPortrait(HD, 'identity_card');

  it('begins as an upright portrait in the left half of the document', () => {
    expect(inside(start)).toBe(true);
    expect((start.width * HD.width) / (start.height * HD.height)).toBeCloseTo(3 / 4, 6);
    expect(start.x + start.width).toBeLessThan(0.5);
  });

  it('never leaves the picture, however far it is moved', () => {
    for (const [dx, dy] of [[-9, 0], [9, 0], [0, -9], [0, 9], [9, 9]] as const) {
      const crop = moved(start, dx, dy);
      expect(inside(crop)).toBe(true);
      expect(crop.width).toBe(start.width);
    }
  });

  it('keeps its shape, and stays inside, however it is resized', () => {
    for (const dx of [-5, -0.05, 0.05, 5]) {
      const crop = grown(start, dx);
      expect(inside(crop)).toBe(true);
      expect(shape(crop)).toBeCloseTo(shape(start), 6);
    }
  });

  it.each<Corner>(['nw', 'ne', 'sw', 'se'])('pulled by %s, the corner opposite stays', (corner) => {
    for (const [x, y] of [[0.3, 0.4], [-2, -2], [3, 3], [0.2, 0.9]] as const) {
      const crop = pulled(start, corner, x, y);
      expect(inside(crop)).toBe(true);
      expect(shape(crop)).toBeCloseTo(shape(start), 6);
      if (corner.includes('w')) expect(crop.x + crop.width).toBeCloseTo(start.x + start.width, 9);
      else expect(crop.x).toBeCloseTo(start.x, 9);
      if (corner.includes('n')) expect(crop.y + crop.height).toBeCloseTo(start.y + start.height, 9);
      else expect(crop.y).toBeCloseTo(start.y, 9);
    }
  });
});
