// Cases as they would be after the walk through the booth, so that the screens behind it can be looked at at once.

import type { CaseView, ExhibitView, PaperView, Role, SigningView, Step } from '../generated';
import { takeFrom } from './capture';
import { undecided } from './delivery';
import { CHAPTERS } from './script';
import { newContract, newPaper, signedCopy } from './signing';
import type { Stand } from './stand';

const LATE: readonly Step[] = ['submitted', 'refused', 'documents', 'reading', 'code', 'signed', 'closed'];

/** The case that `?at=<step>` asks for. */
export async function seed(stand: Stand): Promise<void> {
  const step = LATE.find((known) => known === stand.knobs.get('at'));
  if (step) await caseAt(stand, 'seeded', '7WQK', step, 45_836);
}

/** A case of the list on the first screen. */
export async function listedCase(stand: Stand, id: string): Promise<CaseView> {
  const entry = stand.booth.unfinished.find((known) => known.id === id);
  if (entry && LATE.includes(entry.step)) {
    return caseAt(stand, id, entry.code, entry.step, entry.request_pk ?? 45_836);
  }
  return stand.open(id, entry?.code ?? '????');
}

/** A case that went all the way to `step`. */
export async function caseAt(stand: Stand, id: string, code: string, step: Step, request: number): Promise<CaseView> {
  stand.open(id, code);
  stand.change({
    origin: 'new',
    request: { state: 'known', request_pk: request, videoid_pk: request - 29_163 },
    document: { kind: 'identity_card', country: 'ES' },
  });
  stand.consented = true;
  stand.confirmed = true;
  for (const role of ['front', 'portrait', 'rear', 'selfie', 'video'] as const) stand.keep(await exhibit(stand, role));
  const values = {
    given_name: 'Alma',
    first_surname: 'Sample',
    second_surname: 'Muestra',
    serial_number: 'U0427315A',
    mobile_phone: '+34600111123',
    email: 'alma@example.org',
  };
  const refused = step === 'refused';
  const waits = step === 'submitted';
  return stand.change({
    step,
    fields: stand.current().fields.map((field) => ({ ...field, value: values[field.key] })),
    checks: stand.current().checks.map((entry) =>
      entry.check === 'document_not_copy' || entry.check === 'liveness'
        ? { ...entry, passed: true, attested_by: 'Inés' }
        : entry,
    ),
    similarity: { word: 'high', by: 'Inés', measured_by: null, level: null },
    delivery: {
      legs: [
        { leg: 'evidences', state: 'arrived' },
        { leg: 'video', state: 'arrived' },
      ],
      submitted_at: Date.now() - 3_700_000,
      confirmed_at: Date.now() - 3_600_000,
      status: 'VIDEOREVIEW',
      by_itself: false,
      failed_attempts: 0,
      next_at: null,
    },
    review: {
      ...undecided(),
      ...(waits
        ? {}
        : {
            state: refused ? ('refused' as const) : ('approved' as const),
            officer: 'Marta Officer',
            at: Date.now() - 60_000,
            four_eyes: 'different' as const,
            reason: refused ? 'The back of the document cannot be read.' : null,
          }),
    },
    signing: waits || refused ? null : await signingAt(stand, step),
  });
}

async function exhibit(stand: Stand, role: Role): Promise<ExhibitView> {
  const taken = await takeFrom(stand, role);
  if (role === 'portrait') return { ...taken, camera: null, crop: { x: 0.1, y: 0.2, width: 0.25, height: 0.5 } };
  const take = { continuous: true, gaps: [], remarks: [], stamped: true };
  if (role === 'video') {
    return { ...taken, media_type: 'video/mp4', bytes: 4_310_220, duration_ms: 13_800, frames: 414, take, chapters: CHAPTERS };
  }
  return taken;
}

async function signingAt(stand: Stand, step: Step): Promise<SigningView> {
  const reached = (other: Step) => LATE.indexOf(step) >= LATE.indexOf(other);
  const papers: PaperView[] =
    step === 'documents'
      ? []
      : [newPaper('Service agreement 2026.pdf', 5, 412_331), newPaper('Data protection annex.pdf', 2, 98_112)];
  for (const paper of papers) {
    paper.upload = 'arrived';
    paper.read = reached('code');
    if (reached('closed')) paper.signed = await signedCopy(stand, paper);
  }
  return {
    papers,
    most_papers: 10,
    contract: reached('reading') ? { ...newContract(), read: reached('code') } : null,
    code: { state: 'none', method: null, sent_at: null, again_at: null, phone_end: '123' },
    signature: reached('signed') ? 'arrived' : 'waiting',
    signed_at: reached('signed') ? Date.now() - 30_000 : null,
    deletion: reached('closed') ? 'arrived' : 'waiting',
    deleted_at: reached('closed') ? Date.now() : null,
    all_kept: reached('closed'),
  };
}
