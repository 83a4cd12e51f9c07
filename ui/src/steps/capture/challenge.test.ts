import { expect, it } from 'vitest';

import type { ChallengeView } from '../../backend';
import { verdictOf, wordsOf } from './challenge';

const asking: ChallengeView = {
  case: 'a case',
  number: 1,
  of: 4,
  motion: 'blink',
  straighten: false,
  left_ms: 8_000,
  state: 'asking',
  fault: null,
};

it('one movement is asked for at a time, and a turned head comes back first', () => {
  expect(wordsOf(asking)).toBe('video.challenge.blink');
  expect(wordsOf({ ...asking, motion: 'left', straighten: true })).toBe('video.challenge.straighten');
  expect(wordsOf({ ...asking, state: 'waiting' })).toBe('video.challenge.waiting');
  expect(wordsOf({ ...asking, state: 'passed', motion: null })).toBe('video.challenge.passed');
});

it('what could not be seen is neither passed nor failed', () => {
  expect(verdictOf({ passed: true, faults: [] })).toBe('passed');
  expect(verdictOf({ passed: false, faults: ['other_face'] })).toBe('failed');
  expect(verdictOf({ passed: null, faults: ['ended_early'] })).toBe('unseen');
});
