import { describe, expect, it } from 'vitest';

import type { ProblemView, SoundView } from '../../backend';
import { hearing, share } from './sound';

const sound: SoundView = { peak_dbfs: -12, rms_dbfs: -20, silent: false, clipping: false, problem: null };
const problem: ProblemView = { code: 'microphone_busy', try_again: 'after_change', detail: null, field: null };

describe('the sound', () => {
  it('is drawn even in decibels, and never beyond the bar', () => {
    expect(share(-96)).toBe(0);
    expect(share(-60)).toBe(0);
    expect(share(-30)).toBeCloseTo(0.5);
    expect(share(0)).toBe(1);
    expect(share(3)).toBe(1);
  });

  it('is said in one word, what is worst first', () => {
    expect(hearing(null)).toBe('none');
    expect(hearing(sound)).toBe('heard');
    expect(hearing({ ...sound, silent: true })).toBe('silent');
    expect(hearing({ ...sound, silent: true, clipping: true })).toBe('clipping');
    expect(hearing({ ...sound, clipping: true, problem })).toBe('none');
  });
});
