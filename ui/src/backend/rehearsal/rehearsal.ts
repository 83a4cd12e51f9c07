// The booth, pretended in the page: for working on the screens in a plain browser, and for nothing else. It is loaded
// while developing only and is not part of what ships. What goes wrong is chosen in the address:
//   ?start=refused|uncertain  ?camera=<code>  ?take=<code>  ?delivery=<code>  ?booth=<code>  ?language=es
//   ?practice=no  ?unfinished=no

import type { Backend, CameraRole, Pulled } from '../backend';
import type {
  BoothView,
  CaseView,
  Code,
  ExhibitView,
  FieldKey,
  Leg,
  Notice,
  ProblemView,
  Role,
  Step,
  TryAgain,
} from '../generated';
import { drawScene, HEIGHT, WIDTH } from './pictures';

const WALK: readonly Step[] = [
  'start', 'consent', 'document', 'front', 'portrait', 'rear', 'selfie', 'fields', 'video', 'review',
];
const ROLES: readonly Role[] = ['front', 'portrait', 'rear', 'selfie', 'video'];
const KEYS: readonly FieldKey[] = ['given_name', 'first_surname', 'second_surname', 'serial_number', 'mobile_phone', 'email'];

function problem(code: Code, tryAgain: TryAgain = 'now', detail: string | null = null): ProblemView {
  return { code, try_again: tryAgain, detail, field: null };
}

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

