// Unlocking the evidence on this machine, as the first person of the day does it, and the first of all.

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import App from '../../app.svelte';
import type { Backend, BoothView, ProblemView } from '../../backend';
import { setLanguage } from '../../i18n/i18n.svelte';
import { Session } from '../../shared/session.svelte';

const problem = (code: ProblemView['code']): ProblemView => ({ code, try_again: 'after_change', detail: null, field: null });

const OPEN: BoothView = {
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

let page: Record<string, unknown> | null = null;

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((done) => setTimeout(done));
    flushSync();
  }
}

/** The page over a vault that opens with `correct horse`. */
async function locked(why: 'vault_locked' | 'passphrase_unset') {
  const boothUnlock = vi.fn(async (typed: string) => {
    if (typed !== 'correct horse') throw problem('passphrase_wrong');
    return OPEN;
  });
  const backend: Partial<Backend> = {
    boothView: async () => ({ ...OPEN, problem: problem(why) }),
    boothUnlock,
    caseCurrent: async () => null,
    onNotice: async () => () => {},
  };
  page = mount(App, { target: document.body, props: { session: new Session(backend as Backend) } });
  await settle();
  return boothUnlock;
}

const field = (name: string) => document.querySelector<HTMLInputElement>(`[data-field="${name}"]`);
const shows = (selector: string) => document.querySelector(selector) !== null;

async function type(name: string, text: string): Promise<void> {
  const input = field(name);
  if (!input) throw new Error(`no field ${name}`);
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

async function enter(more: KeyboardEventInit = {}): Promise<void> {
  const event = { key: 'Enter', bubbles: true, cancelable: true, ...more };
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', event));
  await settle();
}

beforeEach(() => setLanguage('en'));

afterEach(async () => {
  if (page) await unmount(page);
  page = null;
  document.body.replaceChildren();
});

it('the first person of the day types it once, and goes to work', async () => {
  const boothUnlock = await locked('vault_locked');
  expect(document.activeElement, 'typing can begin at once').toBe(field('passphrase'));
  expect(field('passphrase_again'), 'there is a passphrase: it is not asked for twice').toBeNull();
  expect(field('passphrase')?.type).toBe('password');
  await type('passphrase', 'correct horse');
  await enter();
  expect(boothUnlock).toHaveBeenCalledExactlyOnceWith('correct horse');
  expect(shows('[data-action="new-case"]')).toBe(true);
});

it('a wrong one is told, nothing of it stays, and the next can be typed', async () => {
  const boothUnlock = await locked('vault_locked');
  await type('passphrase', 'correct house');
  await enter();
  expect(shows('[data-problem="passphrase_wrong"]')).toBe(true);
  expect(field('passphrase')?.value).toBe('');
  expect(document.activeElement).toBe(field('passphrase'));
  await enter();
  expect(boothUnlock, 'an empty one is not tried').toHaveBeenCalledOnce();
  await type('passphrase', 'correct horse');
  await enter();
  expect(shows('[data-action="new-case"]')).toBe(true);
});

it('whoever chooses it types it twice, and a slip is told before it locks anything', async () => {
  const boothUnlock = await locked('passphrase_unset');
  expect(shows('[data-problem="passphrase_unset"]')).toBe(true);
  await type('passphrase', 'correct horse');
  await enter();
  expect(boothUnlock, 'once is not enough').not.toHaveBeenCalled();
  await type('passphrase_again', 'correct house');
  await enter();
  expect(boothUnlock).not.toHaveBeenCalled();
  expect(document.querySelector('[role="alert"].note')?.textContent).toBe('The two are not the same.');
  expect([field('passphrase')?.value, field('passphrase_again')?.value]).toEqual(['', '']);
  await type('passphrase', 'correct horse');
  await type('passphrase_again', 'correct horse');
  await enter();
  expect(boothUnlock).toHaveBeenCalledExactlyOnceWith('correct horse');
});

it('Caps Lock is told while it is on', async () => {
  await locked('vault_locked');
  const told = () => document.querySelector('[data-testid="caps-lock"]')?.textContent;
  expect(told()).toBe('');
  const event = new KeyboardEvent('keydown', { key: 'A', bubbles: true });
  vi.spyOn(event, 'getModifierState').mockImplementation((key) => key === 'CapsLock');
  field('passphrase')?.dispatchEvent(event);
  await settle();
  expect(told()).toBe('Caps Lock is on.');
});
