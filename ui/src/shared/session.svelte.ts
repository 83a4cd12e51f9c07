// What is on the screen, and the only way the page acts on the booth. The page holds no rule about a case: it shows
// the view it was sent.

import { getContext, setContext } from 'svelte';

import type {
  Backend,
  BoothView,
  CameraRole,
  CameraSearch,
  CameraStateView,
  CaseView,
  ChallengeView,
  FieldKey,
  Leg,
  Notice,
  OfficerView,
  PaperUploadView,
  PaperView,
  ProblemView,
  PromptView,
  RecordingView,
  SightView,
  SoundView,
  Step,
  UploadView,
} from '../backend';
import { nearestLanguage, setLanguage } from '../i18n/i18n.svelte';
import { withPage } from './pages';
import { asProblem } from './problems';
import { isNewer } from './revision';

/** How the start screen opens: for a new request, or for one created elsewhere. */
export type Entry = 'new' | 'existing';

/** Whom the screen serves: the person with the operator, the officer, or whoever looks after the booth. */
export type Place = 'booth' | 'desk' | 'operator';

/** The pages behind the booth. */
export type OperatorPage = 'queue' | 'checks' | 'cameras' | 'log';

/** Where the recording was when the booth last said so, and when that was on the page's own clock. */
export interface RecordingMark {
  view: RecordingView;
  heardAt: number;
}

/** So long is said that a camera is back. */
const RETURN_SAID_MS = 6_000;

export class Session {
  place = $state<Place>('booth');
  operatorPage = $state<OperatorPage>('queue');
  /** Who is signed in at the desk; null until the desk asked. */
  officer = $state.raw<OfficerView | null>(null);
  booth = $state.raw<BoothView | null>(null);
  case = $state.raw<CaseView | null>(null);
  /** Why the last thing asked for was not done. */
  problem = $state.raw<ProblemView | null>(null);
  /** What is being done; one thing at a time. */
  busy = $state<string | null>(null);
  upload = $state.raw<Partial<Record<Leg, UploadView>>>({});
  /** How far the upload of each document is, by its identity. */
  paperUpload = $state.raw<Readonly<Record<string, PaperUploadView>>>({});
  /** The pages that were on the screen, of each document by its object; they are asked for as read once all were. */
  seen = $state.raw<Readonly<Record<string, ReadonlySet<number>>>>({});
  /** The signed document that is laid out for the printer. */
  printing = $state.raw<PaperView | null>(null);
  recording = $state.raw<RecordingMark | null>(null);
  /** How the challenge of the recording stands. */
  challenge = $state.raw<ChallengeView | null>(null);
  /** What is asked for in the recording. */
  prompt = $state.raw<PromptView | null>(null);
  camera = $state.raw<CameraStateView | null>(null);
  /** The step whose camera was missing and is back; said for a moment. */
  returned = $state<CameraRole | null>(null);
  /** How loud the video's microphone is; null until it was heard. */
  sound = $state.raw<SoundView | null>(null);
  /** What the booth sees on the live picture of a document. */
  sight = $state.raw<SightView | null>(null);
  /** Counts up whenever the live picture has to begin anew. */
  previewRound = $state(0);
  entry = $state<Entry>('new');
  /** Who vouches at the review; forgotten with the case. */
  operator = $state('');
  /** What was typed at the fields and not confirmed yet: going back does not lose it. */
  typed = $state<Partial<Record<FieldKey, string>>>({});
  /** What was put into the fields as it was read: a person who left it so typed nothing. */
  proposed = $state<Partial<Record<FieldKey, string>>>({});

  // Grows when a case is left: answers that were asked for before belong to nobody any more.
  #stay = 0;

  constructor(readonly backend: Backend) {}

