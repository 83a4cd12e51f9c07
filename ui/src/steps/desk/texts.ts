// The words for what the views hold, in the officer's language.

import type { CaseView, CheckView, ExhibitView, SimilarityView } from '../../backend';
import { t } from '../../i18n/i18n.svelte';
import { methodName } from '../../shared/figures';
import { basisOf, levelOf } from './judgement';

/** Where a piece of evidence comes from. */
export function sourceText(exhibit: ExhibitView): string {
  if (exhibit.from_server) return t('desk.source.server');
  if (exhibit.from_file) return t('desk.source.file');
  if (exhibit.crop) return t('desk.source.crop');
  return exhibit.camera ?? t('desk.source.camera');
}

/** On whose word a check stands. */
export function basisText(check: CheckView): string {
  return t(`desk.basis.${basisOf(check)}`, { by: methodName(check.measured_by ?? check.attested_by ?? '') });
}

/** How alike portrait and selfie are said to be. */
export function likenessText(similarity: SimilarityView): string {
  if (similarity.word) return t(`review.similarity.${similarity.word}`);
  const level = levelOf(similarity.level ?? '');
  if ('word' in level) return t(`review.similarity.${level.word}`);
  if ('hundredths' in level) return t('desk.likeness.hundredths', { number: level.hundredths });
  return level.said;
}

/** On whose word they are said to be so. */
export function likenessBasis(similarity: SimilarityView): string {
  if (similarity.measured_by !== null) return t('desk.likeness.measured', { method: methodName(similarity.measured_by) });
  return similarity.by === null ? t('desk.likeness.reported') : t('desk.likeness.judged', { name: similarity.by });
}

/** What is known here about the person's consent. */
export function consentText(view: CaseView): string {
  if (view.origin === 'fetched') return t('desk.capture.consent_server');
  const given = view.steps.some((entry) => entry.step === 'consent' && entry.done);
  return t(given ? 'desk.capture.consent_here' : 'desk.capture.consent_none');
}
