// What was found out about a signed copy, as a list a person can go through: what is wrong comes first.

import type { SignedView } from '../backend';

export type Finding = 'intact' | 'covers_whole' | 'extends_original' | 'is_holder' | 'trusted' | 'timestamped';

/** yes: as it has to be; no: it is not, and the copy is not in order; open: it could not be told, or need not be so. */
export type Tone = 'yes' | 'no' | 'open';

export interface Verdict {
  finding: Finding;
  tone: Tone;
  /** Which words: those of a missing timestamp are those of `no`, though nothing is wrong with it. */
  words: 'yes' | 'no' | 'open';
}

const ORDER: readonly Tone[] = ['no', 'yes', 'open'];

export function verdicts(copy: SignedView): Verdict[] {
  const said = (finding: Finding, value: boolean | null): Verdict => {
    const words = value === null ? 'open' : value ? 'yes' : 'no';
    return { finding, tone: words, words };
  };
  const list: Verdict[] = [
    said('intact', copy.intact),
    said('covers_whole', copy.covers_whole),
    said('extends_original', copy.extends_original),
    said('is_holder', copy.is_holder),
    said('trusted', copy.trusted),
    { finding: 'timestamped', tone: copy.timestamped ? 'yes' : 'open', words: copy.timestamped ? 'yes' : 'no' },
  ];
  return list.sort((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone));
}