  /** Listens to the booth, then shows what it has open. The promised function ends the listening. */
  async begin(): Promise<() => void> {
    let stop = () => {};
    await this.#guard('booth', async () => {
      stop = await this.backend.onNotice((notice) => this.hear(notice));
      await this.#readBooth();
      const open = await this.backend.caseCurrent();
      if (open) this.#show(open);
    });
    return stop;
  }

  readBooth(): Promise<void> {
    return this.#guard('booth', () => this.#readBooth());
  }

  unlock(passphrase: string): Promise<void> {
    return this.#guard('unlock', async () => {
      this.booth = await this.backend.boothUnlock(passphrase);
      const open = await this.backend.caseCurrent();
      if (open) this.#show(open);
    });
  }

  hear(notice: Notice): void {
    switch (notice.about) {
      case 'case':
        if (isNewer(this.case, notice.case)) this.#show(notice.case);
        break;
      case 'upload':
        if (notice.upload.case === this.case?.id) {
          this.upload = { ...this.upload, [notice.upload.leg]: notice.upload };
        }
        break;
      case 'paper_upload':
        if (notice.upload.case === this.case?.id) {
          this.paperUpload = { ...this.paperUpload, [notice.upload.paper]: notice.upload };
        }
        break;
      case 'officer':
        this.officer = notice.officer;
        break;
      case 'refused':
        this.problem = notice.problem;
        break;
      case 'recording':
        this.recording = { view: notice.recording, heardAt: performance.now() };
        break;
      case 'challenge':
        if (notice.challenge.case === this.case?.id) this.challenge = notice.challenge;
        break;
      case 'prompt':
        if (notice.prompt.case === this.case?.id) this.prompt = notice.prompt;
        break;
      case 'camera':
        this.camera = notice.camera;
        break;
      case 'sound':
        this.sound = notice.sound;
        break;
      case 'sight':
        if (notice.sight.case === this.case?.id) this.sight = notice.sight;
        break;
    }
  }

  /** Asks something that is no change of the case on the screen, one thing at a time; a refusal becomes the problem. */
  ask(name: string, work: () => Promise<void>): Promise<void> {
    return this.#guard(name, work);
  }

  /** Goes to the officer's desk. */
  enterDesk(): Promise<void> {
    return this.#guard('enter-desk', async () => {
      this.officer = await this.backend.officerView();
      this.place = 'desk';
    });
  }

  /** Back to the booth; a case that is open is left, not lost. Whether the officer stays signed in is theirs to say. */
  leaveDesk(): Promise<void> {
    return this.#leave('leave-desk', async () => {
      if (this.case) await this.backend.caseClose();
      this.place = 'booth';
    });
  }

  /** Goes behind the booth. Only from the first screen: nobody leaves a case for it. */
  enterOperator(page: OperatorPage): void {
    if (this.case || this.busy !== null) return;
    this.problem = null;
    this.operatorPage = page;
    this.place = 'operator';
  }

  /** Back to the booth, as it is now. What is still being asked for there is answered to nobody. */
  async leaveOperator(): Promise<void> {
    this.place = 'booth';
    this.problem = null;
    try {
      await this.#readBooth();
    } catch (reason) {
      this.problem = asProblem(reason);
    }
  }

  /** Puts a case that waits for a person on the screen. */
  async openFromOperator(id: string): Promise<void> {
    await this.resume(id);
    if (this.case?.id === id) this.place = 'booth';
  }

  /** Opens a new case. */
  open(entry: Entry): Promise<void> {
    this.entry = entry;
    return this.act('open', () => this.backend.caseOpen());
  }

  resume(id: string): Promise<void> {
    return this.act('resume', () => this.backend.caseResume(id));
  }

  /** Does one thing that changes the case and shows what became of it. */
  act(name: string, command: () => Promise<CaseView>): Promise<void> {
    return this.#guard(name, async () => {
      const stay = this.#stay;
      const view = await command();
      if (stay !== this.#stay) return;
      const other = this.case?.id !== view.id;
      if (other) this.#forget();
      if (other || isNewer(this.case, view)) this.#show(view);
    });
  }

  goTo(step: Step): Promise<void> {
    return this.act('go-to', () => this.backend.goTo(step));
  }

  /** Goes on from a prompt of the recording by hand. Nothing waits for it: what is asked next is told. */
  nextPrompt(number: number): void {
    this.backend.videoNext(number).catch((reason: unknown) => (this.problem = asProblem(reason)));
  }

  /** A page was on the screen. */
  see(object: string, page: number): void {
    const before = this.seen[object];
    if (!before?.has(page)) this.seen = { ...this.seen, [object]: withPage(before, page) };
  }

  /** Leaves the case; it is kept. */
  close(): Promise<void> {
    return this.#leave('close', () => this.backend.caseClose());
  }

  /** Deletes the case. */
  discard(): Promise<void> {
    return this.#leave('discard', () => this.backend.caseDiscard());
  }

  /** Deletes a case of the list. */
  discardListed(id: string): Promise<void> {
    return this.#leave('discard', async () => {
      await this.backend.caseResume(id);
      try {
        await this.backend.caseDiscard();
      } catch (reason) {
        await this.backend.caseClose();
        throw reason;
      }
    });
  }

  /** Looks for cameras anew. Other things can be done meanwhile. */
  async refreshCameras(): Promise<void> {
    try {
      this.booth = await this.backend.camerasRefresh();
    } catch (reason) {
      this.problem = asProblem(reason);
    }
  }

  chooseCamera(role: CameraRole, camera: string): Promise<void> {
    return this.#guard('cameras', async () => {
      this.booth = await this.backend.cameraChoose(role, camera);
      this.#restartPreview();
    });
  }

  chooseMicrophone(microphone: string): Promise<void> {
    return this.#guard('cameras', async () => {
      this.booth = await this.backend.microphoneChoose(microphone);
      this.sound = null;
    });
  }

  restartCamera(): Promise<void> {
    return this.#guard('camera', async () => {
      // What was missing may have been plugged in.
      this.booth = await this.backend.camerasRefresh();
      await this.backend.cameraRestart();
      this.#restartPreview();
    });
  }

  /** Looks once for the camera of `role`, which failed. Where it is back, the live picture begins anew. Whether it is worth
   *  looking again. */
  async lookForCamera(role: CameraRole, signal: AbortSignal): Promise<boolean> {
    let found: CameraSearch;
    try {
      found = await this.backend.cameraLook(role);
    } catch {
      return true;
    }
    if (signal.aborted) return false;
    if (found === 'back') {
      this.problem = null;
      this.#restartPreview();
      this.returned = role;
      setTimeout(() => (this.returned = null), RETURN_SAID_MS);
      void this.refreshCameras();
    }
    return found === 'not_yet';
  }

  async saveSigned(paper: string): Promise<boolean> {
    let saved = false;
    await this.#guard('signed-save', async () => {
      saved = await this.backend.signedSave(paper);
    });
    return saved;
  }

  async saveReceipt(): Promise<boolean> {
    let saved = false;
    await this.#guard('receipt', async () => {
      saved = await this.backend.receiptSave();
    });
    return saved;
  }

  #restartPreview(): void {
    this.camera = null;
    this.sight = null;
    this.previewRound += 1;
  }

  async #readBooth(): Promise<void> {
    const booth = await this.backend.boothView();
    // The next person is met in the booth's own language; an officer keeps theirs from case to case.
    if (this.case === null && this.place === 'booth') setLanguage(nearestLanguage(booth.language));
    this.booth = booth;
  }

  #show(view: CaseView): void {
    if (this.case?.step !== view.step) {
      this.problem = null;
      this.camera = null;
      this.recording = null;
      this.challenge = null;
      this.prompt = null;
    }
    // What was seen before a picture was taken is not what is seen now.
    if (view.capture?.showing.state !== this.case?.capture?.showing.state || this.case?.step !== view.step) this.sight = null;
    if (view.step === 'submitting' && this.case?.step !== 'submitting') this.upload = {};
    this.case = view;
  }

  #leave(name: string, command: () => Promise<void>): Promise<void> {
    return this.#guard(name, async () => {
      await command();
      this.#forget();
      await this.#readBooth();
    });
  }

  /** Everything about a person goes. */
  #forget(): void {
    this.#stay += 1;
    this.case = null;
    this.problem = null;
    this.upload = {};
    this.paperUpload = {};
    this.seen = {};
    this.printing = null;
    this.recording = null;
    this.challenge = null;
    this.prompt = null;
    this.camera = null;
    this.sight = null;
    this.operator = '';
    this.typed = {};
    this.proposed = {};
  }

  async #guard(name: string, work: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = name;
    this.problem = null;
    try {
      await work();
    } catch (reason) {
      this.problem = asProblem(reason);
    } finally {
      this.busy = null;
    }
  }
}

const KEY = Symbol('session');

export function provideSession(session: Session): void {
  setContext(KEY, session);
}

export function useSession(): Session {
  return getContext(KEY);
}
