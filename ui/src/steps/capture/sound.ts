// How loud it is, as it is drawn and said.

import type { SoundView } from '../../backend';

/** What is quieter than this is drawn as nothing, in dBFS. */
const QUIETEST = -60;

/** How it is with the sound: `none` while there is none, with a problem or before the first of it came. */
export type Hearing = 'heard' | 'silent' | 'clipping' | 'none';

export function hearing(sound: SoundView | null): Hearing {
  if (!sound || sound.problem) return 'none';
  if (sound.clipping) return 'clipping';
  return sound.silent ? 'silent' : 'heard';
}

/** A level as a share of the bar: 0 to 1, even in decibels, as the ear is. */
export function share(dbfs: number): number {
  return Math.min(1, Math.max(0, 1 - dbfs / QUIETEST));
}
