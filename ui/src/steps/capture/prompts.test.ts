import { expect, it } from 'vitest';

import { PROMPT_MS, promptAt, promptsFor } from './prompts';

it('one prompt at a time, in order; the last one stays', () => {
  const prompts = promptsFor('identity_card');
  const at = (elapsed: number) => prompts[promptAt(prompts, elapsed)];
  expect([-1, 0, PROMPT_MS - 1].map(at)).toEqual(['look', 'look', 'look']);
  expect([1, 2, 3, 9].map((n) => at(n * PROMPT_MS))).toEqual(['front', 'turn', 'thanks', 'thanks']);
});

it('a passport is not turned over', () => {
  expect(promptsFor('passport')).not.toContain('turn');
});
