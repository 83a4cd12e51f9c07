import { expect, it } from 'vitest';

import { secondsUntil } from './countdown';

it.each([
  ['nothing to wait for', null, 5_000, 0],
  ['just begun', 60_000, 0, 60],
  ['a moment later', 60_000, 1, 60],
  ['the last second', 60_000, 59_999, 1],
  ['now', 60_000, 60_000, 0],
  ['long ago, as after the page was loaded again', 60_000, 900_000, 0],
])('%s', (_what, at, now, expected) => expect(secondsUntil(at, now)).toBe(expected));
