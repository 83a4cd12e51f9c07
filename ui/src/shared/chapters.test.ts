import { expect, it } from 'vitest';

import type { Chapter } from '../backend';
import { setLanguage, t } from '../i18n/i18n.svelte';
import { after, before, chapterAt, titleOf } from './chapters';

const chapters: Chapter[] = [
  { at_ms: 100, what: 'face_seen' },
  { at_ms: 400, what: 'asked', prompt: 'front' },
  { at_ms: 3000, what: 'seen', prompt: 'front' },
  { at_ms: 5000, what: 'asked', prompt: 'fingers', digits: '35' },
  { at_ms: 9000, what: 'missed', prompt: 'movements', motion: 'left' },
];

it('is called by what was found, and no more', () => {
  setLanguage('en');
  expect(chapters.map((chapter) => titleOf(chapter, 'identity_card', t))).toEqual([
    'Face seen',
    'Asked: Front beside the face',
    'Seen: document with a portrait, beside the face',
    'Asked: Digits with the fingers 3 5',
    'Not seen: Head to the left',
  ]);
  expect(titleOf({ at_ms: 0, what: 'asked', prompt: 'front' }, 'passport', t)).toBe('Asked: Page with the photo beside the face');
});

it('jumps from chapter to chapter', () => {
  expect(chapterAt(chapters, 50)).toBe(-1);
  expect(chapterAt(chapters, 3200)).toBe(2);
  expect(after(chapters, 3000)).toBe(5000);
  expect(after(chapters, 9000)).toBeNull();
  expect(before(chapters, 5100), 'it was on for a moment only: the one before').toBe(3000);
  expect(before(chapters, 8000), 'its own beginning').toBe(5000);
  expect(before(chapters, 200)).toBe(0);
});
