import { describe, expect, it } from 'vitest';

import { setLanguage } from '../i18n/i18n.svelte';
import { noteText } from './notes';

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
