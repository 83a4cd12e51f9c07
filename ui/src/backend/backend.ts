// What the page asks of the booth: one method for each command, with its types. Two things answer: the program
// (tauri.ts) and, while the page is worked on in a plain browser, a stand-in (rehearsal.ts).

import type {
  Assurance,
  Biometrics,
  AuditChain,
  AuditKind,
  AuditPage,
  BoothView,
  CameraSearch,
  CameraTrial,
  CarryKeys,
  CaseView,
  Check,
  CodeMethod,
  ConsentText,
  Corners,
  Crop,
  DeskEntry,
  DoctorReport,
  DocumentView,
  FieldValue,
  HandedOver,
  Notice,
  OfficerView,
  ProblemView,
  QueueView,
  Role,
  SignIn,
  SimilarityWord,
  Step,
  TakenIn,
  UnlockInput,
} from './generated';

/** What comes back when the page asks for the newest picture of a camera. */
export type Pulled =
  | { state: 'picture'; sequence: number; jpeg: Blob }
  /** Nothing newer for two seconds: ask again. */
  | { state: 'nothing' }
  /** The camera failed; asking again does not help until it is restarted. */
  | { state: 'failed'; problem: ProblemView };

/** The steps whose camera can be chosen. */
export type CameraRole = Exclude<Role, 'portrait'>;

/** What an officer does: sign in, look through the cases, and decide. Every method rejects with a `ProblemView`. */
export interface DeskBackend {
  officerView(): Promise<OfficerView>;
  officerSignIn(signIn: SignIn): Promise<OfficerView>;
  officerSignOut(): Promise<OfficerView>;
  /** The cases with the officer, and those decided on, newest first. */
  deskList(): Promise<DeskEntry[]>;
  /** The same, after the server was asked for the state of each. */
  deskRefresh(): Promise<DeskEntry[]>;
  deskOpen(id: string): Promise<CaseView>;
  /** Reads a request that was captured elsewhere into a case here. */
  deskFetch(requestPk: number, videoidPk: number): Promise<CaseView>;
  deskApprove(): Promise<CaseView>;
  deskRefuse(reason: string): Promise<CaseView>;
}

/** What whoever looks after the booth asks: nothing personal is in it. Every method rejects with a `ProblemView`. */
export interface OperatorBackend {
  /** What was submitted and is not delivered. */
  queueView(): Promise<QueueView>;
  /** Sends a waiting case now; what waits then. */
  queueSend(id: string): Promise<QueueView>;
  /** Hands a waiting case over in a bundle; null when the person closed the system's dialog. `name` is suggested for it. */
  queueHandOver(id: string, name: string): Promise<HandedOver | null>;
  /** What others need of this machine to exchange bundles with it. */
  carryKeys(): Promise<CarryKeys>;
  /** Takes in the case of a bundle; null when the person closed the system's dialog. */
  bundleTakeIn(): Promise<TakenIn | null>;
  /** The newest lines of the audit log before line `before`, of one kind if it is given. */
  auditPage(before: number | null, kind: AuditKind | null): Promise<AuditPage>;
  /** Whether the log is as it was written. */
  auditChain(): Promise<AuditChain>;
  /** Tries everything a case needs; works where the booth could not be opened, too. */
  doctorExamine(): Promise<DoctorReport>;
  /** Tries out a camera for some seconds; meanwhile `pullTrial` has its pictures. */
  cameraTry(camera: string): Promise<CameraTrial>;
  /** The newest picture after `after` of the camera that is being tried out; nothing where none is. */
  pullTrial(after: number, signal: AbortSignal): Promise<Pulled>;
}

