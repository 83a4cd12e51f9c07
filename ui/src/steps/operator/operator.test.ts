// Behind the booth, as somebody at the keyboard meets it: the whole page over a booth that answers as it is told.

import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import App from '../../app.svelte';
import type { AuditPage, Backend, BoothView, DoctorReport, Notice, ProblemView, QueueEntry, QueueView } from '../../backend';
import { setLanguage } from '../../i18n/i18n.svelte';
import { Session } from '../../shared/session.svelte';
import { asText, worstOf } from './findings';
import { detailText, whatText } from './log';

const BOOTH: BoothView = {
  version: '0',
  practice: false,
  sandbox_page: null,
  booth: 'Desk',
  server: 'localhost',
  language: 'en',
  cameras: [],
  sound: null,
  chosen: [],
  home_country: 'ES',
  unfinished: [],
  desk: false,
  operator_pages: true,
  problem: null,
  no_new_case: null,
  cautions: [],
  script: true,
  spoken: false,
};

const problem = (code: ProblemView['code']): ProblemView => ({ code, try_again: 'later', detail: null, field: null });

const ENTRY: QueueEntry = {
  id: 'a',
  code: '4XWT',
  position: 1,
  submitted_at: Date.now(),
  under_way: false,
  upload: null,
  failed_attempts: 2,
  next_at: Date.now() + 60_000,
  bytes_left: 9_000_000,
  video_left: 9_000_000,
  problem: problem('server_unreachable'),
};

const queue = (...entries: QueueEntry[]): QueueView => ({
  entries,
  by_itself: true,
  offline_since: null,
  rules: { most_kbit_s: null, window: null, keep_hours: 24, reserve_mb: 2048, hand_over_to: null },
});

const REPORT: DoctorReport = {
  findings: [
    { subject: 'server', verdict: 'fine', remark: 'server_practice', values: {}, problem: null },
    { subject: 'camera', verdict: 'failed', remark: null, values: { camera: 'Webcam' }, problem: problem('camera_busy') },
  ],
};

let page: Record<string, unknown> | null = null;
let tell: (notice: Notice) => void = () => {};

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((done) => setTimeout(done));
    flushSync();
  }
}

async function open(commands: Partial<Backend>, booth: Partial<BoothView> = {}): Promise<Session> {
  const session = new Session({
    boothView: async () => ({ ...BOOTH, ...booth }),
    caseCurrent: async () => null,
    onNotice: async (listener: (notice: Notice) => void) => {
      tell = listener;
      return () => {};
    },
    queueView: async () => queue(),
    carryKeys: async () => ({ device: 'd', recipient: 'age1r' }),
    auditChain: async () => ({ entries: 0, holds_until: null, head: null, broken_at: null, fault: null, torn: false }),
    auditPage: async () => ({ entries: [], more: false }),
    doctorExamine: async () => REPORT,
    ...commands,
  } as Backend);
  page = mount(App, { target: document.body, props: { session } });
  await settle();
  return session;
}

const find = (selector: string) => document.querySelector<HTMLElement>(selector);
const text = () => document.body.textContent;

async function press(key: string): Promise<void> {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  await settle();
}

beforeEach(() => setLanguage('en'));

afterEach(async () => {
  if (page) await unmount(page);
  page = null;
  document.body.replaceChildren();
});

