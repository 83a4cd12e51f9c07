// What whoever looks after the booth is shown, pretended.

import type { OperatorBackend, Pulled } from '../backend';
import type { AuditEntry, AuditKind, DoctorFinding, DoctorReport, QueueEntry, QueueView } from '../generated';
import { pause, problem, type Stand } from './stand';

const VIDEO = 14_204_511;

export function operator(stand: Stand): OperatorBackend {
  const entries = stand.knobs.get('queue') === 'empty' ? [] : waiting();
  const lines = noted();
  const view = (): QueueView => ({
    entries: [...entries],
    by_itself: true,
    offline_since: entries.length === 0 ? null : Date.now() - 1_200_000,
    rules: { most_kbit_s: 2000, window: '20:00-06:00', keep_hours: 24, reserve_mb: 2048, hand_over_to: `age1${'q'.repeat(58)}` },
  });

  let trying = false;
  let sequence = 0;

  return {
    queueView: async () => view(),
    async queueSend(id) {
      await pause(200);
      const entry = entries.find((known) => known.id === id);
      if (entry) {
        entry.under_way = true;
        entry.problem = null;
        void send(stand, entry);
      }
      return view();
    },
    async queueHandOver(id, name) {
      await pause(400);
      const at = entries.findIndex((known) => known.id === id);
      if (at >= 0) entries.splice(at, 1);
      return { file: name, not_stamped: null, queue: view() };
    },
    carryKeys: async () => ({ device: '7a'.repeat(32), recipient: `age1${'z'.repeat(58)}` }),
    async bundleTakeIn() {
      await pause(400);
      throw problem('bundle_locked', 'after_change');
    },
    async auditPage(before, kind) {
      await pause(80);
      const found = lines.filter((line) => (before === null || line.n < before) && (kind === null || line.kind === kind));
      return { entries: found.slice(0, 50), more: found.length > 50 };
    },
    async auditChain() {
      await pause(300);
      const broken = stand.knobs.get('log') === 'broken';
      return {
        entries: broken ? 61 : lines.length,
        holds_until: broken ? null : (lines[0]?.at ?? null),
        head: `${lines.length - 1}:${'3f'.repeat(32)}`,
        broken_at: broken ? 61 : null,
        fault: broken ? 'changed' : null,
        torn: false,
      };
    },
    async cameraTry(camera) {
      trying = true;
      await pause(3_000);
      trying = false;
      return { camera, findings: tried(camera) };
    },
    async pullTrial(_after, signal): Promise<Pulled> {
      await pause(trying ? 60 : 200);
      signal.throwIfAborted();
      if (!trying) return { state: 'nothing' };
      sequence += 1;
      const jpeg = await new Promise<Blob | null>((done) =>
        stand.paint('front', performance.now()).toBlob(done, 'image/jpeg', 0.9),
      );
      return jpeg ? { state: 'picture', sequence, jpeg } : { state: 'nothing' };
    },
    async doctorExamine() {
      await pause(1_500);
      return examined(stand.knobs.get('doctor') === 'fine');
    },
  };
}

async function send(stand: Stand, entry: QueueEntry): Promise<void> {
  for (let part = 0; part <= 60; part += 1) {
    await pause(150);
    stand.tell({
      about: 'upload',
      upload: {
        case: entry.id,
        leg: 'video',
        sent: Math.round((VIDEO * part) / 60),
        total: VIDEO,
        elapsed_ms: part * 150,
        remaining_ms: part < 4 ? null : (60 - part) * 150,
      },
    });
  }
  entry.under_way = false;
  entry.next_at = Date.now() + 60_000;
  entry.problem = problem('server_unreachable', 'later');
  stand.tell({ about: 'queue' });
}

function waiting(): QueueEntry[] {
  const entry = (code: string, more: Partial<QueueEntry>): QueueEntry => ({
    id: code,
    code,
    position: 1,
    submitted_at: Date.now() - 900_000,
    under_way: false,
    upload: null,
    failed_attempts: 0,
    next_at: null,
    bytes_left: VIDEO + 3_482_112,
    video_left: VIDEO,
    problem: null,
    ...more,
  });
  return [
    entry('4XWT', {
      under_way: true,
      bytes_left: VIDEO,
      upload: { case: '4XWT', leg: 'video', sent: 6_100_000, total: VIDEO, elapsed_ms: 24_000, remaining_ms: 32_000 },
    }),
    entry('M3KD', {
      position: 2,
      failed_attempts: 3,
      next_at: Date.now() + 47_000,
      submitted_at: Date.now() - 1_500_000,
      problem: problem('server_unreachable', 'later'),
    }),
    entry('9TQA', {
      position: 3,
      next_at: Date.now() + 4 * 3_600_000,
      problem: problem('upload_window', 'later', '20:00'),
    }),
    entry('W6PE', {
      position: null,
      failed_attempts: 1,
      submitted_at: Date.now() - 26 * 3_600_000,
      problem: problem('evidence_rejected', 'after_change', 'front: too dark'),
    }),
  ];
}