export function rehearse(knobs: URLSearchParams): Backend {
  const knob = (name: string) => knobs.get(name) as Code | null;
  const listeners = new Set<(notice: Notice) => void>();
  const tell = (notice: Notice) => listeners.forEach((listener) => listener(notice));

  const cameras: BoothView['cameras'] = [
    { id: 'replay-desk', name: 'Sample desk', synthetic: true, largest: null },
    { id: 'usb-1', name: 'Document camera (USB)', synthetic: false, largest: { width: 1920, height: 1080 } },
    { id: 'usb-2', name: 'Integrated webcam', synthetic: false, largest: { width: 1280, height: 720 } },
  ];
  let booth: BoothView = {
    version: '0.1.0',
    practice: knobs.get('practice') !== 'no',
    sandbox_page: knobs.get('practice') === 'no' ? null : 'http://127.0.0.1:41877/',
    booth: 'Front desk, Valencia',
    server: knobs.get('practice') === 'no' ? 'oneshot.example.org' : '127.0.0.1:41877',
    language: knobs.get('language') ?? 'en',
    cameras,
    chosen: (['front', 'rear', 'selfie', 'video'] as const).map((role) => ({ role, camera: 'replay-desk' })),
    home_country: 'ES',
    unfinished:
      knobs.get('unfinished') === 'no'
        ? []
        : [
            { id: 'a', code: 'K7QM', step: 'fields', opened_at: Date.now() - 12 * 60_000, request_pk: 45836 },
            { id: 'b', code: '4XWT', step: 'failed', opened_at: Date.now() - 5 * 3_600_000, request_pk: 45821 },
            { id: 'c', code: 'P2HE', step: 'start', opened_at: Date.now() - 50 * 3_600_000, request_pk: null },
          ],
    problem: knob('booth') ? problem(knob('booth') ?? 'internal', 'after_change', 'settings.toml: line 4') : null,
  };

  let held: CaseView | null = null;
  let confirmed = false;
  let consented = false;
  let startAsked = 0;
  let sequence = 0;
  let recordingSince = 0;
  let recordingClock = 0;
  const objects = new Map<string, string>();

  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext('2d');

  function paint(role: CameraRole, time: number): HTMLCanvasElement {
    if (pen) drawScene(pen, role, held?.document?.kind ?? 'identity_card', time);
    return canvas;
  }

  const jpegOf = (from: HTMLCanvasElement) =>
    new Promise<Blob>((done, failed) =>
      from.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/jpeg', 0.9),
    );

  async function exhibitFrom(role: Role, jpeg: Blob, size: { width: number; height: number }): Promise<ExhibitView> {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await jpeg.arrayBuffer()));
    const object = crypto.randomUUID();
    objects.set(object, URL.createObjectURL(jpeg));
    return {
      role,
      object,
      media_type: 'image/jpeg',
      size,
      bytes: jpeg.size,
      sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      taken_at: Date.now(),
      camera: 'Sample desk',
      synthetic: true,
      from_file: false,
      duration_ms: null,
      frames: null,
      crop: null,
      note: null,
    };
  }

  function current(): CaseView {
    if (!held) throw problem('case_unknown');
    return held;
  }

  function has(view: CaseView, role: Role): boolean {
    return view.exhibits.some((exhibit) => exhibit.role === role);
  }

  function isDone(view: CaseView, step: Step): boolean {
    switch (step) {
      case 'start':
        return view.step !== 'start';
      case 'consent':
        return consented;
      case 'document':
        return view.document !== null;
      case 'fields':
        return confirmed;
      case 'front':
      case 'portrait':
      case 'rear':
      case 'selfie':
      case 'video':
        return has(view, step);
      default:
        return false;
    }
  }

  /** The case as it is after `change`. */
  function change(change: Partial<CaseView>): CaseView {
    const next: CaseView = { ...current(), ...change, revision: current().revision + 1 };
    const walk = WALK.filter((step) => step !== 'rear' || next.document?.kind !== 'passport');
    const still = next.step === 'submitting' || next.step === 'submitted' || next.step === 'start';
    next.steps = walk.map((step, index) => ({
      step,
      done: isDone(next, step),
      reachable: !still && step !== 'start' && walk.slice(0, index).every((earlier) => isDone(next, earlier)),
    }));
    held = next;
    return next;
  }

  function enter(step: Step): CaseView {
    const role = step === 'front' || step === 'rear' || step === 'selfie' || step === 'video' ? step : null;
    const exhibit = role && current().exhibits.find((entry) => entry.role === role);
    return change({
      step,
      problem: null,
      capture: role && {
        role,
        showing: exhibit ? { state: 'accepted', exhibit } : { state: 'live' },
        has_earlier: exhibit !== null && exhibit !== undefined,
      },
    });
  }

  function advance(): CaseView {
    const view = change({});
    return enter(view.steps.find((entry) => !entry.done)?.step ?? 'review');
  }

  function open(id: string, code: string): CaseView {
    confirmed = false;
    consented = false;
    held = {
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
      fields: KEYS.map((key) => ({
        key,
        value: '',
        required: key === 'given_name' || key === 'first_surname' || key === 'serial_number',
        beside: key === 'mobile_phone' || key === 'email' ? null : key === 'serial_number' ? 'rear' : 'front',
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
      })),
      similarity: null,
      delivery: null,
      problem: null,
    };
    return change({});
  }

  function setField(key: FieldKey, value: string): void {
    change({ fields: current().fields.map((field) => (field.key === key ? { ...field, value } : field)) });
  }

  function taken(exhibit: ExhibitView): CaseView {
    const { capture } = current();
    if (!capture) throw problem('out_of_order');
    return change({ capture: { ...capture, showing: { state: 'taken', exhibit } } });
  }

  async function takeFrom(role: Role): Promise<ExhibitView> {
    return exhibitFrom(role, await jpegOf(paint(role === 'portrait' ? 'front' : role, performance.now())), {
      width: WIDTH,
      height: HEIGHT,
    });
  }

  async function deliver(): Promise<void> {
    const legs: Leg[] = ['evidences', 'video'];
    if (current().request.state !== 'known') {
      await pause(900);
      tell({ about: 'case', case: change({ request: { state: 'known', request_pk: 45837, videoid_pk: 16674 } }) });
    }
    for (const leg of legs) {
      setLeg(leg, 'sending');
      const total = leg === 'evidences' ? 3_482_112 : 14_204_511;
      for (let part = 0; part <= 20; part += 1) {
        await pause(leg === 'video' ? 200 : 70);
        if (held?.step !== 'submitting') return;
        if (part === 12 && leg === 'video' && knob('delivery')) {
          tell({
            about: 'case',
            case: change({
              step: 'failed',
              request: knob('delivery') === 'request_uncertain' ? { state: 'uncertain' } : current().request,
              problem: problem(knob('delivery') ?? 'internal', 'now', '413 Request Entity Too Large (nginx)'),
            }),
          });
          return;
        }
        const elapsed = part * (leg === 'video' ? 200 : 70);
        tell({
          about: 'upload',
          upload: {
            case: current().id,
            leg,
            sent: Math.round((total * part) / 20),
            total,
            elapsed_ms: elapsed,
            remaining_ms: part === 0 ? null : Math.round((elapsed / part) * (20 - part)),
          },
        });
      }
      setLeg(leg, 'arrived');
    }
    await pause(800);
    const { delivery } = current();
    tell({
      about: 'case',
      case: change({
        step: 'submitted',
        delivery: delivery && { ...delivery, confirmed_at: Date.now(), status: 'VIDEOREVIEW' },
      }),
    });
  }

  function setLeg(leg: Leg, state: 'sending' | 'arrived'): void {
    const { delivery } = current();
    if (!delivery) return;
    const legs = delivery.legs.map((entry) => (entry.leg === leg ? { leg, state } : entry));
    tell({ about: 'case', case: change({ delivery: { ...delivery, legs } }) });
  }

  return {
    boothView: async () => booth,
    async consentText(language) {
      await pause(60);
      const spanish = language === 'es';
      return {
        version: '2026-01',
        language,
        paragraphs: spanish
          ? [
              'Vamos a comprobar su identidad para expedir un certificado electrónico a su nombre. Para ello se harán fotos de su documento, una foto de su rostro y un vídeo corto.',
              'Una persona autorizada de la autoridad de registro revisará estas imágenes y los datos de su documento. No se usan para nada más.',
              'Las imágenes y los datos se guardan cifrados en esta máquina hasta que el servidor confirma que los ha recibido.',
              'Puede detenerse en cualquier momento antes del envío; entonces se borra todo.',
            ]
          : [
              'We are going to verify your identity in order to issue an electronic certificate in your name. For this, pictures of your document, a picture of your face and a short video are taken.',
              'An authorised officer of the registration authority reviews these pictures and the details of your document. They are used for nothing else.',
              'Pictures and details are kept encrypted on this machine until the server has confirmed that it received them.',
              'You can stop at any moment before they are sent; everything is deleted then.',
            ],
        terms_url: 'https://example.org/terms',
        privacy_url: 'https://example.org/privacy',
      };
    },

    caseOpen: async () => open(crypto.randomUUID(), '7WQK'),
    caseResume: async (id) => open(id, booth.unfinished.find((entry) => entry.id === id)?.code ?? '????'),
    caseCurrent: async () => held,
    async caseClose() {
      held = null;
    },
    async caseDiscard() {
      const id = held?.id;
      held = null;
      booth = { ...booth, unfinished: booth.unfinished.filter((entry) => entry.id !== id) };
    },

    async startNew(mobilePhone, email) {
      await pause(700);
      startAsked += 1;
      setField('mobile_phone', mobilePhone);
      setField('email', email);
      change({ origin: 'new' });
      if (startAsked === 1 && knobs.get('start') === 'refused') {
        return change({ problem: problem('server_unreachable', 'later', 'connection refused (os error 111)') });
      }
      if (startAsked === 1 && knobs.get('start') === 'uncertain') {
        return change({ request: { state: 'uncertain' }, problem: problem('request_uncertain', 'find_out_first') });
      }
      change({ request: { state: 'known', request_pk: 45837, videoid_pk: 16674 } });
      return enter('consent');
    },
    async startExisting(requestPk, videoidPk) {
      change({ origin: 'existing', request: { state: 'known', request_pk: requestPk, videoid_pk: videoidPk } });
      return enter('consent');
    },
    startDefer: async () => enter('consent'),
    async startDeclareNone() {
      await pause(500);
      change({ request: { state: 'known', request_pk: 45838, videoid_pk: 16675 } });
      return enter('consent');
    },

    async consentAccept() {
      consented = true;
      return advance();
    },
    async documentChoose(document) {
      change({ document });
      return advance();
    },

    async stillTake() {
      await pause(350);
      if (knob('take')) throw problem(knob('take') ?? 'internal');
      const role = current().capture?.role ?? 'front';
      return taken(await takeFrom(role));
    },
    async stillFromFile() {
      const role = current().capture?.role ?? 'front';
      return taken({ ...(await takeFrom(role)), camera: null, synthetic: false, from_file: true });
    },
    async captureUse() {
      const { capture, exhibits } = current();
      if (capture?.showing.state === 'taken') {
        const { exhibit } = capture.showing;
        const kept = [...exhibits.filter((entry) => entry.role !== exhibit.role), exhibit];
        kept.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
        change({ exhibits: kept });
      }
      return advance();
    },
    async captureRetake() {
      const { capture } = current();
      return change({ capture: capture && { ...capture, showing: { state: 'live' } } });
    },
    async portraitCut(crop) {
      const width = Math.round(crop.width * WIDTH);
      const height = Math.round(crop.height * HEIGHT);
      const cut = document.createElement('canvas');
      cut.width = width;
      cut.height = height;
      const front = paint('front', 0);
      cut.getContext('2d')?.drawImage(front, crop.x * WIDTH, crop.y * HEIGHT, width, height, 0, 0, width, height);
      const exhibit = { ...(await exhibitFrom('portrait', await jpegOf(cut), { width, height })), camera: null, crop };
      const kept = [...current().exhibits.filter((entry) => entry.role !== 'portrait'), exhibit];
      kept.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
      change({ exhibits: kept });
      return advance();
    },
    async videoBegin() {
      recordingSince = performance.now();
      recordingClock = window.setInterval(() => {
        const elapsed = performance.now() - recordingSince;
        tell({
          about: 'recording',
          recording: { elapsed_ms: elapsed, limit_ms: 60_000, frames: Math.round(elapsed / 33) },
        });
      }, 500);
      const { capture } = current();
      return change({ capture: capture && { ...capture, showing: { state: 'recording' } } });
    },
    async videoEnd() {
      window.clearInterval(recordingClock);
      await pause(500);
      const elapsed = Math.round(performance.now() - recordingSince);
      return taken({
        ...(await takeFrom('video')),
        media_type: 'video/mp4',
        bytes: Math.round(elapsed * 312),
        duration_ms: elapsed,
        frames: Math.round(elapsed / 33),
      });
    },

    async fieldsConfirm(fields) {
      for (const { key, value } of fields) setField(key, value);
      confirmed = true;
      return advance();
    },
    async checkAttest(check, passed, operator) {
      return change({
        checks: current().checks.map((entry) =>
          entry.check === check ? { ...entry, passed, attested_by: passed === null ? null : operator } : entry,
        ),
      });
    },
    async similarityJudge(word, operator) {
      return change({ similarity: word && { word, by: operator } });
    },
    goTo: async (step) => enter(step),
    async submit() {
      const view = change({
        step: 'submitting',
        problem: null,
        delivery: {
          legs: [
            { leg: 'evidences', state: 'waiting' },
            { leg: 'video', state: 'waiting' },
          ],
          submitted_at: Date.now(),
          confirmed_at: null,
          status: null,
        },
      });
      void deliver();
      return view;
    },

    camerasRefresh: async () => booth,
    async cameraChoose(role, camera) {
      booth = { ...booth, chosen: booth.chosen.map((entry) => (entry.role === role ? { role, camera } : entry)) };
      return booth;
    },
    async cameraRestart() {
      knobs.delete('camera');
      await pause(300);
    },
    receiptSave: async () => true,

    async pull(role, _after, signal): Promise<Pulled> {
      await pause(60);
      signal.throwIfAborted();
      if (knob('camera')) {
        return { state: 'failed', problem: problem(knob('camera') ?? 'internal', 'now', 'VIDIOC_STREAMON: os error 16') };
      }
      if (sequence === 0 || sequence % 100 === 0) {
        tell({
          about: 'camera',
          camera: {
            role,
            state: 'live',
            delivered: { width: WIDTH, height: HEIGHT },
            camera: 'Sample desk',
            problem: null,
          },
        });
      }
      sequence += 1;
      return { state: 'picture', sequence, jpeg: await jpegOf(paint(role, performance.now())) };
    },
    objectUrl: (_case, object) => objects.get(object) ?? '',
    clipUrl: (_case, _object, milliseconds) => paint('video', milliseconds).toDataURL('image/jpeg', 0.8),

    async onNotice(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
