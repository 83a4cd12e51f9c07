import { describe, expect, it } from 'vitest';

import { setLanguage } from '../i18n/i18n.svelte';
import { noteText, remarkTexts } from './notes';

describe('a note on a piece of evidence', () => {
  it('says in the language of the screen what ended a take', () => {
    setLanguage('en');
    const english = noteText('camera_unplugged');
    setLanguage('es');
    const spanish = noteText('camera_unplugged');
    expect(english).toContain('unplugged');
    expect(spanish).not.toBe(english);
    expect(noteText('limit_reached')).not.toContain('_');
    expect(noteText('recording_interrupted')).not.toContain('_');
  });

  it("leaves the camera's own words as they are", () => {
    expect(noteText('1920x1080 was refused')).toBe('1920x1080 was refused');
  });
});

describe('what is odd about how a video was recorded', () => {
  const remarks = ['recording_altered', 'recording_gap', 'recording_clock', 'recording_small', 'recording_fragmented'];
  const take = { continuous: false, gaps: [{ at_ms: 63_000, for_ms: 720 }], remarks, stamped: true };

  it('is a sentence of its own in each language', () => {
    setLanguage('en');
    const english = remarkTexts(take);
    setLanguage('es');
    const spanish = remarkTexts(take);
    expect(new Set([...english, ...spanish]).size).toBe(2 * remarks.length);
    expect(english.join(' ')).not.toContain('_');
  });

  it('says where and how long the picture stopped', () => {
    setLanguage('en');
    expect(remarkTexts(take)[1]).toContain('1:03 (0.7');
  });

  it('is nothing where all went well', () => {
    expect(remarkTexts({ ...take, remarks: [] })).toEqual([]);
  });
});
