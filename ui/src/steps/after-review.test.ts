// The screens from the approval to the end, as a person at the keyboard meets them: the whole page over a booth that
// answers as it is told.

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '../app.svelte';
import type { Backend, BoothView, CaseView, ProblemView, SigningView, Step } from '../backend';
import { Session } from '../shared/session.svelte';
import { approved, paper, signed, signing } from '../shared/specimens';

const BOOTH: BoothView = {
  version: '0',
  practice: false,
  sandbox_page: null,
  booth: 'Desk',
  server: 'localhost',
  language: 'en',
  cameras: [],
  sound: null,
  chosen: [],
  home_country: 'ES',
  unfinished: [],
  desk: false,
  operator_pages: true,
  problem: null,
  no_new_case: null,
  cautions: [],
  script: true,
  spoken: false,
};

const problem = (code: ProblemView['code']): ProblemView => ({ code, try_again: 'now', detail: null, field: null });

let page: Record<string, unknown> | null = null;
let session: Session;
let revision = 1;

/** What the booth answers when the case has become this. */
function now(step: Step, part: SigningView, more: Partial<CaseView> = {}): CaseView {
  revision += 1;
  return approved(step, part, { revision, ...more });
}

/** The page with this case on it. */
async function show(view: CaseView, commands: Partial<Backend>): Promise<void> {
  const backend: Partial<Backend> = {
    boothView: async () => BOOTH,
    caseCurrent: async () => view,
    onNotice: async () => () => {},
    caseClose: async () => {},
    pageUrl: (_case, object, n) => `http://localhost/${object}/${n}`,
    ...commands,
  };
  session = new Session(backend as Backend);
  page = mount(App, { target: document.body, props: { session } });
  await settle();
}

