import { describe, expect, it } from 'vitest';

import type { CaseView, CheckView, ExhibitView, Role } from '../../backend';
import { basisOf, cautionsOf, isSameName, levelOf, missingRoles, standingOf } from './judgement';

function check(more: Partial<CheckView> = {}): CheckView {
  return {
    check: 'liveness',
    attestable: true,
    passed: null,
    attested_by: null,
    measured_by: null,
    score: null,
    threshold: null,
    reported: false,
    ...more,
  };
}

function exhibit(role: Role, more: Partial<ExhibitView> = {}): ExhibitView {
  return {
    role,
    object: role,
    media_type: 'image/jpeg',
    size: { width: 4, height: 3 },
    bytes: 1,
    sha256: '00',
    taken_at: 0,
    camera: 'Camera',
    synthetic: false,
    provenance: null,
    from_file: false,
    from_server: false,
    duration_ms: null,
    frames: null,
    chapters: [],
    kept: true,
    crop: null,
    corners: null,
    corners_by_hand: false,
    by_itself: false,
    note: null,
    take: null,
    ...more,
  };
}

function view(more: Partial<CaseView> = {}): CaseView {
  return {
    id: 'a',
    code: 'AAAA',
    revision: 1,
    step: 'submitted',
    steps: [],
    origin: 'new',
    request: { state: 'known', request_pk: 1, videoid_pk: 2 },
    document: { kind: 'identity_card', country: 'ES' },
    capture: null,
    exhibits: (['front', 'portrait', 'rear', 'selfie', 'video'] as const).map((role) => exhibit(role)),
    biometrics: 'allowed',
    reading: null,
    fields: [],
    checks: [check({ passed: true, attested_by: 'Inés' })],
    similarity: { word: 'high', by: 'Inés', measured_by: null, level: null },
    delivery: null,
    review: { state: 'open', officer: null, at: null, four_eyes: null, reason: null, taken_by: ['Inés'] },
    signing: null,
    kept: null,
    problem: null,
    ...more,
  };
}

describe('on whose word a check stands', () => {
  it.each([
    [check({ passed: true, measured_by: 'mrz' }), 'measured'],
    [check({ passed: true, attested_by: 'Inés' }), 'attested'],
    [check({ passed: true, reported: true }), 'reported'],
    [check(), 'unchecked'],
    [check({ check: 'otp_validation', attestable: false }), 'needs_code'],
    [check({ check: 'otp_validation', attestable: false, passed: true, reported: true }), 'reported'],
  ])('%#', (one, basis) => expect(basisOf(one)).toBe(basis));
});

describe("the server's level of similarity", () => {
  it.each([
    ['High', { word: 'high' }],
    [' low ', { word: 'low' }],
    ['87', { hundredths: 87 }],
    ['87.5', { hundredths: 87.5 }],
    ['870', { said: '870' }],
    ['8e1', { said: '8e1' }],
    ['very likely', { said: 'very likely' }],
  ])('%s', (said, level) => expect(levelOf(said)).toEqual(level));
});

describe('what to think of before approving', () => {
  const about = (more: Partial<CaseView>, officer = 'Marta') => cautionsOf(view(more), officer);

  it('is nothing where everything is in order', () => expect(about({})).toEqual([]));

  it('is that the officer took the evidence, however the name is written', () => {
    expect(about({}, ' INES ')).toEqual([{ about: 'same_person', count: 1 }]);
    expect(isSameName('Ana-María Gil', 'ana maria gil')).toBe(true);
    expect(isSameName('R. Vidal', 'R. Vidale')).toBe(false);
    expect(isSameName('', ''), 'no name is nobody’s').toBe(false);
  });

  it('counts what nobody checked and what failed, and leaves the code out, which is not asked for yet', () => {
    const checks = [
      check({ passed: false, attested_by: 'Inés' }),
      check({ check: 'data_integrity' }),
      check({ check: 'documents_match' }),
      check({ check: 'otp_validation', attestable: false }),
    ];
    expect(about({ checks })).toEqual([
      { about: 'check_failed', count: 1 },
      { about: 'check_open', count: 2 },
    ]);
  });

  it('is a likeness that is low, on anybody’s word, or that nobody judged', () => {
    expect(about({ similarity: { word: null, by: null, measured_by: null, level: 'Low' } })).toEqual([{ about: 'similarity_low', count: 1 }]);
    expect(about({ similarity: null })).toEqual([{ about: 'similarity_open', count: 1 }]);
    const measured = (level: string) => ({ similarity: { word: null, by: null, measured_by: 'sface/1', level } });
    expect(about(measured('49'))).toEqual([{ about: 'similarity_low', count: 1 }]);
    expect(about(measured('50'))).toEqual([]);
    expect(about({ biometrics: 'refused' })).toEqual([{ about: 'no_biometrics', count: 1 }]);
  });

  it('is where pictures did not come from a camera, and which are not there', () => {
    const exhibits = [
      exhibit('front', { synthetic: true }),
      exhibit('portrait'),
      exhibit('selfie', { from_file: true }),
      exhibit('video'),
    ];
    expect(about({ exhibits })).toEqual([
      { about: 'piece_missing', count: 1 },
      { about: 'synthetic', count: 1 },
      { about: 'from_file', count: 1 },
    ]);
    expect(missingRoles(view({ exhibits, document: { kind: 'passport', country: 'ES' } }))).toEqual([]);
  });
});

describe('what can be done', () => {
  const review = (state: 'open' | 'sending' | 'approved' | 'refused') => {
    const known = view().review;
    return known && { ...known, state };
  };

  it.each([
    ['open', view(), 'open'],
    ['uncertain', view({ review: review('sending') }), 'uncertain'],
    ['approved', view({ step: 'code', review: review('approved') }), 'approved'],
    ['refused', view({ step: 'refused', review: review('refused') }), 'refused'],
    ['not delivered yet', view({ step: 'submitting', review: null }), 'elsewhere'],
  ])('%s', (_what, one, standing) => expect(standingOf(one)).toBe(standing));
});
