import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';

import type { SightView } from '../../backend';
import { setLanguage, TABLES } from '../../i18n/i18n.svelte';
import FaceOverlay from './FaceOverlay.svelte';

const SIGHT: SightView = {
  case: 'a',
  role: 'selfie',
  sequence: 1,
  corners: null,
  advice: null,
  hint: null,
  shutter: { state: 'waiting' },
  help: 'none',
  coarse: false,
};
let shown: ReturnType<typeof mount> | null = null;

function show(sight: Partial<SightView> | null, taking = false): HTMLElement {
  shown = mount(FaceOverlay, { target: document.body, props: { sight: sight && { ...SIGHT, ...sight }, taking } });
  flushSync();
  return document.querySelector('[data-testid="sight"]') as HTMLElement;
}

const wordsOf = (face: HTMLElement) => [...face.querySelectorAll('.words')].map((it) => it.textContent);

afterEach(async () => {
  setLanguage('en');
  if (shown) await unmount(shown);
});

it('shows where the face belongs before anything was seen, and says nothing', () => {
  const face = show(null);
  expect(face.querySelector('.line')).not.toBeNull();
  expect([face.querySelector('.moment'), wordsOf(face)]).toEqual([null, []]);
});

it('says the one thing that is wrong, in the language of the screen', () => {
  setLanguage('es');
  expect(wordsOf(show({ hint: 'open_eyes' }))).toEqual(['Abra los ojos']);
});

it('shows the moment passing, and has only that to say', () => {
  const face = show({ hint: 'closer', shutter: { state: 'holding', share: 0.25 } });
  expect(face.querySelector('.moment')?.getAttribute('stroke-dashoffset')).toBe('0.75');
  expect(face.querySelector('.line')?.classList.contains('well')).toBe(true);
  expect(wordsOf(face)).toEqual([TABLES.en.capture.hold]);
});

it('stays as it is until the picture is there', () => {
  expect(show(null, true).querySelector('.moment')?.getAttribute('stroke-dashoffset')).toBe('0');
});
