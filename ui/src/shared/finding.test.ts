import { describe, expect, it } from 'vitest';

import { countries, countryName } from './countries';
import { matching } from './finding';

const find = (language: string, typed: string) => matching(countries(language), typed).map(({ id }) => id);

describe('finding a country', () => {
  it('works as people write, accents or not', () => {
    expect(find('es', 'espana')).toEqual(['ES']);
    expect(find('es', 'ESPAÑA')).toEqual(['ES']);
    expect(find('en', 'cote')).toContain('CI');
  });

  it('puts names that begin so before names with such a word', () => {
    const found = find('en', 'k');
    expect(found.indexOf('KZ'), 'Kazakhstan').toBeLessThan(found.indexOf('GB'));
  });

  it('has every country once, and Spanish and English names differ', () => {
    const codes = countries('en').map(({ id }) => id);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBe(250);
    expect([countryName('DE', 'en'), countryName('DE', 'es')]).toEqual(['Germany', 'Alemania']);
  });

  it('shows a code that is no country as it is', () => {
    expect(countryName('UT', 'en')).toBe('UT');
    expect(countryName('?', 'en')).toBe('?');
  });
});
