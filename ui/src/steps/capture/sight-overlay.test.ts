import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';

import type { SightView } from '../../backend';
import { setLanguage } from '../../i18n/i18n.svelte';
import SightOverlay from './SightOverlay.svelte';

const SIGHT: SightView = {
  case: 'a',
  role: 'front',
  sequence: 1,
  corners: [[0.1, 0.2], [0.7, 0.2], [0.7, 0.8], [0.1, 0.8]],
  advice: null,
  hint: null,
  shutter: { state: 'waiting' },
  help: 'none',
  coarse: false,
};
let shown: ReturnType<typeof mount> | null = null;

function show(more: Partial<SightView>): HTMLElement {
  shown = mount(SightOverlay, { target: document.body, props: { sight: { ...SIGHT, ...more } } });
  flushSync();
  return document.querySelector('[data-testid="sight"]') as HTMLElement;
}

afterEach(async () => {
  setLanguage('en');
  if (shown) await unmount(shown);
});

it('draws the outline where the document is', () => {
  expect(show({}).querySelector('.line')?.getAttribute('points')).toMatch(/^10,20 70,20 70,80 10,80$/);
});

it('says the one thing that is wrong, where it is, in the language of the screen', () => {
  setLanguage('es');
  const place = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]] as NonNullable<SightView['corners']>;
  const words = show({ advice: { cause: 'glare', corners: place } }).querySelector<HTMLElement>('.words');
  expect(words?.textContent).toBe('Inclínelo: hay un reflejo');
  expect(words?.style.left).toBe('50%');
});

it('says nothing while all is well, and shows the moment passing', () => {
  const sight = show({ shutter: { state: 'holding', share: 0.25 } });
  expect(sight.querySelector('.words')).toBeNull();
  expect(sight.querySelector('.moment')?.getAttribute('stroke-dashoffset')).toBe('0.75');
});
