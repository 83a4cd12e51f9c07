// Views for the tests of the steps after the review.

import type { CaseView, PaperView, SignedView, SigningView, Step } from '../backend';

export function paper(id: string, more: Partial<PaperView> = {}): PaperView {
  return {
    id,
    file_name: `${id}.pdf`,
    object: `${id}-object`,
    bytes: 1000,
    sha256: '00'.repeat(32),
    pages: 1,
    upload: 'arrived',
    read: false,
    signed: null,
    ...more,
  };
}

export function signed(more: Partial<SignedView> = {}): SignedView {
  return {
    object: 'signed-object',
    bytes: 2000,
    sha256: '11'.repeat(32),
    good: true,
    intact: true,
    covers_whole: true,
    extends_original: true,
    signer: 'ALMA SAMPLE',
    is_holder: true,
    issuer: 'Practice CA',
    certificate: '01',
    signed_at: 1_700_000_000_000,
    timestamped: true,
    trusted: true,
    ...more,
  };
}

export function signing(more: Partial<SigningView> = {}): SigningView {
  return {
    papers: [],
    most_papers: 10,
    contract: null,
    code: { state: 'none', method: null, sent_at: null, again_at: null, phone_end: '123' },
    signature: 'waiting',
    signed_at: null,
    deletion: 'waiting',
    deleted_at: null,
    all_kept: false,
    ...more,
  };
}

/** An approved case. */
export function approved(step: Step, signing: SigningView, more: Partial<CaseView> = {}): CaseView {
  return {
    id: 'case',
    code: 'AAAA',
    revision: 1,
    step,
    steps: [],
    origin: 'new',
    request: { state: 'known', request_pk: 45_836, videoid_pk: 16_673 },
    document: { kind: 'identity_card', country: 'ES' },
    capture: null,
    exhibits: [],
    reading: null,
    fields: [],
    checks: [],
    biometrics: null,
    similarity: null,
    delivery: null,
    review: null,
    signing,
    kept: null,
    problem: null,
    ...more,
  };
}
