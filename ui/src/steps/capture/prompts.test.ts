import { expect, it } from 'vitest';

import type { PromptView } from '../../backend';
import { spaced, whatOf } from '../../shared/chapters';
import { canGoOn, isAsking, planFor, wordsOf } from './prompts';

const asked: PromptView = {
  case: 'a',
  number: 0,
  of: 5,
  prompt: 'fingers',
  digits: '35',
  left_ms: 4000,
  limit_ms: 8000,
  end: null,
  looked_for: false,
  past: [],
};

it('a passport is not turned over, and whoever refuses is not asked to move', () => {
  expect(planFor('passport', false)).toEqual(['front', 'tilt', 'fingers']);
  expect(planFor('identity_card', true)).toEqual(['front', 'tilt', 'back', 'fingers', 'movements']);
});

it('says what is asked, how it ended, and that it was all', () => {
  expect(wordsOf(asked, 'passport')).toBe('video.prompt.fingers');
  expect(wordsOf({ ...asked, prompt: 'front' }, 'passport')).toBe('video.prompt.page');
  expect(wordsOf({ ...asked, prompt: 'front' }, 'identity_card')).toBe('video.prompt.front');
  expect(wordsOf({ ...asked, end: 'missed' }, undefined)).toBe('video.prompt_end.missed');
  expect(wordsOf({ ...asked, prompt: null }, undefined)).toBe('video.prompt_end.over');
  expect(whatOf('front', 'passport')).toBe('video.what.page');
});

it('a person goes on by hand from what is asked, and not from movements', () => {
  expect(canGoOn(asked)).toBe(true);
  expect(canGoOn({ ...asked, prompt: 'movements' })).toBe(false);
  expect(canGoOn({ ...asked, end: 'seen' })).toBe(false);
  expect(canGoOn({ ...asked, prompt: null })).toBe(false);
  expect(isAsking({ ...asked, prompt: null })).toBe(false);
  expect(isAsking(null)).toBe(false);
});

it('digits stand apart', () => {
  expect(spaced('35')).toBe('3 5');
  expect(spaced(null)).toBe('');
});
