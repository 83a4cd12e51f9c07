import { describe, expect, it } from 'vitest';

import type { QueueEntry, QueueRules, UploadView } from '../../backend';
import { canSend, keepingOf, rateOf, stateOf, timeLeft } from './queue';

const ENTRY: QueueEntry = {
  id: 'a',
  code: '4XWT',
  position: 1,
  submitted_at: 0,
  under_way: false,
  upload: null,
  failed_attempts: 0,
  next_at: null,
  bytes_left: 12_000_000,
  video_left: 9_000_000,
  problem: null,
};

const upload = (more: Partial<UploadView> = {}): UploadView => ({
  case: 'a',
  leg: 'video',
  sent: 3_000_000,
  total: 9_000_000,
  elapsed_ms: 3_000,
  remaining_ms: 6_000,
  ...more,
});

describe('a case that waits', () => {
  it('is told apart by what happens with it', () => {
    expect(stateOf({ ...ENTRY, under_way: true }, upload())).toBe('sending');
    expect(stateOf({ ...ENTRY, under_way: true }, null)).toBe('in_line');
    expect(stateOf(ENTRY, null)).toBe('waiting');
    expect(stateOf({ ...ENTRY, position: null }, null)).toBe('stopped');
  });

  it('has a rate once it was measured', () => {
    expect(rateOf(upload())).toBe(1_000_000);
    expect(rateOf(upload({ remaining_ms: null })), 'too early to tell').toBeNull();
  });

  it('has the time left of all of it: the video goes out after the pictures', () => {
    expect(timeLeft(ENTRY, upload())).toBe(6_000);
    expect(timeLeft(ENTRY, upload({ leg: 'evidences', total: 4_000_000, remaining_ms: 1_000 }))).toBe(10_000);
    expect(timeLeft(ENTRY, upload({ remaining_ms: null }))).toBeNull();
  });

  it('is not offered to be sent where that can do nothing', () => {
    const problem = (code: 'request_uncertain' | 'evidence_rejected') => ({ code, try_again: 'now' as const, detail: null, field: null });
    expect(canSend(ENTRY)).toBe(true);
    expect(canSend({ ...ENTRY, position: null, problem: problem('evidence_rejected') })).toBe(true);
    expect(canSend({ ...ENTRY, position: null, problem: problem('request_uncertain') })).toBe(false);
    expect(canSend({ ...ENTRY, under_way: true })).toBe(false);
  });
});

it('the rule for keeping is told in the unit a person would use', () => {
  const rule = (keep_hours: number) => keepingOf({ keep_hours } as QueueRules);
  expect(rule(0).word).toBe('keep_at_once');
  expect(rule(24)).toEqual({ word: 'keep_hours', count: 24 });
  expect(rule(168)).toEqual({ word: 'keep_days', count: 7 });
  expect(rule(50)).toEqual({ word: 'keep_hours', count: 50 });
});
