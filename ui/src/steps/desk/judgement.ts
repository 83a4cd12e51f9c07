// What an officer has to know before deciding, out of the case as it is shown. Nothing here decides anything: the booth
// knows what is allowed.

import type { CaseView, CheckView, ExhibitView, Role, SimilarityWord } from '../../backend';
import { exhibitOf } from '../../shared/walk';

/** On whose word a check stands. */
export type Basis = 'measured' | 'attested' | 'reported' | 'needs_code' | 'unchecked';

export function basisOf(check: CheckView): Basis {
  if (check.measured_by !== null) return 'measured';
  if (check.attested_by !== null) return 'attested';
  if (check.reported) return 'reported';
  return check.check === 'otp_validation' ? 'needs_code' : 'unchecked';
}

/** The server's level of similarity: a word of ours, a number of a hundred, or its own words. */
export type Level = { word: SimilarityWord } | { hundredths: number } | { said: string };

export function levelOf(level: string): Level {
  const tidied = level.trim();
  const word = (['high', 'medium', 'low'] as const).find((known) => known === tidied.toLowerCase());
  if (word) return { word };
  const hundredths = Number(tidied);
  return /^[0-9]{1,3}([.,][0-9]+)?$/.test(tidied) && hundredths <= 100 ? { hundredths } : { said: tidied };
}

/** Something to think of before approving, and how often it is so. */
export interface Caution {
  about:
    | 'same_person'
    | 'nobody_named'
    | 'piece_missing'
    | 'check_failed'
    | 'check_open'
    | 'similarity_low'
    | 'similarity_open'
    | 'no_biometrics'
    | 'synthetic'
    | 'from_file';
  count: number;
}

/** Whether two names are the same to a reader, as the booth tells too: case, accents, hyphens and spaces aside. */
export function isSameName(one: string, other: string): boolean {
  const plain = (name: string) =>
    name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).join(' ');
  return plain(one) !== '' && plain(one) === plain(other);
}

/** The pieces of evidence this document asks for that are not there. */
export function missingRoles(view: CaseView): Role[] {
  const asked: Role[] = ['front', 'portrait', 'selfie', 'video'];
  if (view.document?.kind !== 'passport') asked.splice(2, 0, 'rear');
  return asked.filter((role) => !exhibitOf(view, role));
}

export function cautionsOf(view: CaseView, officer: string): Caution[] {
  const taken = view.review?.taken_by ?? [];
  const count = (matching: (exhibit: ExhibitView) => boolean) => view.exhibits.filter(matching).length;
  const checks = (matching: (check: CheckView) => boolean) => view.checks.filter(matching).length;
  const { similarity } = view;
  const level = similarity?.level ? levelOf(similarity.level) : null;
  // Below 50 two faces do not count as one person's.
  const low = level && ('word' in level ? level.word === 'low' : 'hundredths' in level && level.hundredths < 50);
  const all: Caution[] = [
    { about: 'same_person', count: taken.filter((name) => isSameName(name, officer)).length },
    { about: 'nobody_named', count: taken.length === 0 ? 1 : 0 },
    { about: 'piece_missing', count: missingRoles(view).length },
    { about: 'check_failed', count: checks((check) => check.passed === false) },
    { about: 'check_open', count: checks((check) => check.passed === null && basisOf(check) === 'unchecked') },
    { about: 'similarity_low', count: similarity?.word === 'low' || low ? 1 : 0 },
    { about: 'similarity_open', count: similarity === null ? 1 : 0 },
    { about: 'no_biometrics', count: view.biometrics === 'refused' ? 1 : 0 },
    { about: 'synthetic', count: count((exhibit) => exhibit.synthetic) },
    { about: 'from_file', count: count((exhibit) => exhibit.from_file) },
  ];
  return all.filter((caution) => caution.count > 0);
}

/** What the officer can do about the case now. */
export type Standing = 'open' | 'uncertain' | 'approved' | 'refused' | 'elsewhere';

export function standingOf(view: CaseView): Standing {
  switch (view.review?.state) {
    case 'sending':
      return 'uncertain';
    case 'approved':
      return 'approved';
    case 'refused':
      return 'refused';
    case 'open':
      return view.step === 'submitted' ? 'open' : 'elsewhere';
    case undefined:
      return 'elsewhere';
  }
}