/** Everything that was begun has happened: a task runs after all promises that could be kept. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((done) => setTimeout(done));
    flushSync();
  }
}

async function press(key: string): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  await settle();
}

const one = (selector: string) => document.querySelector<HTMLElement>(selector);
const step = () => one('[data-step]')?.dataset['step'];
const action = (name: string) => one(`[data-action="${name}"]`) as HTMLButtonElement | null;

async function type(text: string): Promise<void> {
  const field = one('[data-field="code"]') as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

beforeEach(() => {
  revision = 1;
  // Nothing is laid out here: a page needs some width to be asked for.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
});

afterEach(async () => {
  if (page) await unmount(page);
  page = null;
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('documents', () => {
  const waiting = signing({ papers: [paper('a', { upload: 'waiting' })] });
  const arrived = signing({ papers: [paper('a')] });

  it('Enter picks while there are none, then uploads and goes on to the reading', async () => {
    const asked: string[] = [];
    await show(approved('documents', signing()), {
      papersPick: async () => (asked.push('pick'), now('documents', waiting)),
      papersUpload: async () => (asked.push('upload'), now('documents', arrived)),
      contractFetch: async () => {
        asked.push('contract');
        return now('reading', { ...arrived, contract: { object: 'c', pages: 1, read: false } });
      },
    });
    await press('Enter');
    expect(one('[data-paper="a"]')?.dataset['state']).toBe('waiting');
    await press('Enter');
    expect(asked).toEqual(['pick', 'upload', 'contract']);
    expect(step()).toBe('reading');
  });

  it('stays where it is when an upload fails, and says which document is in doubt', async () => {
    const contractFetch = vi.fn();
    await show(approved('documents', waiting), {
      papersUpload: async () => {
        session.hear({ about: 'case', case: now('documents', signing({ papers: [paper('a', { upload: 'sending' })] })) });
        throw problem('document_uncertain');
      },
      contractFetch,
    });
    await press('Enter');
    expect(step()).toBe('documents');
    expect(contractFetch).not.toHaveBeenCalled();
    expect(one('[data-problem]')?.dataset['problem']).toBe('document_uncertain');
    expect(one('[data-paper="a"]')?.dataset['state']).toBe('unknown');
  });

  it('picks no more than there can be', async () => {
    const papersPick = vi.fn();
    const papers = Array.from({ length: 10 }, (_, n) => paper(`p${n}`, { upload: 'waiting' }));
    await show(approved('documents', signing({ papers })), { papersPick });
    expect(action('papers-pick')).toBeNull();
    await press('o');
    expect(papersPick).not.toHaveBeenCalled();
  });
});

describe('reading', () => {
  const contract = { object: 'c', pages: 2, read: false };
  const view = () => approved('reading', signing({ contract, papers: [paper('a')] }));
  const arrive = async () => {
    one('[data-testid="page"]')?.dispatchEvent(new Event('load'));
    await settle();
  };

  it('is done with a document when every page was on the screen, not before', async () => {
    const paperRead = vi.fn(async () =>
      now('reading', signing({ contract: { ...contract, read: true }, papers: [paper('a')] })),
    );
    await show(view(), { paperRead });
    expect(one('[data-testid="page"]')?.getAttribute('src')).toBe('http://localhost/c/0');
    expect(action('paper-read'), 'the first page has not even come').toBeNull();
    await arrive();
    expect(action('paper-read'), 'the second was not seen').toBeNull();
    await press('Enter');
    await arrive();
    expect(one('[data-testid="page"]')?.dataset['page']).toBe('1');
    expect(paperRead).not.toHaveBeenCalled();
    await press('Enter');
    expect(paperRead).toHaveBeenCalledExactlyOnceWith('c');
    expect(one('[data-testid="page"]')?.getAttribute('src'), 'on to the next document').toBe('http://localhost/a-object/0');
  });

  it('a page that cannot be shown is not seen, and can be asked for again', async () => {
    await show(view(), {});
    one('[data-testid="page"]')?.dispatchEvent(new Event('error'));
    await settle();
    expect(one('[data-testid="page"]')).toBeNull();
    expect(session.seen['c']).toBeUndefined();
    one('.missing button')?.click();
    await settle();
    await arrive();
    expect(session.seen['c']?.has(0)).toBe(true);
  });
});

describe('the code', () => {
  const read = { contract: { object: 'c', pages: 1, read: true }, papers: [paper('a', { read: true })] };
  const sent = (again_at: number): SigningView =>
    signing({ ...read, code: { state: 'sent', method: 'sms', sent_at: 0, again_at, phone_end: '123' } });

  it('is asked for the way that was chosen', async () => {
    const codeRequest = vi.fn(async () => now('code', sent(Date.now() + 60_000)));
    await show(approved('code', signing(read)), { codeRequest });
    one('[data-action="code-method"][data-value="whatsapp"] input')?.click();
    await settle();
    await press('Enter');
    expect(codeRequest).toHaveBeenCalledExactlyOnceWith('whatsapp');
    expect(one('[data-testid="code-note"]')?.textContent).toContain('123');
  });

  it('counts from when it was sent, however long the screen had stood there before', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const codeRequest = async () => now('code', sent(1_360_000));
    await show(approved('code', signing(read)), { codeRequest });
    vi.setSystemTime(1_300_000);
    await press('Enter');
    expect(action('code-ask')?.textContent).toContain('1:00');
  });

  it('is not asked for again before its time, whatever became of the page meanwhile', async () => {
    const codeRequest = vi.fn();
    await show(approved('code', sent(Date.now() + 42_500)), { codeRequest });
    expect(action('code-ask')?.disabled).toBe(true);
    expect(action('code-ask')?.textContent).toMatch(/0:4[23]/);
    action('code-ask')?.click();
    expect(codeRequest).not.toHaveBeenCalled();
  });

  it('signs with what was typed, zeros and all, and once', async () => {
    let answer: (view: CaseView) => void = () => {};
    const sign = vi.fn(() => new Promise<CaseView>((done) => (answer = done)));
    await show(approved('code', sent(0)), { sign, signedFetch: async () => now('signed', signing()) });
    await type('00 42');
    await press('Enter');
    expect(sign, 'four digits are no code').not.toHaveBeenCalled();
    await type('000042');
    await press('Enter');
    await press('Enter');
    expect(sign).toHaveBeenCalledExactlyOnceWith({ with: 'code', code: '000042' });
    expect(one('[data-step="code"]')?.dataset['state']).toBe('signing');
    answer(now('signed', signing()));
    await settle();
    expect(step()).toBe('signed');
  });

  it('that was wrong is said to be, and the field is empty again', async () => {
    await show(approved('code', sent(0)), { sign: () => Promise.reject(problem('code_wrong')) });
    await type('123456');
    await press('Enter');
    expect(one('[data-problem]')?.dataset['problem']).toBe('code_wrong');
    expect((one('[data-field="code"]') as HTMLInputElement).value).toBe('');
    expect(action('sign')?.disabled).toBe(true);
  });

  it('whose fate is unknown can be typed all the same', async () => {
    const uncertain = signing({
      ...read,
      code: { state: 'uncertain', method: 'sms', sent_at: 0, again_at: 0, phone_end: '123' },
    });
    await show(approved('code', signing(read)), {
      codeRequest: () => {
        session.hear({ about: 'case', case: now('code', uncertain) });
        return Promise.reject(problem('code_uncertain'));
      },
    });
    await press('Enter');
    expect(document.querySelectorAll('[data-problem="code_uncertain"]')).toHaveLength(1);
    expect(one('[data-field="code"]')).not.toBeNull();
  });

  it('a signature whose fate is unknown is looked up, not asked for again', async () => {
    const sign = vi.fn();
    const statusRefresh = vi.fn(async () => now('signed', signing()));
    await show(approved('code', { ...sent(0), signature: 'sending' }), { sign, statusRefresh });
    expect(action('sign')).toBeNull();
    await press('Enter');
    expect(statusRefresh).toHaveBeenCalledOnce();
    expect(sign).not.toHaveBeenCalled();
    expect(step()).toBe('signed');
  });

  it('another key to the signature needs all three of its parts', async () => {
    const sign = vi.fn(async () => now('signed', signing()));
    await show(approved('code', signing(read)), { sign });
    action('code-external')?.click();
    await settle();
    const fill = async (name: string, text: string) => {
      const field = one(`[data-field="${name}"]`) as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await settle();
    };
    await fill('external_kind', 'biometric');
    await press('Enter');
    expect(sign).not.toHaveBeenCalled();
    await fill('external_value', 'v');
    await fill('external_secret', 's');
    await press('Enter');
    expect(sign).toHaveBeenCalledExactlyOnceWith({ with: 'external', kind: 'biometric', value: 'v', secret: 's' });
  });
});

describe('the signed copies', () => {
  const fetched = signing({ papers: [paper('a', { signed: signed() })], all_kept: true });

  it('are fetched by themselves, once', async () => {
    const signedFetch = vi.fn(() => Promise.reject(problem('server_unreachable')));
    await show(approved('signed', signing({ papers: [paper('a')] })), { signedFetch });
    expect(signedFetch).toHaveBeenCalledOnce();
    expect(one('[data-problem]')?.dataset['problem']).toBe('server_unreachable');
    expect(action('server-delete')?.disabled).toBe(true);
    await press('Enter');
    expect(signedFetch).toHaveBeenCalledTimes(2);
  });

  it('are deleted at the server only after all are kept and a person said so', async () => {
    const serverDelete = vi.fn(async () => now('closed', { ...fetched, deletion: 'arrived', deleted_at: 1 }));
    await show(approved('signed', signing({ papers: [paper('a')] })), { signedFetch: async () => now('signed', fetched), serverDelete });
    expect(one('[data-paper="a"]')?.dataset['state']).toBe('good');
    await press('Enter');
    expect(serverDelete).not.toHaveBeenCalled();
    await press('Escape');
    await press('Enter');
    action('delete-confirm')?.click();
    await settle();
    expect(serverDelete).toHaveBeenCalledOnce();
    expect(step()).toBe('closed');
    expect(one('[data-testid="proven"]')).not.toBeNull();
  });

  it('that are not in order are said to be so, and not handed over', async () => {
    const bad = signed({ good: false, is_holder: false });
    await show(approved('signed', signing({ papers: [paper('a', { signed: bad })] })), {});
    expect(one('[data-paper="a"]')?.dataset['state']).toBe('bad');
    expect(one('[data-check="is_holder"]')?.dataset['value']).toBe('no');
    expect(action('signed-save')?.disabled).toBe(true);
    expect(action('signed-print')?.disabled).toBe(true);
    expect(action('server-delete')?.disabled).toBe(true);
  });

  it('are printed when every page is there', async () => {
    const signedPrint = vi.fn(async () => {});
    await show(approved('signed', { ...fetched, papers: [paper('a', { pages: 2, signed: signed() })] }), { signedPrint });
    action('signed-print')?.click();
    await settle();
    await press('Enter');
    expect(signedPrint, 'no page has come yet').not.toHaveBeenCalled();
    for (const picture of document.querySelectorAll('[data-testid="print-view"] img')) picture.dispatchEvent(new Event('load'));
    await settle();
    await press('Enter');
    expect(signedPrint).toHaveBeenCalledExactlyOnceWith('a');
    await press('Escape');
    expect(one('[data-testid="print-view"]')).toBeNull();
  });
});
