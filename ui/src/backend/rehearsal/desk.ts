// The officer's desk, pretended.

import type { DeskBackend } from '../backend';
import type { DeskEntry, OfficerView } from '../generated';
import { caseAt } from './seed';
import { approved, refused } from './signing';
import { pause, problem, type Stand } from './stand';

export function desk(stand: Stand): DeskBackend {
  let officer: OfficerView = {
    desk: stand.booth.desk,
    officer:
      stand.knobs.get('officer') === 'signed-in'
        ? { name: 'Marta Officer', rao: '1400', until: Date.now() + 900_000 }
        : null,
    can_remember: true,
    remembered: null,
    practice: stand.booth.practice
      ? { name: 'Practice Officer', rao: '1400', token: '3f2b8c1e-6f5e-4a52-9a2e-7f1d0c9b8a76' }
      : null,
  };
  let entries: DeskEntry[] = (
    [
      ['9MRC', 'submitted', 'open', 'VIDEOREVIEW'],
      ['W2KD', 'submitted', 'open', null],
      ['T3VX', 'documents', 'approved', 'ENROLLREADY'],
      ['B6ZN', 'signed', 'approved', 'ISSUED'],
      ['F5PA', 'refused', 'refused', 'CANCELLED'],
    ] as const
  ).map(([code, step, review, status], index) => ({
    id: `desk-${code}`,
    code,
    step,
    request_pk: 45_840 + 2 * index,
    submitted_at: Date.now() - (index + 1) * 2_400_000,
    review,
    server_status: status,
    problem: null,
  }));

  const name = () => officer.officer?.name ?? null;
  const signedIn = () => {
    if (!officer.officer) throw problem('officer_not_signed_in');
  };
  const note = (review: DeskEntry['review'], step: DeskEntry['step']) => {
    const id = stand.current().id;
    entries = entries.map((entry) => (entry.id === id ? { ...entry, review, step } : entry));
  };

  return {
    officerView: async () => officer,
    async officerSignIn(signIn) {
      await pause(500);
      if (!signIn.remembered && !signIn.token && !(signIn.username && signIn.password && signIn.pin)) {
        throw problem('officer_incomplete', 'after_change');
      }
      officer = {
        ...officer,
        officer: { name: signIn.name || (officer.remembered ?? ''), rao: signIn.rao, until: Date.now() + 900_000 },
        remembered: signIn.remember ? signIn.name : officer.remembered,
      };
      return officer;
    },
    async officerSignOut() {
      officer = { ...officer, officer: null };
      return officer;
    },
    async deskList() {
      signedIn();
      return entries;
    },
    async deskRefresh() {
      signedIn();
      await pause(900);
      entries = entries.map((entry) => ({ ...entry, server_status: entry.server_status ?? 'VIDEOREVIEW' }));
      return entries;
    },
    async deskOpen(id) {
      signedIn();
      const entry = entries.find((known) => known.id === id);
      if (!entry) throw problem('case_unknown');
      return caseAt(stand, entry.id, entry.code, entry.step, entry.request_pk ?? 45_836);
    },
    async deskFetch(requestPk) {
      signedIn();
      await pause(900);
      await caseAt(stand, crypto.randomUUID(), 'Q8NY', 'submitted', requestPk);
      const exhibits = stand.current().exhibits.map((exhibit) => ({ ...exhibit, camera: null, from_server: true }));
      return stand.change({ origin: 'fetched', exhibits });
    },
    async deskApprove() {
      signedIn();
      await pause(900);
      note('approved', 'documents');
      return approved(stand, name());
    },
    async deskRefuse(reason) {
      signedIn();
      await pause(900);
      note('refused', 'refused');
      return refused(stand, name(), reason);
    },
  };
}