/** The newest line first. */
function noted(): AuditEntry[] {
  const way: readonly [string, AuditKind, Record<string, string>][] = [
    ['case_opened', 'cases', {}],
    ['case_submitted', 'cases', {}],
    ['delivery_stopped', 'cases', { code: 'server_unreachable' }],
    ['case_submitted', 'cases', {}],
    ['case_delivered', 'cases', {}],
    ['officer_signed_in', 'officers', {}],
    ['decision_made', 'officers', { decision: 'approved' }],
    ['officer_ran_out', 'officers', {}],
    ['case_signed', 'cases', {}],
    ['case_closed', 'cases', {}],
    ['case_purged', 'cases', {}],
  ];
  const lines: AuditEntry[] = [];
  const begin = Date.now() - 3 * 86_400_000;
  for (let day = 0; day < 12; day += 1) {
    const at = begin + day * 6 * 3_600_000;
    const add = (what: string, kind: AuditKind, details: Record<string, string>, code: string | null) =>
      lines.push({ n: lines.length, at: at + lines.length * 61_000, kind, what, code, details });
    add('started', 'booth', { version: '0.1.0', profile: 'kiosk', settings: 'a3'.repeat(32) }, null);
    if (day === 4) add('clock_set_back', 'log', { by_ms: '61000' }, null);
    for (const [what, kind, details] of way) add(what, kind, details, kind === 'cases' ? `K${day % 10}QM` : null);
  }
  return lines.reverse();
}

function examined(fine: boolean): DoctorReport {
  const found = (
    subject: DoctorFinding['subject'],
    verdict: DoctorFinding['verdict'],
    remark: DoctorFinding['remark'],
    values: Record<string, string> = {},
  ): DoctorFinding => ({ subject, verdict, remark, values, problem: null });
  const ill: DoctorFinding[] = fine
    ? []
    : [
        found('disk', 'warning', 'disk_low', { free: '3.1 GB', reserve: '2.0 GB', sync: '4 ms' }),
        found('clock', 'warning', 'clock_off', { seconds: '48' }),
        { ...found('camera', 'failed', null, { camera: 'Integrated webcam' }), problem: problem('camera_busy') },
      ];
  return {
    findings: [
      found('settings', 'fine', 'settings_fine'),
      found('data_folder', 'fine', 'folder_fine'),
      ...ill,
      found('vault', 'fine', 'vault_fine', { cases: '7' }),
      found('left_overs', 'fine', 'nothing_left'),
      found('audit_log', 'fine', 'audit_fine', { entries: '134' }),
      found('keyring', 'fine', 'keyring_fine'),
      found('credentials', 'fine', 'credentials_fine'),
      found('server', 'fine', 'server_fine', { server: 'oneshot.example.org', dialect: 'current' }),
      found('certificates', 'fine', 'certificate_fine', { which: 'server', days: '212' }),
      found('camera', 'fine', 'camera_fine', { camera: 'Document camera (USB)', width: '1920', height: '1080' }),
    ],
  };
}

function tried(camera: string): DoctorFinding[] {
  const found = (
    verdict: DoctorFinding['verdict'],
    remark: DoctorFinding['remark'],
    values: Record<string, string>,
  ): DoctorFinding => ({ subject: 'camera', verdict, remark, values: { camera, ...values }, problem: null });
  return [
    found('fine', 'camera_fine', { width: '1280', height: '720' }),
    found('fine', 'camera_rate', { asked: '30', promised: '30', reached: '29.8', pixels: 'mjpeg' }),
    found('fine', 'camera_whole', { damaged: '0', frames: '90' }),
    found('warning', 'camera_dark', { light: '38', evenness: '71' }),
    found('fine', 'camera_sharp', { edge: '3.4' }),
    found('fine', 'camera_serves_all', {}),
    found('fine', 'camera_plugged', { where: 'usb 046d:0825 uvcvideo' }),
  ];
}
