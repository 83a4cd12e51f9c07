// What the challenge in the video says.

import type { AnswerView, ChallengeView } from '../../backend';
import type { TextKey } from '../../i18n/i18n.svelte';

/** The time there is for a movement, in milliseconds: what the bar of the time that is left begins with. */
export const LIMIT_MS = 10_000;
/** The key of what to say now. */
export function wordsOf(challenge: ChallengeView): TextKey {
  if (challenge.state !== 'asking') return `video.challenge.${challenge.state}`;
  if (challenge.straighten || challenge.motion === null) return 'video.challenge.straighten';
  return `video.challenge.${challenge.motion}`;
}

/** How an answer is shown after the recording. */
export function verdictOf(answer: AnswerView): 'passed' | 'failed' | 'unseen' {
  if (answer.passed === null) return 'unseen';
  return answer.passed ? 'passed' : 'failed';
}
