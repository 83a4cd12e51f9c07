// The lines of the audit log in words.

import type { AuditEntry } from '../../backend';
import { t, TABLES, type TextKey } from '../../i18n/i18n.svelte';
import { CODES } from '../../shared/problems';

/** What happened; of a newer program's lines, the word that is written there. */
export function whatText(entry: AuditEntry): string {
  return entry.what in TABLES.en.audit.what ? t(`audit.what.${entry.what}` as TextKey) : entry.what;
}

/** What else is known of it. */
export function detailText(entry: AuditEntry): string {
  return Object.entries(entry.details).map(([name, value]) => one(name, value)).join(' · ');
}

function one(name: string, value: string): string {
  if (name === 'code') {
    const code = CODES.find((known) => known === value);
    return code ? t(`problems.${code}.title`) : value;
  }
  if (name === 'decision' && (value === 'approved' || value === 'refused')) {
    return t(`operator.log_page.decision.${value}`);
  }
  // A hash is told by its beginning.
  const shown = value.length === 64 ? value.slice(0, 12) : value;
  return name in TABLES.en.operator.log_page.detail
    ? t(`operator.log_page.detail.${name}` as TextKey, { value: shown })
    : `${name} ${shown}`;
}
