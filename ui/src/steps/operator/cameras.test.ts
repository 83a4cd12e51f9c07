// The page of cameras behind the booth, as somebody who sets a booth up meets it.

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import App from '../../app.svelte';
import type { Backend, BoothView, CameraRole, CameraView, DoctorFinding } from '../../backend';
import { setLanguage } from '../../i18n/i18n.svelte';
import { Session } from '../../shared/session.svelte';
import { served, toTry, USES } from './cameras';

const camera = (id: string, more: Partial<CameraView> = {}): CameraView => ({
  id,
  name: id,
  synthetic: false,
  replay: false,
  refused: null,
  provenance: null,
  largest: null,
  ...more,
});

const ROLES: readonly CameraRole[] = ['front', 'rear', 'selfie', 'video'];

const booth = (cameras: CameraView[], serves: string | null = null): BoothView => ({
  version: '0',
  practice: false,
  sandbox_page: null,
  booth: 'Desk',
  server: 'localhost',
  language: 'en',
  cameras,
  chosen: ROLES.map((role) => ({ role, camera: serves })),
  sound: null,
  script: true,
  spoken: false,
  home_country: 'ES',
  unfinished: [],
  desk: false,
  operator_pages: true,
  problem: null,
  no_new_case: null,
  cautions: [],
});

describe('which cameras are tried out', () => {
  it('are those of the machine, and a replay only where it serves a step', () => {
    const all = [camera('desk'), camera('clip', { replay: true }), camera('other', { replay: true })];
    expect(toTry(booth(all, 'clip')).map(({ id }) => id)).toEqual(['desk', 'clip']);
  });

  it('serve documents only where both sides are theirs', () => {
    const view = booth([camera('desk')], 'desk');
    expect(USES.map((use) => served(view, 'desk', use))).toEqual([true, true]);
    const one = { ...view, chosen: view.chosen.map((entry) => (entry.role === 'rear' ? { ...entry, camera: 'face' } : entry)) };
    expect(USES.map((use) => served(one, 'desk', use))).toEqual([false, true]);
  });
});

let page: Record<string, unknown> | null = null;

async function settle(): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    await new Promise((done) => setTimeout(done));
    flushSync();
  }
}

async function open(view: BoothView, tried: (id: string) => DoctorFinding[], chosen: [CameraRole, string][] = []): Promise<string[]> {
  const asked: string[] = [];
  const session = new Session({
    boothView: async () => view,
    camerasRefresh: async () => view,
    caseCurrent: async () => null,
    onNotice: async () => () => {},
    queueView: async () => ({ entries: [], by_itself: true, offline_since: null, rules: {} }),
    carryKeys: async () => ({ device: 'd', recipient: 'age1r' }),
    pullTrial: async () => {
      await new Promise((done) => setTimeout(done, 5));
      return { state: 'nothing' };
    },
    cameraTry: async (id: string) => {
      asked.push(id);
      return { camera: id, findings: tried(id) };
    },
    cameraChoose: async (role: CameraRole, id: string) => {
      chosen.push([role, id]);
      return view;
    },
  } as unknown as Backend);
  page = mount(App, { target: document.body, props: { session } });
  await settle();
  for (const key of ['b', '4']) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await settle();
  }
  return asked;
}

beforeEach(() => setLanguage('en'));

afterEach(async () => {
  if (page) await unmount(page);
  page = null;
  document.body.replaceChildren();
});

const DARK: DoctorFinding = {
  subject: 'camera',
  verdict: 'warning',
  remark: 'camera_dark',
  values: { camera: 'desk', light: '20', evenness: '80' },
  problem: null,
};

describe('the page of cameras', () => {
  it('tries each camera out, one after the other, and says what to do', async () => {
    const asked = await open(booth([camera('desk'), camera('face')], 'desk'), (id) => (id === 'desk' ? [DARK] : []));
    expect(asked).toEqual(['desk', 'face']);
    const card = document.querySelector('[data-camera="desk"]');
    expect(card?.textContent).toContain('It is too dark: brightness 20 of 255');
    expect(card?.textContent).toContain('Put more light on what is in front of the camera.');
    expect(document.querySelector('[data-testid="trials"]')?.textContent).toContain('Every camera was tried out.');
  });

  it('chooses a camera for both looks at a document', async () => {
    const chosen: [CameraRole, string][] = [];
    await open(booth([camera('desk'), camera('face')], 'desk'), () => [], chosen);
    document.querySelector<HTMLElement>('[data-action="camera-use"][data-value="documents"][data-to="face"]')?.click();
    await settle();
    expect(chosen).toEqual([
      ['front', 'face'],
      ['rear', 'face'],
    ]);
  });

  it('offers no step to a camera that may not be used, and says why', async () => {
    await open(booth([camera('loop', { synthetic: true, refused: 'camera_software' })]), () => []);
    const card = document.querySelector('[data-camera="loop"]');
    expect(card?.textContent).toContain('Made of software');
    const uses = [...document.querySelectorAll<HTMLButtonElement>('[data-action="camera-use"]')];
    expect(uses.map(({ disabled }) => disabled)).toEqual([true, true]);
  });

  it('says so where there is none', async () => {
    expect(await open(booth([]), () => [])).toEqual([]);
    expect(document.querySelector('[data-testid="trials"]')?.textContent).toContain('No camera is connected');
  });
});
