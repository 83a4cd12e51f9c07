import { expect, it } from 'vitest';

import { waitBeforeLook } from './looking';

it('looks soon at first, then less and less often, and never gives up', () => {
  const waits = Array.from({ length: 40 }, (_, looks) => waitBeforeLook(looks));
  expect(waits.slice(0, 4)).toEqual([3_000, 4_500, 6_750, 10_125]);
  expect(waits.every((wait, n) => n === 0 || wait >= (waits[n - 1] ?? 0))).toBe(true);
  expect(Math.max(...waits)).toBe(30_000);
});
