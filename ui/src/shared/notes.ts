// What a reviewer should know about a piece of evidence, in the person's language.

import type { Code } from '../backend';
import { t } from '../i18n/i18n.svelte';
import { CODES } from './problems';

/** A note is the code of what ended a take, `limit_reached`, `recording_interrupted`, or the camera's own words about a still. */
export function noteText(note: string): string {
  if (note === 'limit_reached') return t('facts.limit');
  if (note === 'recording_interrupted') return t('facts.interrupted');
  const code = CODES.find((known): known is Code => known === note);
  return code ? t('facts.ended', { cause: t(`problems.${code}.title`) }) : note;
}
