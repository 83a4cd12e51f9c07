import { expect, it } from 'vitest';

import { LANGUAGES, TABLES } from '../../i18n/i18n.svelte';

// Read at a glance, on a picture, by somebody who holds a card with both hands.
it.each(LANGUAGES)('each cause is said in at most six words: %s', (tag) => {
  const { cause, hint } = TABLES[tag].sight;
  for (const [what, said] of [...Object.entries(cause), ...Object.entries(hint)]) {
    expect(said.split(/\s+/).length, what).toBeLessThanOrEqual(6);
  }
});

// The picture of a face is shown as in a mirror: whose left would it be?
it.each(LANGUAGES)('a face is never told of left and right: %s', (tag) => {
  const said = Object.values(TABLES[tag].sight.hint).join(' ');
  expect(said).not.toMatch(/left|right\b|izquierd|derech/i);
});
