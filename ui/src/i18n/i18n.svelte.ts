// Text in the person's language. The tables are plain JSON, so that the command line reads the same ones.

import en from './en.json';
import es from './es.json';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

type Table = typeof en;
type PathsOf<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${PathsOf<T[K]>}`;
}[keyof T & string];

/** The address of a text: `start.title`. */
export type TextKey = PathsOf<Table>;
export type Values = Readonly<Record<string, string | number>>;

export const TABLES: Readonly<Record<Language, Table>> = { en, es };

const shown = $state<{ language: Language }>({ language: 'en' });

/** The language on the screen. */
export function language(): Language {
  return shown.language;
}

export function setLanguage(next: Language): void {
  shown.language = next;
  document.documentElement.lang = next;
}

/** The language we have that is nearest to a BCP 47 tag. */
export function nearestLanguage(tag: string): Language {
  const base = tag.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((known) => known === base) ?? 'en';
}

/** The text at `key`, its {placeholders} filled. Follows the language when it is used in a template. */
export function t(key: TextKey, values: Values = {}): string {
  return fill(lookUp(TABLES[shown.language], key), values);
}

export function lookUp(table: Table, key: TextKey): string {
  let node: unknown = table;
  for (const part of key.split('.')) node = (node as Record<string, unknown>)[part];
  return node as string;
}

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