/** From the review to the end. Every method rejects with a `ProblemView`. */
export interface SigningBackend {
  /** Asks the server where the case stands. */
  statusRefresh(): Promise<CaseView>;
  /** Opens the system's file dialog; the case is unchanged when the person cancels it. */
  papersPick(): Promise<CaseView>;
  paperRemove(paper: string): Promise<CaseView>;
  papersUpload(): Promise<CaseView>;
  contractFetch(): Promise<CaseView>;
  /** A person has seen all pages of it: of the contract or a document, by its object. */
  paperRead(object: string): Promise<CaseView>;
  codeRequest(method: CodeMethod): Promise<CaseView>;
  sign(unlock: UnlockInput): Promise<CaseView>;
  signedFetch(): Promise<CaseView>;
  /** False when the person cancelled the dialog. */
  signedSave(paper: string): Promise<boolean>;
  /** Opens the system's print dialog on what the page shows: all pages of this document. */
  signedPrint(paper: string): Promise<void>;
  serverDelete(): Promise<CaseView>;
  /** The address of page `n` (from 0) of a PDF as a picture `width` pixels wide. */
  pageUrl(caseId: string, object: string, n: number, width: number): string;
}

/** Every method rejects with a `ProblemView`. */
export interface Backend extends DeskBackend, OperatorBackend, SigningBackend {
  boothView(): Promise<BoothView>;
  /** Tries the passphrase of the evidence kept here. The first one ever given becomes the passphrase. */
  boothUnlock(passphrase: string): Promise<BoothView>;
  consentText(language: string): Promise<ConsentText>;

  caseOpen(): Promise<CaseView>;
  caseResume(id: string): Promise<CaseView>;
  caseCurrent(): Promise<CaseView | null>;
  /** Leaves the screen; the case is kept, or filed when it was submitted. */
  caseClose(): Promise<void>;
  /** Deletes the current case and its evidence. */
  caseDiscard(): Promise<void>;

  startNew(mobilePhone: string, email: string): Promise<CaseView>;
  startExisting(requestPk: number, videoidPk: number): Promise<CaseView>;
  startDefer(): Promise<CaseView>;
  startDeclareNone(): Promise<CaseView>;

  consentAccept(language: string, version: string, biometrics: Biometrics): Promise<CaseView>;
  documentChoose(document: DocumentView): Promise<CaseView>;

  stillTake(): Promise<CaseView>;
  stillFromFile(): Promise<CaseView>;
  captureUse(): Promise<CaseView>;
  captureRetake(): Promise<CaseView>;
  /** A person put the document's corners on the picture that is shown. */
  documentOutline(corners: Corners): Promise<CaseView>;
  portraitCut(crop: Crop): Promise<CaseView>;
  videoBegin(): Promise<CaseView>;
  videoEnd(): Promise<CaseView>;
  /** Goes on from prompt `number` of the recording by hand; one that is over is left as it is. */
  videoNext(number: number): Promise<void>;

  /** `operator` answers for what differs from what was read; empty where no name was given. */
  fieldsConfirm(fields: FieldValue[], operator: string): Promise<CaseView>;
  checkAttest(check: Check, passed: boolean | null, operator: string): Promise<CaseView>;
  similarityJudge(word: SimilarityWord | null, operator: string): Promise<CaseView>;
  /** What was checked of the case on the screen, and on what each thing stands. */
  caseAssurance(): Promise<Assurance>;
  goTo(step: Step): Promise<CaseView>;
  submit(): Promise<CaseView>;

  camerasRefresh(): Promise<BoothView>;
  cameraChoose(role: CameraRole, camera: string): Promise<BoothView>;
  cameraRestart(): Promise<void>;
  /** Looks once for a camera that failed: the very same one, wherever it is plugged in now. */
  cameraLook(role: CameraRole): Promise<CameraSearch>;
  microphoneChoose(microphone: string): Promise<BoothView>;
  /** Removes pictures and video of a delivered case from this machine; the proof of the delivery stays. */
  evidencePurge(id: string): Promise<CaseView>;
  /** False when the person cancelled the dialog. */
  receiptSave(): Promise<boolean>;

  /** The newest picture after `after`; waits about two seconds for one. */
  pull(role: CameraRole, after: number, signal: AbortSignal): Promise<Pulled>;
  /** The address of a piece of evidence, for an image element. */
  objectUrl(caseId: string, object: string): string;
  /** The address of the picture of a video at `milliseconds`. */
  clipUrl(caseId: string, object: string, milliseconds: number): string;

  /** Calls `listener` with everything the booth tells; the promised function ends that. */
  onNotice(listener: (notice: Notice) => void): Promise<() => void>;
}
