// The list on the first screen: by who has to do something next.

import type { CaseSummary, Step } from '../../backend';

export interface Group {
  name: 'to_finish' | 'with_officer' | 'to_sign';
  /** What is offered to do with its cases. */
  way: 'resume' | 'look' | 'go_on';
  entries: CaseSummary[];
}

const TO_SIGN: readonly Step[] = ['documents', 'reading', 'code', 'signed'];

/** Whether it stands in the walk through the booth: only then it can be discarded. */
export function isWalked(step: Step): boolean {
  return step !== 'submitted' && step !== 'closed' && step !== 'refused' && !TO_SIGN.includes(step);
}

/** The groups that have something in them; the order within each stays. */
export function grouped(unfinished: readonly CaseSummary[]): Group[] {
  const all: Group[] = [
    { name: 'to_finish', way: 'resume', entries: unfinished.filter(({ step }) => isWalked(step)) },
    { name: 'with_officer', way: 'look', entries: unfinished.filter(({ step }) => step === 'submitted') },
    { name: 'to_sign', way: 'go_on', entries: unfinished.filter(({ step }) => TO_SIGN.includes(step)) },
  ];
  return all.filter((group) => group.entries.length > 0);
}
