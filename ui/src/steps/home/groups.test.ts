import { describe, expect, it } from 'vitest';

import type { CaseSummary, Step } from '../../backend';
import { grouped, isWalked } from './groups';

const entry = (id: string, step: Step): CaseSummary => ({ id, code: id, step, opened_at: 0, request_pk: null, by_itself: false });

describe('the list on the first screen', () => {
  it('has the cases under who has to do something next', () => {
    const list = [
      entry('a', 'code'), entry('b', 'fields'), entry('c', 'submitted'), entry('d', 'failed'),
      entry('e', 'documents'), entry('f', 'signed'), entry('g', 'submitting'),
    ];
    expect(grouped(list).map(({ name, entries }) => [name, entries.map(({ id }) => id)])).toEqual([
      ['to_finish', ['b', 'd', 'g']],
      ['with_officer', ['c']],
      ['to_sign', ['a', 'e', 'f']],
    ]);
  });

  it('leaves out groups in which there is nothing', () => {
    expect(grouped([])).toEqual([]);
    expect(grouped([entry('a', 'reading')]).map(({ name }) => name)).toEqual(['to_sign']);
  });

  it('offers to discard only what the server does not have yet', () => {
    const kept: Step[] = ['submitted', 'documents', 'reading', 'code', 'signed', 'closed', 'refused'];
    expect(kept.filter(isWalked)).toEqual([]);
    expect((['start', 'fields', 'review', 'failed'] as const).every(isWalked)).toBe(true);
  });
});
