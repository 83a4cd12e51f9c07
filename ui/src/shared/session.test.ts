import { describe, expect, it } from 'vitest';

import type { Backend, BoothView, CaseView, ProblemView } from '../backend';
import { language, setLanguage } from '../i18n/i18n.svelte';
import { isNewer } from './revision';
import { Session } from './session.svelte';

const BOOTH: BoothView = {
  version: '0',
  practice: true,
  sandbox_page: null,
  booth: 'Desk',
  server: 'localhost',
  language: 'en',
  cameras: [],
  sound: null,
  chosen: [],
  home_country: 'ES',
  unfinished: [],
  desk: true,
  operator_pages: true,
  problem: null,
  no_new_case: null,
  cautions: [],
  script: true,
  spoken: false,
};

function view(id: string, revision: number, more: Partial<CaseView> = {}): CaseView {
  return {
    id,
    code: 'AAAA',
    revision,
    step: 'consent',
    steps: [],
    origin: null,
    request: { state: 'none' },
    document: null,
    capture: null,
    exhibits: [],
    reading: null,
    fields: [],
    checks: [],
    biometrics: null,
    similarity: null,
    delivery: null,
    review: null,
    signing: null,
    kept: null,
    problem: null,
    ...more,
  };
}

/** A booth of which only some commands are asked. */
function sessionWith(parts: Partial<Backend>): Session {
  return new Session({
    boothView: async () => BOOTH,
    caseCurrent: async () => null,
    onNotice: async () => () => {},
    caseClose: async () => {},
    ...parts,
  } as Backend);
}

const refused: ProblemView = { code: 'out_of_order', try_again: 'now', detail: null, field: null };

describe('the newest view wins', () => {
  it.each([
    ['nothing is shown', null, view('a', 5), false],
    ['newer', view('a', 1), view('a', 2), true],
    ['the same', view('a', 2), view('a', 2), false],
    ['older', view('a', 3), view('a', 2), false],
    ['another case', view('a', 1), view('b', 9), false],
  ])('%s', (_what, shown, incoming, expected) => expect(isNewer(shown, incoming)).toBe(expected));

  it('an answer that was overtaken by a notice does not turn the screen back', async () => {
    let answer: (view: CaseView) => void = () => {};
    const session = sessionWith({ submit: () => new Promise((done) => (answer = done)) });
    await session.act('open', async () => view('a', 1));
    const asked = session.act('submit', () => session.backend.submit());
    session.hear({ about: 'case', case: view('a', 4, { step: 'submitting' }) });
    answer(view('a', 3, { step: 'review' }));
    await asked;
    expect(session.case?.revision).toBe(4);
    expect(session.case?.step).toBe('submitting');
  });
});

describe('leaving a case', () => {
  it('takes everything about the person off the page', async () => {
    const session = sessionWith({});
    await session.act('open', async () => view('a', 1));
    session.operator = 'Inés';
    session.typed['given_name'] = 'Alma';
    session.hear({
      about: 'upload',
      upload: { case: 'a', leg: 'video', sent: 1, total: 2, elapsed_ms: 3, remaining_ms: null },
    });
    await session.close();
    expect(session.case).toBeNull();
    expect(session.operator).toBe('');
    expect(session.typed).toEqual({});
    expect(session.upload).toEqual({});
  });

  it('a late notice does not bring it back', async () => {
    const session = sessionWith({});
    await session.act('open', async () => view('a', 1));
    await session.close();
    session.hear({ about: 'case', case: view('a', 2) });
    expect(session.case).toBeNull();
  });

  it('the next person is met in the language of the booth', async () => {
    const session = sessionWith({});
    await session.act('open', async () => view('a', 1));
    setLanguage('es');
    await session.close();
    expect(language()).toBe('en');
  });
});

describe('acting', () => {
  it('does one thing at a time: pressing twice asks once', async () => {
    let asked = 0;
    const session = sessionWith({});
    const slow = async () => {
      asked += 1;
      return view('a', asked);
    };
    await Promise.all([session.act('take', slow), session.act('take', slow)]);
    expect(asked).toBe(1);
  });

  it('says why nothing was done, and forgets it when something is', async () => {
    const session = sessionWith({});
    await session.act('open', async () => view('a', 1));
    await session.act('use', () => Promise.reject(refused));
    expect(session.problem).toEqual(refused);
    expect(session.case?.revision, 'the case is as it was').toBe(1);
    expect(session.busy).toBeNull();
    await session.act('use', async () => view('a', 2));
    expect(session.problem).toBeNull();
  });

  it('uploads of another case are not shown', async () => {
    const session = sessionWith({});
    await session.act('open', async () => view('a', 1));
    session.hear({
      about: 'upload',
      upload: { case: 'b', leg: 'video', sent: 1, total: 2, elapsed_ms: 3, remaining_ms: null },
    });
    expect(session.upload).toEqual({});
  });
});
