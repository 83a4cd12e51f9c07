// What a reviewer should know about a piece of evidence, in the person's language.

import type { Code, TakeView } from '../backend';
import { t } from '../i18n/i18n.svelte';
import { formatClock } from './figures';
import { CODES } from './problems';

/** A note is the code of what ended a take, `limit_reached`, `recording_interrupted`, or the camera's own words about a still. */
export function noteText(note: string): string {
  if (note === 'limit_reached') return t('facts.limit');
  if (note === 'recording_interrupted') return t('facts.interrupted');
  const code = CODES.find((known): known is Code => known === note);
  return code ? t('facts.ended', { cause: t(`problems.${code}.title`) }) : note;
}

/** What is odd about how a video was recorded, a sentence each. */
export function remarkTexts(take: TakeView): string[] {
  return take.remarks.map((remark) => {
    switch (remark) {
      case 'recording_gap':
        return t('facts.gap', { times: take.gaps.map(gapText).join(', ') });
      case 'recording_clock':
        return t('facts.clock');
      case 'recording_small':
        return t('facts.small');
      case 'recording_fragmented':
        return t('facts.fragmented');
      case 'recording_altered':
        return t('facts.altered');
      default:
        return remark;
    }
  });
}

function gapText(gap: TakeView['gaps'][number]): string {
  return `${formatClock(gap.at_ms)} (${(gap.for_ms / 1000).toFixed(1)}\u00a0s)`;
}
