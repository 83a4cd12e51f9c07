import { mount, unmount } from 'svelte';
import { describe, expect, it } from 'vitest';

import generated from '../backend/generated.ts?raw';
import { LANGUAGES, setLanguage, TABLES } from '../i18n/i18n.svelte';
import ProblemCard from './ProblemCard.svelte';
import { asProblem, CODES } from './problems';

describe('every failure the booth can tell of', () => {
  // The types already hold the list to the union; this holds it to the file the booth wrote.
  it('is in the table', () => {
    const union = /export type Code = ([^;]+);/.exec(generated)?.[1] ?? '';
    const codes = union.split('|').map((text) => text.trim().replaceAll('"', ''));
    expect([...CODES].sort()).toEqual(codes.sort());
  });

  it.each(LANGUAGES)('says in %s what happened and what to do', (language) => {
    expect(Object.keys(TABLES[language].problems).sort(), 'no words for codes that do not exist').toEqual([...CODES].sort());
    for (const code of CODES) {
      const { title, sentence, action } = TABLES[language].problems[code];
      expect(title, code).toMatch(/\S/);
      expect(sentence, `${code}: a whole sentence`).toMatch(/^\p{Lu}.+\.$/u);
      expect(action, `${code}: a whole sentence`).toMatch(/^\p{Lu}.+\.$/u);
      expect(action, `${code}: the action says more than the sentence`).not.toBe(sentence);
    }
  });
});

describe('asProblem', () => {
  it('keeps what the booth said', () => {
    const said = { code: 'camera_busy', try_again: 'now', detail: 'os error 16', field: null } as const;
    expect(asProblem(said)).toBe(said);
  });

  it.each([
    ['a refusal of the shell', 'Command take not allowed', 'Command take not allowed'],
    ['an exception', new TypeError('x is undefined'), 'x is undefined'],
    ['a code of another version', { code: 'no_such_code' }, null],
    ['nothing', undefined, null],
  ])('calls %s a defect of ours', (_what, reason, detail) => {
    expect(asProblem(reason)).toEqual({ code: 'internal', try_again: 'now', detail, field: null });
  });
});

it('a card shows sentence, action, code and the cause in its own words', () => {
  setLanguage('es');
  const target = document.createElement('div');
  const problem = { code: 'server_unreachable', try_again: 'later', detail: 'connection refused', field: null } as const;
  const card = mount(ProblemCard, { target, props: { problem } });
  const shown = target.textContent ?? '';
  for (const text of [...Object.values(TABLES.es.problems.server_unreachable), 'server_unreachable', 'connection refused']) {
    expect(shown).toContain(text);
  }
  expect(target.querySelector('[role="alert"]')?.getAttribute('data-problem')).toBe('server_unreachable');
  void unmount(card);
  setLanguage('en');
});
