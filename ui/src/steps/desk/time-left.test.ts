import { expect, it } from 'vitest';

import { timeLeft } from './time-left';

it.each([
  [900_000, null],
  [120_000, null],
  [119_999, 119_999],
  [0, 0],
  [-5_000, 0],
])('%i ms before the end', (left, said) => expect(timeLeft(1_000_000 + left, 1_000_000)).toBe(said));
