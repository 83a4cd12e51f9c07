import { describe, expect, it } from 'vitest';

import { allSeen, countSeen, nextUnseen, pictureWidth } from './pages';

const set = (...pages: number[]) => new Set(pages);

describe('pages that were seen', () => {
  it.each([
    ['nothing yet', undefined, 3, 0, false],
    ['some', set(0, 2), 3, 2, false],
    ['all, in any order', set(2, 0, 1), 3, 3, true],
    ['pages that do not exist do not count', set(0, 1, 7, -1), 3, 2, false],
    ['a document without pages', set(), 0, 0, false],
  ])('%s', (_what, seen, pages, count, all) => {
    expect(countSeen(seen, pages)).toBe(count);
    expect(allSeen(seen, pages)).toBe(all);
  });

  it.each([
    ['the one after this', undefined, 3, 0, 1],
    ['past those that were seen', set(0, 1, 2), 5, 0, 3],
    ['back to one that was left out', set(0, 2), 3, 2, 1],
    ['this one, while it is the only one', undefined, 1, 0, 0],
    ['none', set(0, 1), 2, 1, null],
  ])('next: %s', (_what, seen, pages, from, expected) => expect(nextUnseen(seen, pages, from)).toBe(expected));
});

it.each([
  [500, 1, 512],
  [512, 1, 512],
  [513, 1, 640],
  [600, 2, 1280],
  [9000, 2, 2560],
  [0, 1, 128],
])('a page %i wide at %i device pixels is asked for with %i', (css, device, expected) =>
  expect(pictureWidth(css, device)).toBe(expected),
);