describe('the way behind the booth', () => {
  it('is a key on the first screen, and Escape leads back', async () => {
    await open({});
    await press('b');
    expect(find('[data-step="operator"]')?.dataset['page']).toBe('queue');
    await press('3');
    expect(find('[data-testid="log"]')).not.toBeNull();
    await press('Escape');
    expect(find('[data-step="home"]')).not.toBeNull();
  });

  it('is not there where people are alone with the booth', async () => {
    await open({}, { operator_pages: false });
    expect(find('[data-action="operator-enter"]')).toBeNull();
    await press('b');
    expect(find('[data-step="home"]')).not.toBeNull();
  });

  it('leads to the checks alone where the booth is shut', async () => {
    await open({}, { problem: problem('settings_wrong') });
    find('[data-action="check-enter"]')?.click();
    await settle();
    expect(find('[data-step="operator"]')?.dataset['page']).toBe('checks');
    expect(document.querySelectorAll('[data-action="operator-page"]')).toHaveLength(1);
  });

  it('closes when nobody does anything there', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    try {
      await open({});
      await press('b');
      expect(find('[data-step="operator"]')).not.toBeNull();
      vi.advanceTimersByTime(190_000);
      await settle();
      expect(find('[data-step="home"]'), 'the next person finds the first screen').not.toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('sealed bundles', () => {
  const toOffice = { ...queue(ENTRY), rules: { ...queue().rules, hand_over_to: 'age1office' } };

  it('are asked about before a case leaves in one, and it waits no more', async () => {
    const handed: string[] = [];
    await open({
      queueView: async () => toOffice,
      queueHandOver: async (id, name) => {
        handed.push(`${id} ${name}`);
        return { file: 'stick.pbx', not_stamped: problem('stamp_missing'), queue: queue() };
      },
    });
    await press('b');
    find('[data-action="queue-hand-over"]')?.click();
    await settle();
    expect(text()).toContain('age1office');
    expect(handed).toEqual([]);
    find('[data-action="hand-over-confirm"]')?.click();
    await settle();
    expect(handed).toEqual(['a 4XWT.pbx']);
    expect(find('[data-testid="carried"]')?.textContent).toContain('stick.pbx');
    expect(find('[data-testid="carried"]')?.textContent, 'a missing stamp is told').toContain('time stamp');
    expect(find('[data-testid="queue-entry"]')).toBeNull();
  });

  it('are not offered where no machine is set', async () => {
    await open({ queueView: async () => queue(ENTRY) });
    await press('b');
    expect(find('[data-action="queue-hand-over"]')).toBeNull();
  });

  it('bring a case in, or say why not', async () => {
    const answers = [
      () => Promise.resolve(null),
      () => Promise.reject(problem('bundle_stranger')),
      () => Promise.resolve({ code: '9KPT', queue: queue({ ...ENTRY, id: 'b', code: '9KPT' }) }),
    ];
    await open({ bundleTakeIn: async () => (await answers.shift()?.()) ?? null });
    await press('b');
    const take = async () => {
      find('[data-action="bundle-take-in"]')?.click();
      await settle();
    };
    await take();
    expect(find('[data-testid="carried"]')).toBeNull();
    await take();
    expect(find('[data-problem="bundle_stranger"]')).not.toBeNull();
    await take();
    expect(find('[data-testid="carried"]')?.textContent).toContain('9KPT');
    expect(find('[data-testid="queue-entry"]')).not.toBeNull();
  });
});

describe('what waits', () => {
  it('says how it stands and when it is tried again', async () => {
    await open({ queueView: async () => queue({ ...ENTRY, next_at: Date.now() + 60_000 }) });
    await press('b');
    const entry = find('[data-testid="queue-entry"]');
    expect(entry?.dataset['state']).toBe('waiting');
    expect(entry?.textContent).toMatch(/Tried again in (1:00|0:59)/);
    expect(entry?.textContent).toContain('2 failed attempts');
  });

  it('is sent when a person says so, and shows how far it is', async () => {
    const queueSend = vi.fn(async () => queue({ ...ENTRY, under_way: true, problem: null }));
    await open({ queueView: async () => queue(ENTRY), queueSend });
    await press('b');
    find('[data-action="queue-send"]')?.click();
    await settle();
    expect(queueSend).toHaveBeenCalledWith('a');
    expect(find('[data-testid="queue-entry"]')?.dataset['state']).toBe('in_line');
    tell({
      about: 'upload',
      upload: { case: 'a', leg: 'video', sent: 3e6, total: 9e6, elapsed_ms: 3000, remaining_ms: 6000 },
    });
    await settle();
    const told = find('[data-testid="queue-progress"]')?.textContent?.replaceAll('\u00a0', ' ');
    expect(told).toBe('Video: 3.0 MB of 9.0 MB · 1.0 MB a second · about 0:06 left');
  });

  it('says what a person can do where only one can help', async () => {
    const stuck = { ...ENTRY, position: null, next_at: null, problem: problem('evidence_rejected') };
    const caseResume = vi.fn(async () => Promise.reject(problem('case_in_use')));
    await open({ queueView: async () => queue(stuck), caseResume });
    await press('b');
    expect(find('[data-problem="evidence_rejected"]')?.textContent?.length).toBeGreaterThan(60);
    find('[data-action="queue-open"]')?.click();
    await settle();
    expect(caseResume).toHaveBeenCalledWith('a');
    expect(find('[data-problem="case_in_use"]'), 'a refusal is told where one is').not.toBeNull();
  });

  it('shows the rules and names the settings they are in', async () => {
    await open({});
    await press('b');
    for (const key of ['retention.after_hours', 'delivery.most_kbit_s', 'delivery.window', 'disk.reserve_mb']) {
      expect(text()).toContain(key);
    }
  });
});

describe('the log', () => {
  const line = (n: number): AuditPage['entries'][number] => ({ n, at: 0, kind: 'cases', what: 'case_opened', code: 'K7QM', details: {} });

  it('goes back page by page, and forth', async () => {
    const auditPage = vi.fn(async (before: number | null): Promise<AuditPage> =>
      before === null ? { entries: [line(9), line(8)], more: true } : { entries: [line(7)], more: false },
    );
    await open({ auditPage });
    await press('b');
    await press('3');
    await press('PageDown');
    expect(auditPage).toHaveBeenLastCalledWith(8, null);
    expect(document.querySelectorAll('[data-testid="log-entry"]')).toHaveLength(1);
    await press('PageUp');
    expect(document.querySelectorAll('[data-testid="log-entry"]')).toHaveLength(2);
    find('[data-action="log-kind"][data-value="officers"]')?.click();
    await settle();
    expect(auditPage).toHaveBeenLastCalledWith(null, 'officers');
  });

  it('says where the chain does not hold', async () => {
    await open({
      auditChain: async () => ({ entries: 4, holds_until: null, head: null, broken_at: 4, fault: 'changed', torn: false }),
    });
    await press('b');
    await press('3');
    expect(find('[data-testid="chain"]')?.textContent).toContain('entry 4: it is not as it was written');
  });

  it('has words for what is known, and the written word for what is not', () => {
    const of = (what: string, details: Record<string, string>) => ({ ...line(0), what, details });
    expect(whatText(of('case_opened', {}))).toBe('Case opened');
    expect(whatText(of('teleported', {}))).toBe('teleported');
    expect(detailText(of('delivery_stopped', { code: 'server_unreachable' }))).toBe('The server cannot be reached');
    expect(detailText(of('decision_made', { decision: 'approved' }))).toBe('approved');
    expect(detailText(of('started', { settings: 'ab'.repeat(32), spin: 'left' }))).toBe('settings abababababab · spin left');
  });
});

describe('the checks', () => {
  it('are made on arrival, and again when asked for', async () => {
    const doctorExamine = vi.fn(async () => REPORT);
    await open({ doctorExamine });
    await press('b');
    await press('2');
    expect(find('[data-testid="verdict"]')?.dataset['value']).toBe('failed');
    await press('r');
    expect(doctorExamine).toHaveBeenCalledTimes(2);
  });

  it('go to support as text that says the same', () => {
    expect(worstOf(REPORT)).toBe('failed');
    expect(worstOf({ findings: [] })).toBe('fine');
    const lines = asText(REPORT, 'Proofbooth 0').split('\n');
    expect(lines[0]).toBe('Proofbooth 0');
    expect(lines[1]).toBe('✓ Server: Practice: the sandbox inside the program is used.');
    expect(lines[2]).toMatch(/^✗ Camera: Webcam: /);
    expect(lines.at(-1)).toBe('  [camera_busy]');
  });
});

describe('the first screen', () => {
  it('says that no case can begin before anybody tries, and lets those that did go on', async () => {
    const caseOpen = vi.fn();
    const unfinished = [{ id: 'c', code: 'P2HE', step: 'fields' as const, opened_at: 0, request_pk: null, by_itself: false }];
    await open({ caseOpen }, { no_new_case: problem('disk_reserve'), unfinished });
    expect(find('[data-problem="disk_reserve"]')).not.toBeNull();
    expect(find('[data-action="new-case"]')).toBeNull();
    expect(find('h1')?.textContent).toBe('No new case for now');
    expect(find('[data-action="case-resume"]')?.hasAttribute('disabled')).toBe(false);
    await press('Enter');
    expect(caseOpen).not.toHaveBeenCalled();
  });

  it('works on while something should be seen to', async () => {
    await open({}, { cautions: [problem('audit_failed')] });
    expect(find('[data-problem="audit_failed"]')).not.toBeNull();
    expect(find('[data-action="new-case"]')?.hasAttribute('disabled')).toBe(false);
  });
});
