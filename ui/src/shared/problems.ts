// The table of failures: code -> tone. The words are in the i18n tables under `problems.<code>`.

import type { Code, ProblemView } from '../backend';

/** `caution`: nothing is broken, a person decides. `problem`: something failed. */
export type Tone = 'caution' | 'problem';

// A Record over the union: a new code does not compile until it has its tone, and the tests ask for its words.
export const TONES: Readonly<Record<Code, Tone>> = {
  camera_none: 'caution',
  camera_busy: 'caution',
  camera_unplugged: 'problem',
  camera_silent: 'problem',
  camera_denied: 'caution',
  camera_unusable: 'problem',
  camera_damaged: 'problem',
  camera_small: 'caution',
  camera_failed: 'problem',
  synthetic_refused: 'caution',
  picture_unreadable: 'problem',
  clip_unreadable: 'problem',
  recording_too_short: 'caution',
  recording_failed: 'problem',
  store_full: 'problem',
  store_failed: 'problem',
  disk_reserve: 'caution',
  store_damaged: 'problem',
  audit_failed: 'problem',
  audit_broken: 'problem',
  vault_locked: 'caution',
  passphrase_unset: 'caution',
  vault_key_missing: 'problem',
  passphrase_wrong: 'caution',
  passphrase_short: 'caution',
  not_fit: 'problem',
  server_unreachable: 'problem',
  server_untrusted: 'problem',
  answer_lost: 'caution',
  not_the_service: 'problem',
  too_large: 'problem',
  data_refused: 'problem',
  wrong_registration_authority: 'problem',
  credentials_refused: 'problem',
  request_not_found: 'problem',
  request_wrong_state: 'caution',
  server_fault: 'problem',
  evidence_rejected: 'problem',
  request_cancelled: 'problem',
  review_pending: 'caution',
  upload_window: 'caution',
  request_uncertain: 'caution',
  field_wrong: 'caution',
  crop_outside: 'caution',
  operator_unnamed: 'caution',
  out_of_order: 'caution',
  case_unknown: 'problem',
  case_in_use: 'caution',
  billing_refused: 'problem',
  server_misconfigured: 'problem',
  evidence_complete: 'caution',
  officer_not_signed_in: 'caution',
  officer_incomplete: 'caution',
  officer_refused: 'problem',
  officer_is_operator: 'caution',
  decision_uncertain: 'caution',
  approval_incomplete: 'caution',
  reason_missing: 'caution',
  document_unreadable: 'problem',
  document_locked: 'caution',
  document_too_large: 'caution',
  document_limit: 'caution',
  document_altered: 'problem',
  document_uncertain: 'caution',
  document_missing: 'problem',
  document_unread: 'caution',
  stamp_wrong: 'problem',
  code_too_soon: 'caution',
  code_wrong: 'caution',
  code_missing: 'caution',
  code_uncertain: 'caution',
  signature_uncertain: 'caution',
  already_issued: 'caution',
  signature_invalid: 'problem',
  copy_missing: 'caution',
  deletion_unproven: 'problem',
  case_handed_over: 'caution',
  recipient_missing: 'caution',
  bundle_not_written: 'problem',
  stamp_missing: 'caution',
  bundle_copy: 'caution',
  bundle_known: 'caution',
  bundle_stranger: 'caution',
  bundle_unreadable: 'problem',
  bundle_locked: 'caution',
  bundle_altered: 'problem',
  request_refused: 'problem',
  credential_store: 'caution',
  listen_failed: 'problem',
  settings_wrong: 'problem',
  internal: 'problem',
};

export const CODES = Object.keys(TONES) as Code[];

/** Whatever a command was rejected with, as a problem: what is not one is a defect of ours. */
export function asProblem(reason: unknown): ProblemView {
  if (typeof reason === 'object' && reason !== null && 'code' in reason) {
    const problem = reason as ProblemView;
    if (problem.code in TONES) return problem;
  }
  const detail = reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : null;
  return { code: 'internal', try_again: 'now', detail, field: null };
}
