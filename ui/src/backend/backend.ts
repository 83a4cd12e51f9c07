// What the page asks of the booth: one method for each command, with its types. Two things answer: the program
// (tauri.ts) and, while the page is worked on in a plain browser, a stand-in (rehearsal.ts).

import type {
  BoothView,
  CaseView,
  Check,
  ConsentText,
  Crop,
  DocumentView,
  FieldValue,
  Notice,
  ProblemView,
  Role,
  SimilarityWord,
  Step,
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

/** Every method rejects with a `ProblemView`. */
export interface Backend {
  boothView(): Promise<BoothView>;
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

  consentAccept(language: string, version: string): Promise<CaseView>;
  documentChoose(document: DocumentView): Promise<CaseView>;

  stillTake(): Promise<CaseView>;
  stillFromFile(): Promise<CaseView>;
  captureUse(): Promise<CaseView>;
  captureRetake(): Promise<CaseView>;
  portraitCut(crop: Crop): Promise<CaseView>;
  videoBegin(): Promise<CaseView>;
  videoEnd(): Promise<CaseView>;

  fieldsConfirm(fields: FieldValue[]): Promise<CaseView>;
  checkAttest(check: Check, passed: boolean | null, operator: string): Promise<CaseView>;
  similarityJudge(word: SimilarityWord | null, operator: string): Promise<CaseView>;
  goTo(step: Step): Promise<CaseView>;
  submit(): Promise<CaseView>;

  camerasRefresh(): Promise<BoothView>;
  cameraChoose(role: CameraRole, camera: string): Promise<BoothView>;
  cameraRestart(): Promise<void>;
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
