import { expect, it } from 'vitest';

import { LANGUAGES, TABLES } from '../../i18n/i18n.svelte';

// Read at a glance, on a picture, by somebody who holds a card with both hands.
it.each(LANGUAGES)('each cause is said in at most six words: %s', (tag) => {
  for (const [cause, said] of Object.entries(TABLES[tag].sight.cause)) {
    expect(said.split(/\s+/).length, cause).toBeLessThanOrEqual(6);
  }
});
