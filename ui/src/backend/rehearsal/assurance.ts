// The assurance statement of the rehearsal: what the page shows of a case, said the long way.

import type { Assurance, AssuredCheck, CaseView, CheckView } from '../generated';

function checked(check: CheckView): AssuredCheck {
  const attested = check.attested_by !== null && check.passed !== null;
  return {
    check: check.check,
    sent: attested ? check.passed : null,
    stands:
      attested && check.passed !== null
        ? { on: 'attested', passed: check.passed, by: check.attested_by ?? '', at: Date.now() }
        : { on: 'nothing', why: 'no_measure' },
    how: null,
    source: '',
    limits: '',
  };
}

export function assuranceOf(view: CaseView): Assurance {
  return {
    format: 2,
    case: view.id,
    practice: true,
    biometrics: view.biometrics,
    checks: view.checks.map(checked),
    similarity: {
      level: null,
      cosine: null,
      threshold: null,
      word: view.similarity?.word ?? null,
      method: null,
      model_sha256: null,
      errors: [],
      attested_by: view.similarity?.by ?? null,
      reported: view.similarity?.level ?? null,
      why_not: view.similarity ? null : 'not_compared',
    },
    challenge: null,
    script: null,
    reading: null,
    passive: null,
    operator: null,
    operators_missing: [],
    missing: [],
    selfie: [
      { name: 'inter_eye_distance', value: 112.4, good: true },
      { name: 'head_pose_yaw', value: -11.2, good: false },
      { name: 'background_uniformity', value: 2.4, good: null },
    ],
    portrait: [],
    changed: [],
    decision: null,
    synthetic: view.exhibits.filter((exhibit) => exhibit.synthetic).map((exhibit) => exhibit.role),
  };
}
