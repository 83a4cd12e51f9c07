// What the pretended booth holds, and how a case moves in it.

import type {
  BoothView,
  CameraView,
  CaseSummary,
  CaseView,
  Code,
  ExhibitView,
  FieldKey,
  Notice,
  ProblemView,
  Role,
  SizeView,
  Step,
  TryAgain,
} from '../generated';
import { drawScene, HEIGHT, WIDTH } from './pictures';

const WALK: readonly Step[] = [
  'start', 'consent', 'document', 'front', 'portrait', 'rear', 'selfie', 'fields', 'video', 'review',
];
const AFTERWARDS: readonly Step[] = ['documents', 'reading', 'code', 'signed', 'closed'];
const ROLES: readonly Role[] = ['front', 'portrait', 'rear', 'selfie', 'video'];
const KEYS: readonly FieldKey[] = ['given_name', 'first_surname', 'second_surname', 'serial_number', 'mobile_phone', 'email'];

export function problem(code: Code, tryAgain: TryAgain = 'now', detail: string | null = null): ProblemView {
  return { code, try_again: tryAgain, detail, field: null };
}

export const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

export async function sha256(data: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A case at its first screen. */
function blank(id: string, code: string): CaseView {
  return {
    id,
    code,
    revision: 0,
    step: 'start',
    steps: [],
    origin: null,
    request: { state: 'none' },
    document: null,
    capture: null,
    exhibits: [],
    reading: null,
    fields: KEYS.map((key) => ({
      key,
      value: '',
      required: key === 'given_name' || key === 'first_surname' || key === 'serial_number',
      beside: key === 'mobile_phone' || key === 'email' ? null : key === 'serial_number' ? 'rear' : 'front',
      read: null,
      changed: null,
    })),
    checks: (
      [
        'document_not_expired',
        'document_not_underage',
        'document_not_copy',
        'data_integrity',
        'liveness',
        'documents_match',
        'otp_validation',
      ] as const
    ).map((check) => ({
      check,
      attestable: check !== 'otp_validation',
      passed: null,
      attested_by: null,
      measured_by: null,
      score: null,
      threshold: null,
      reported: false,
    })),
    biometrics: null,
    similarity: null,
    delivery: null,
    review: null,
    signing: null,
    kept: null,
    problem: null,
  };
}

const webcam = (id: string, name: string, largest: SizeView): CameraView => ({
  id,
  name,
  synthetic: false,
  replay: false,
  refused: null,
  provenance: {
    bus: 'usb',
    numbers: '046d:0825',
    serial: null,
    driver: 'uvcvideo',
    path: 'pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0',
    physical: true,
    asked: null,
    delivered: null,
  },
  largest,
});

export class Stand {
  held: CaseView | null = null;
  booth: BoothView;
  confirmed = false;
  consented = false;
  /** Cases that were left, by their identity. */
  readonly kept = new Map<string, CaseView>();
  /** Addresses of the pictures that were taken. */
  readonly objects = new Map<string, string>();
  /** When the scene on a picture was drawn, by its object. */
  readonly drawnAt = new Map<string, number>();

  readonly #listeners = new Set<(notice: Notice) => void>();
  readonly #canvas = document.createElement('canvas');

  constructor(readonly knobs: URLSearchParams) {
    const practice = knobs.get('practice') !== 'no';
    const cameras: BoothView['cameras'] = [
      {
        id: 'replay-desk',
        name: 'Sample desk',
        synthetic: true,
        replay: true,
        refused: null,
        provenance: null,
        largest: null,
      },
      webcam('usb-1', 'Document camera (USB)', { width: 1920, height: 1080 }),
      webcam('usb-2', 'Integrated webcam', { width: 1280, height: 720 }),
    ];
    this.booth = {
      version: '0.1.0',
      practice,
      sandbox_page: practice ? 'http://127.0.0.1:41877/' : null,
      booth: 'Front desk, Valencia',
      server: practice ? '127.0.0.1:41877' : 'oneshot.example.org',
      language: knobs.get('language') ?? 'en',
      cameras,
      chosen: (['front', 'rear', 'selfie', 'video'] as const).map((role) => ({ role, camera: 'replay-desk' })),
      sound: knobs.has('sound')
        ? {
            microphones: [
              { id: 'mic:default', name: 'System default', synthetic: false },
              { id: 'mic:usb', name: 'Webcam microphone (USB)', synthetic: false },
            ],
            chosen: 'mic:default',
          }
        : null,
      home_country: 'ES',
      unfinished: knobs.get('unfinished') === 'no' ? [] : listed(Date.now()),
      desk: knobs.get('desk') !== 'no',
      operator_pages: true,
      problem: this.knob('booth') ? problem(this.knob('booth') ?? 'internal', 'after_change', 'settings.toml: line 4') : null,
      no_new_case: knobs.has('full') ? problem('disk_reserve', 'after_change', '812 MB < 2048 MB') : null,
      cautions: [],
      script: true,
      spoken: false,
    };
    this.#canvas.width = WIDTH;
    this.#canvas.height = HEIGHT;
  }

  knob(name: string): Code | null {
    return this.knobs.get(name) as Code | null;
  }

  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(notice: Notice): void {
    this.#listeners.forEach((listener) => listener(notice));
  }

  /** Changes the case and tells of it, as the booth does when it was not asked. */
  tellOf(change: Partial<CaseView>): void {
    this.tell({ about: 'case', case: this.change(change) });
  }

  current(): CaseView {
    if (!this.held) throw problem('case_unknown');
    return this.held;
  }

  open(id: string, code: string): CaseView {
    this.confirmed = false;
    this.consented = false;
    this.held = blank(id, code);
    return this.change({});
  }

  /** The case as it is after `change`. */
  change(change: Partial<CaseView>): CaseView {
    const next: CaseView = { ...this.current(), ...change, revision: this.current().revision + 1 };
    next.steps = AFTERWARDS.includes(next.step) ? this.#stepsAfter(next) : this.#stepsOfWalk(next);
    this.held = next;
    return next;
  }

  enter(step: Step): CaseView {
    const role = step === 'front' || step === 'rear' || step === 'selfie' || step === 'video' ? step : null;
    const exhibit = role && this.current().exhibits.find((entry) => entry.role === role);
    return this.change({
      step,
      problem: null,
      capture: role && {
        role,
        showing: exhibit ? { state: 'accepted', exhibit } : { state: 'live' },
        has_earlier: exhibit !== null && exhibit !== undefined,
        challenge: null,
        script: null,
      },
    });
  }

  advance(): CaseView {
    const view = this.change({});
    return this.enter(view.steps.find((entry) => !entry.done)?.step ?? 'review');
  }

  setField(key: FieldKey, value: string): void {
    this.change({ fields: this.current().fields.map((field) => (field.key === key ? { ...field, value } : field)) });
  }

  /** Takes a piece of evidence into the case. */
  keep(exhibit: ExhibitView): void {
    const kept = [...this.current().exhibits.filter((entry) => entry.role !== exhibit.role), exhibit];
    kept.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    this.change({ exhibits: kept });
  }

  paint(role: Role, time: number): HTMLCanvasElement {
    const pen = this.#canvas.getContext('2d');
    if (pen) drawScene(pen, role === 'portrait' ? 'front' : role, this.held?.document?.kind ?? 'identity_card', time);
    return this.#canvas;
  }

  #stepsOfWalk(next: CaseView): CaseView['steps'] {
    const walk = WALK.filter((step) => step !== 'rear' || next.document?.kind !== 'passport');
    const still = ['start', 'submitting', 'submitted', 'refused'].includes(next.step);
    return walk.map((step, index) => ({
      step,
      done: this.#isDone(next, step),
      reachable: !still && step !== 'start' && walk.slice(0, index).every((earlier) => this.#isDone(next, earlier)),
    }));
  }

  #stepsAfter(next: CaseView): CaseView['steps'] {
    const { signing } = next;
    const arrived = signing !== null && signing.papers.length > 0 && signing.papers.every((paper) => paper.upload === 'arrived');
    const read = signing?.contract?.read === true && signing.papers.every((paper) => paper.read);
    const movable = signing?.signature === 'waiting' && next.step !== 'closed';
    return AFTERWARDS.map((step) => ({
      step,
      done:
        step === 'documents'
          ? arrived
          : step === 'reading'
            ? arrived && read
            : step === 'code'
              ? signing?.signature === 'arrived'
              : next.step === 'closed',
      reachable:
        movable &&
        step !== next.step &&
        (step === 'documents' ||
          (step === 'reading' && arrived && signing.contract !== null) ||
          (step === 'code' && arrived && read)),
    }));
  }

  #isDone(view: CaseView, step: Step): boolean {
    switch (step) {
      case 'start':
        return view.step !== 'start';
      case 'consent':
        return this.consented;
      case 'document':
        return view.document !== null;
      case 'fields':
        return this.confirmed;
      case 'front':
      case 'portrait':
      case 'rear':
      case 'selfie':
      case 'video':
        return view.exhibits.some((exhibit) => exhibit.role === step);
      default:
        return false;
    }
  }
}

/** The cases the list on the first screen begins with. */
function listed(now: number): CaseSummary[] {
  const hours = (count: number) => now - count * 3_600_000;
  return [
    { id: 'a', code: 'K7QM', step: 'fields', opened_at: hours(0.2), request_pk: 45836, by_itself: false },
    { id: 'b', code: '4XWT', step: 'failed', opened_at: hours(5), request_pk: 45838, by_itself: true },
    { id: 'c', code: 'P2HE', step: 'start', opened_at: hours(50), request_pk: null, by_itself: false },
    { id: 'd', code: '9MRC', step: 'submitted', opened_at: hours(1), request_pk: 45840, by_itself: false },
    { id: 'e', code: 'T3VX', step: 'documents', opened_at: hours(2), request_pk: 45842, by_itself: false },
    { id: 'f', code: 'H8LQ', step: 'code', opened_at: hours(3), request_pk: 45844, by_itself: false },
    { id: 'g', code: 'B6ZN', step: 'signed', opened_at: hours(26), request_pk: 45846, by_itself: false },
  ];
}
