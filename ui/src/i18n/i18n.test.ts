import { describe, expect, it } from 'vitest';

import { fill, LANGUAGES, lookUp, nearestLanguage, setLanguage, t, TABLES, type TextKey } from './i18n.svelte';

/** Every text of a table by its address. */
function texts(node: object, path: string[] = []): [string, string][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[[...path, key].join('.'), value] as [string, string]]
      : texts(value as object, [...path, key]),
  );
}

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

describe('the tables', () => {
  const english = texts(TABLES.en);

  it.each(LANGUAGES)('%s has the texts that the others have, and no more', (tag) => {
    expect(texts(TABLES[tag]).map(([key]) => key)).toEqual(english.map(([key]) => key));
  });

  it.each(LANGUAGES)('%s fills the same holes', (tag) => {
    for (const [key, text] of english) {
      expect(holes(lookUp(TABLES[tag], key as TextKey)), key).toEqual(holes(text));
    }
  });

  it('are plain text: the command line prints them too', () => {
    for (const tag of LANGUAGES) {
      for (const [key, text] of texts(TABLES[tag])) expect(text, `${tag} ${key}`).not.toMatch(/[<>&]|\*\*/);
    }
  });

  it('differ: nothing was left in English', () => {
    const same = english.filter(([key, text]) => text !== '' && lookUp(TABLES.es, key as TextKey) === text);
    expect(same.map(([key]) => key)).toEqual(['steps.selfie', 'roles.selfie']);
  });
});

describe('t', () => {
  it('speaks the language that was chosen', () => {
    setLanguage('es');
    expect(t('common.back')).toBe('Atrás');
    expect(document.documentElement.lang, 'a screen reader has to know').toBe('es');
    setLanguage('en');
    expect(t('common.back')).toBe('Back');
  });

  it('fills holes and leaves unknown ones visible', () => {
    expect(fill('{sent} of {total}', { sent: '1 MB' })).toBe('1 MB of {total}');
  });
});

it('a booth that speaks a language we lack speaks English', () => {
  expect(['es-ES', 'ES', 'en_GB', 'ca', ''].map(nearestLanguage)).toEqual(['es', 'es', 'en', 'en', 'en']);
});
