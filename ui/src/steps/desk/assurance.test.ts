import { describe, expect, it } from 'vitest';

import { LANGUAGES, setLanguage, TABLES } from '../../i18n/i18n.svelte';
import { percent, rounded, scoreOf } from './assurance';

describe('figures of the assurance statement', () => {
  it('are short, and never pretend to more than was measured', () => {
    expect(rounded(0.62314159)).toBe('0.6231');
    expect(rounded(18)).toBe('18');
    expect(rounded(0)).toBe('0');
    expect(percent(0.053)).toBe('5.3');
    expect(percent(0)).toBe('0.0');
  });
});

describe('a measure of a face', () => {
  it('is said in words, with its unit and whether it is as it should be', () => {
    setLanguage('es');
    expect(scoreOf({ name: 'inter_eye_distance', value: 61.2449, good: false })).toEqual({
      name: 'Entre los ojos',
      value: '61.24 píxeles',
      verdict: 'no como debe ser',
    });
    setLanguage('en');
    expect(scoreOf({ name: 'background_uniformity', value: 2.5, good: null }).verdict).toBe('noted');
  });

  it('keeps its own name where a newer program wrote it', () => {
    expect(scoreOf({ name: 'natural_colour', value: 1, good: null })).toMatchObject({ name: 'natural_colour', value: '1' });
  });

  it.each(LANGUAGES)('has a unit for each name, with a place for the number: %s', (tag) => {
    const { quality, unit } = TABLES[tag].assurance;
    expect(Object.keys(unit)).toEqual(Object.keys(quality));
    expect(Object.values(unit).every((text) => text.includes('{value}'))).toBe(true);
  });
});
