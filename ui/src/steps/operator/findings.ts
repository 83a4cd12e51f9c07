// What the doctor found, in the person's language; the same words as on the command line.

import type { DoctorFinding, DoctorReport, DoctorVerdict } from '../../backend';
import { t } from '../../i18n/i18n.svelte';

export interface FindingText {
  subject: string;
  sentence: string;
  /** What to do; empty where nothing has to be done. */
  action: string;
  /** The cause in its own words, for support. */
  detail: string | null;
}

const ORDER: readonly DoctorVerdict[] = ['fine', 'warning', 'failed'];

/** How the worst of it is. */
export function worstOf(report: DoctorReport): DoctorVerdict {
  const worst = Math.max(0, ...report.findings.map(({ verdict }) => ORDER.indexOf(verdict)));
  return ORDER[worst] ?? 'failed';
}

/** What has to be seen to first; otherwise in the order it was looked at. */
export function worstFirst(report: DoctorReport): DoctorFinding[] {
  return [...report.findings].sort((a, b) => ORDER.indexOf(b.verdict) - ORDER.indexOf(a.verdict));
}

export function findingText(finding: DoctorFinding): FindingText {
  const subject = t(`doctor.subject.${finding.subject}`);
  if (finding.problem) {
    const { code, detail } = finding.problem;
    const about = Object.values(finding.values).map((value) => `${value}: `);
    return {
      subject,
      sentence: about.join('') + t(`problems.${code}.sentence`),
      action: t(`problems.${code}.action`),
      detail: detail ? `${code} — ${detail}` : code,
    };
  }
  if (!finding.remark) return { subject, sentence: '', action: '', detail: null };
  return {
    subject,
    sentence: t(`doctor.remark.${finding.remark}.sentence`, finding.values),
    action: t(`doctor.remark.${finding.remark}.action`, finding.values),
    detail: null,
  };
}

const MARKS: Readonly<Record<DoctorVerdict, string>> = { fine: '✓', warning: '!', failed: '✗' };

/** The report as lines of text, as one sends it to somebody. */
export function asText(report: DoctorReport, heading: string): string {
  const lines = report.findings.flatMap((finding) => {
    const { subject, sentence, action, detail } = findingText(finding);
    const told = [`${MARKS[finding.verdict]} ${subject}: ${sentence}`];
    if (finding.verdict !== 'fine' && action !== '') told.push(`  ${action}`);
    if (detail !== null) told.push(`  [${detail}]`);
    return told;
  });
  return [heading, ...lines].join('\n');
}
