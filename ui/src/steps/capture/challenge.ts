// What the challenge in the video says, and when it lets go of the screen.

import type { AnswerView, ChallengeView } from '../../backend';
import type { TextKey } from '../../i18n/i18n.svelte';

/** The time there is for a movement, in milliseconds: what the bar of the time that is left begins with. */
export const LIMIT_MS = 10_000;
/** How long it is said that all was seen, or why not, before the document's turn comes. */
export const SAID_MS = { passed: 1_800, failed: 4_000, off: 2_500 } as const;

/** The key of what to say now. */
export function wordsOf(challenge: ChallengeView): TextKey {
  if (challenge.state !== 'asking') return `video.challenge.${challenge.state}`;
  if (challenge.straighten || challenge.motion === null) return 'video.challenge.straighten';
  return `video.challenge.${challenge.motion}`;
}

/** Whether nothing more is asked for. */
export function isOver(challenge: ChallengeView | null): challenge is ChallengeView & { state: 'passed' | 'failed' | 'off' } {
  return challenge?.state === 'passed' || challenge?.state === 'failed' || challenge?.state === 'off';
}

/** Whether movements are still to be asked for, in a recording that has a challenge. */
export function isAsking(answer: AnswerView | null, challenge: ChallengeView | null): boolean {
  return answer !== null && answer.passed === null && !isOver(challenge);
}

/** How an answer is shown after the recording. */
export function verdictOf(answer: AnswerView): 'passed' | 'failed' | 'unseen' {
  if (answer.passed === null) return 'unseen';
  return answer.passed ? 'passed' : 'failed';
}
