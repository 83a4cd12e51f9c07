import { describe, expect, it } from 'vitest';

import { LANGUAGES, TABLES } from '../../i18n/i18n.svelte';
import { isPicked, LONGEST, picked, REASONS } from './reasons';

describe('the reasons for a refusal', () => {
  const expired = TABLES.en.desk.reasons.expired.sentence;
  const copy = TABLES.en.desk.reasons.copy.sentence;

  it('picking one writes it, picking it again takes it out', () => {
    const once = picked('', expired);
    expect(once).toBe(expired);
    expect(isPicked(once, expired)).toBe(true);
    expect(picked(once, expired)).toBe('');
  });

  it('several can be picked, and what was typed by hand stays', () => {
    const all = picked(picked('Seen twice.', expired), copy);
    expect(all).toBe(`Seen twice. ${expired} ${copy}`);
    expect(picked(all, expired)).toBe(`Seen twice. ${copy}`);
  });

  it('a text that is full is not cut', () => {
    const full = 'x'.repeat(LONGEST);
    expect(picked(full, expired)).toBe(full);
  });

  it.each(LANGUAGES)('each has a name and, but for the one to be written, a sentence in %s', (language) => {
    const table = TABLES[language].desk.reasons;
    expect(Object.keys(table)).toEqual([...REASONS]);
    for (const reason of REASONS) {
      expect(table[reason].name, reason).toMatch(/\S/);
      if (reason === 'other') expect(table[reason].sentence).toBe('');
      else expect(table[reason].sentence, reason).toMatch(/^\p{Lu}.+\.$/u);
    }
    const sentences = REASONS.map((reason) => table[reason].sentence);
    for (const sentence of sentences.filter((text) => text !== '')) {
      expect(sentences.filter((other) => other.includes(sentence)), 'none is part of another').toHaveLength(1);
    }
  });

  it('fit together in one refusal', () => {
    for (const language of LANGUAGES) {
      const all = REASONS.map((reason) => TABLES[language].desk.reasons[reason].sentence).join(' ');
      expect(all.length).toBeLessThan(LONGEST);
    }
  });
});
