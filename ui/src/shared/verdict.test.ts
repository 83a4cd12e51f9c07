import { describe, expect, it } from 'vitest';

import { LANGUAGES, lookUp, TABLES, type TextKey } from '../i18n/i18n.svelte';
import { signed } from './specimens';
import { verdicts } from './verdict';

const tones = (more: Parameters<typeof signed>[0]) =>
  Object.fromEntries(verdicts(signed(more)).map(({ finding, tone }) => [finding, tone]));

describe('a signed copy', () => {
  it('in order has nothing wrong with it', () => {
    expect(Object.values(tones({}))).toEqual(Array(6).fill('yes'));
  });

  it.each([
    ['intact', { intact: false }],
    ['covers_whole', { covers_whole: false }],
    ['extends_original', { extends_original: false }],
    ['is_holder', { is_holder: false }],
    ['trusted', { trusted: false }],
  ] as const)('says first that %s is not so', (finding, more) => {
    expect(verdicts(signed(more))[0]).toEqual({ finding, tone: 'no', words: 'no' });
  });

  it('leaves open what could not be told, and does not hold a missing timestamp against it', () => {
    expect(tones({ is_holder: null, trusted: null, timestamped: false })).toMatchObject({
      is_holder: 'open',
      trusted: 'open',
      timestamped: 'open',
    });
  });

  it.each(LANGUAGES)('has words in %s for everything it can say', (language) => {
    const all = [signed(), signed({ is_holder: null, trusted: null, timestamped: false })];
    const none = { intact: false, covers_whole: false, extends_original: false, is_holder: false, trusted: false };
    for (const { finding, words } of [...all, signed(none)].flatMap(verdicts)) {
      const key = `signed.check.${finding}.${words}` as TextKey;
      expect(lookUp(TABLES[language], key), key).toMatch(/^\p{Lu}.+\.$/u);
    }
  });
});
