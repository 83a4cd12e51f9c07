import { describe, expect, it } from 'vitest';

import type { DeskEntry, ProblemView, Step } from '../../backend';
import { countsOf, grouped, groupOf, moved } from './groups';

function entry(id: string, step: Step, more: Partial<DeskEntry> = {}): DeskEntry {
  return {
    id,
    code: id.toUpperCase(),
    step,
    request_pk: 45_836,
    submitted_at: 1000,
    review: 'open',
    server_status: null,
    problem: null,
    ...more,
  };
}

const trouble = (try_again: ProblemView['try_again']): ProblemView => ({
  code: try_again === 'later' ? 'server_unreachable' : 'request_not_found',
  try_again,
  detail: null,
  field: null,
});

describe('the list by state', () => {
  it.each([
    [entry('a', 'submitted'), 'waiting'],
    [entry('a', 'documents', { review: 'approved' }), 'ready'],
    [entry('a', 'code', { review: 'approved' }), 'ready'],
    [entry('a', 'closed', { review: 'approved' }), 'signed'],
    [entry('a', 'refused', { review: 'refused' }), 'refused'],
    [entry('a', 'submitted', { review: 'sending' }), 'attention'],
    [entry('a', 'submitted', { problem: trouble('after_change') }), 'attention'],
    [entry('a', 'failed'), 'attention'],
  ])('%#: %s', (listed, group) => expect(groupOf(listed)).toBe(group));

  it('a server that is away moves nothing: the cases are as they were', () => {
    expect(groupOf(entry('a', 'submitted', { problem: trouble('later') }))).toBe('waiting');
  });

  it('who waits longest comes first, what was done last comes first', () => {
    const listed = [
      entry('young', 'submitted', { submitted_at: 300 }),
      entry('old', 'submitted', { submitted_at: 100 }),
      entry('before', 'closed', { submitted_at: 100 }),
      entry('after', 'closed', { submitted_at: 200 }),
    ];
    const ids = grouped(listed).map(({ group, entries }) => [group, entries.map(({ id }) => id)]);
    expect(ids).toEqual([
      ['waiting', ['old', 'young']],
      ['signed', ['after', 'before']],
    ]);
    expect(grouped(listed, 'signed')).toHaveLength(1);
    expect(countsOf(listed)).toEqual({ all: 4, attention: 0, waiting: 2, ready: 0, signed: 2, refused: 0 });
  });
});

describe('moving through the rows', () => {
  it.each([
    [3, -1, 1, 0],
    [3, -1, -1, 2],
    [3, 0, 1, 1],
    [3, 2, 1, 2],
    [3, 0, -1, 0],
    [0, -1, 1, -1],
  ] as const)('%i rows, from %i by %i: %i', (count, at, by, expected) => expect(moved(count, at, by)).toBe(expected));
});
