// Made from crates/station/src/view: do not edit. `UPDATE_BINDINGS=1 cargo test -p station` writes it anew.

export type Step = "start" | "consent" | "document" | "front" | "portrait" | "rear" | "selfie" | "fields" | "video" | "review" | "submitting" | "submitted" | "failed" | "documents" | "reading" | "code" | "signed" | "closed" | "refused";

export type Role = "front" | "portrait" | "rear" | "selfie" | "video";

export type DocumentType = "identity_card" | "residence_card" | "passport";

export type FieldKey = "given_name" | "first_surname" | "second_surname" | "serial_number" | "mobile_phone" | "email";

export type Check = "otp_validation" | "documents_match" | "data_integrity" | "document_not_copy" | "document_not_expired" | "document_not_underage" | "liveness";

export type SimilarityWord = "high" | "medium" | "low";

export type Origin = "new" | "existing" | "fetched";

export type Leg = "evidences" | "video";

export type Code = "camera_none" | "camera_busy" | "camera_unplugged" | "camera_silent" | "camera_denied" | "camera_unusable" | "camera_damaged" | "camera_small" | "camera_failed" | "camera_missing" | "camera_software" | "camera_not_allowed" | "sound_not_built" | "microphone_none" | "microphone_busy" | "microphone_unplugged" | "microphone_stuck" | "microphone_denied" | "microphone_failed" | "synthetic_refused" | "picture_unreadable" | "clip_unreadable" | "recording_too_short" | "recording_failed" | "store_full" | "store_failed" | "disk_reserve" | "store_damaged" | "audit_failed" | "audit_broken" | "vault_locked" | "passphrase_unset" | "vault_key_missing" | "passphrase_wrong" | "passphrase_short" | "not_fit" | "server_unreachable" | "server_untrusted" | "answer_lost" | "not_the_service" | "too_large" | "data_refused" | "wrong_registration_authority" | "credentials_refused" | "request_not_found" | "request_wrong_state" | "server_fault" | "evidence_rejected" | "request_cancelled" | "review_pending" | "upload_window" | "request_uncertain" | "field_wrong" | "crop_outside" | "operator_unnamed" | "out_of_order" | "case_unknown" | "case_in_use" | "billing_refused" | "server_misconfigured" | "evidence_complete" | "officer_not_signed_in" | "officer_incomplete" | "officer_refused" | "officer_is_operator" | "decision_uncertain" | "approval_incomplete" | "reason_missing" | "document_unreadable" | "document_locked" | "document_too_large" | "document_limit" | "document_altered" | "document_uncertain" | "document_missing" | "document_unread" | "stamp_wrong" | "code_too_soon" | "code_wrong" | "code_missing" | "code_uncertain" | "signature_uncertain" | "already_issued" | "signature_invalid" | "copy_missing" | "deletion_unproven" | "case_handed_over" | "recipient_missing" | "bundle_not_written" | "stamp_missing" | "bundle_copy" | "bundle_known" | "bundle_stranger" | "bundle_unreadable" | "bundle_locked" | "bundle_altered" | "request_refused" | "credential_store" | "listen_failed" | "settings_wrong" | "internal";

export type TryAgain = "now" | "later" | "after_change" | "find_out_first";

export type Crop = { 
/**
 * Left edge.
 */
x: number, 
/**
 * Top edge.
 */
y: number, 
/**
 * Width.
 */
width: number, 
/**
 * Height.
 */
height: number, };

export type Corners = [[number, number], [number, number], [number, number], [number, number]];

export type Source = "mrz" | "visual_zone" | "both" | "barcode";

export type Hint = "no_colour" | "screen" | "other_document" | "other_side" | "check_digits";

export type Biometrics = "allowed" | "refused";

export type NoFace = "none" | "several" | "unreadable";

export type Motion = "left" | "right" | "blink" | "closer";

export type ChallengeFault = "ended_early" | "too_slow" | "other_motion" | "face_lost" | "several_faces" | "other_face" | "frozen" | "flat" | "replayed" | "jump";

export type Prompt = "front" | "tilt" | "back" | "fingers" | "speech" | "movements";

export type PromptEnd = "seen" | "missed" | "time_passed" | "went_on";

export type ChapterKind = "asked" | "face_seen" | "seen" | "missed" | "went_on" | "gap";

export type Chapter = { 
/**
 * When, in milliseconds since the first picture.
 */
at_ms: number, 
/**
 * What happened.
 */
what: ChapterKind, 
/**
 * The prompt it is about.
 */
prompt?: Prompt, 
/**
 * The movement, where the prompt asks for several.
 */
motion?: Motion, 
/**
 * The digits that were asked for.
 */
digits?: string, };

export type Gap = { 
/**
 * When the last picture before it was captured, in milliseconds since the first.
 */
at_ms: number, 
/**
 * How long nothing came, in milliseconds.
 */
for_ms: number, };

export type TakeView = { 
/**
 * No picture was missing for longer than anybody would notice.
 */
continuous: boolean, 
/**
 * Each time without a picture.
 */
gaps: Array<Gap>, 
/**
 * What a reviewer should know, by the codes the page has sentences for.
 */
remarks: Array<string>, 
/**
 * Time and case were drawn into every picture.
 */
stamped: boolean, };

export type PromptResult = { 
/**
 * What was asked for.
 */
prompt: Prompt, 
/**
 * The digits that were asked for.
 */
digits: string | null, 
/**
 * How it ended; null where the recording ended first.
 */
end: PromptEnd | null, };

export type SizeView = { 
/**
 * Pixels across.
 */
width: number, 
/**
 * Pixels down.
 */
height: number, };

export type ProblemView = { 
/**
 * What happened; the page has a sentence and an action for each.
 */
code: Code, 
/**
 * Whether trying again makes sense.
 */
try_again: TryAgain, 
/**
 * The cause in its own words: the server's, the driver's.
 */
detail: string | null, 
/**
 * The field it is about.
 */
field: FieldKey | null, };

export type ProvenanceView = { 
/**
 * `usb`, `pci`, and so on; `none` for one that hangs on no bus.
 */
bus: string | null, 
/**
 * Vendor and product as they are written, `046d:0825`.
 */
numbers: string | null, 
/**
 * The serial number it states.
 */
serial: string | null, 
/**
 * The driver.
 */
driver: string | null, 
/**
 * Where in the machine it is plugged in.
 */
path: string | null, 
/**
 * Whether a physical device stands behind it; null: not known.
 */
physical: boolean | null, 
/**
 * What the driver was asked for, as `1920x1080 mjpeg 30`; null where it was only listed.
 */
asked: string | null, 
/**
 * What the driver made of that.
 */
delivered: string | null, };

export type CameraView = { 
/**
 * Stable identity, to choose it by.
 */
id: string, 
/**
 * Its name as a person knows it.
 */
name: string, 
/**
 * True for a replay, and for a camera that a program makes.
 */
synthetic: boolean, 
/**
 * True for a replay: a file, or what is part of the program.
 */
replay: boolean, 
/**
 * Why it may not be used at this booth; null: it may.
 */
refused: Code | null, 
/**
 * What stands behind it; null for a replay.
 */
provenance: ProvenanceView | null, 
/**
 * The largest picture it offers, in pixels; unknown for a replay before it is opened.
 */
largest: SizeView | null, };

export type CameraTrial = { 
/**
 * Which.
 */
camera: string, 
/**
 * What was found, in the order it was looked at.
 */
findings: Array<DoctorFinding>, };

export type MicrophoneView = { 
/**
 * Stable identity, to choose it by.
 */
id: string, 
/**
 * Its name as a person knows it.
 */
name: string, 
/**
 * True for a replay, and for generated sound.
 */
synthetic: boolean, };

export type SoundChoice = { 
/**
 * What can deliver sound.
 */
microphones: Array<MicrophoneView>, 
/**
 * The chosen one, or none when it is not there.
 */
chosen: string | null, };

export type ChosenCamera = { 
/**
 * The step's role: front, rear, selfie or video.
 */
role: Role, 
/**
 * The source, or none when nothing is connected.
 */
camera: string | null, };

export type CaseSummary = { 
/**
 * Identity of the case.
 */
id: string, 
/**
 * Four characters to tell it by.
 */
code: string, 
/**
 * Where it stands.
 */
step: Step, 
/**
 * When it was opened, epoch milliseconds.
 */
opened_at: number, 
/**
 * The request at the server, if one is known.
 */
request_pk: number | null, 
/**
 * It was submitted and goes out by itself.
 */
by_itself: boolean, };

export type BoothView = { 
/**
 * Version of the program.
 */
version: string, 
/**
 * True when the server is the sandbox inside the program and nothing leaves the machine.
 */
practice: boolean, 
/**
 * The sandbox's own page, where a person can look at what arrived; practice only.
 */
sandbox_page: string | null, 
/**
 * The booth's name, as the reviewer will see it.
 */
booth: string, 
/**
 * Host and port of the server, for the settings line; no credentials.
 */
server: string, 
/**
 * BCP 47 tag of the language the booth starts in.
 */
language: string, 
/**
 * What can deliver pictures.
 */
cameras: Array<CameraView>, 
/**
 * The chosen source of each capture step.
 */
chosen: Array<ChosenCamera>, 
/**
 * What the video's sound can be recorded with; null where it is recorded without.
 */
sound: SoundChoice | null, 
/**
 * The country preselected at the document step (ISO 3166-1 alpha-2).
 */
home_country: string, 
/**
 * Cases in which something is left to do, newest first: by their step, for the booth (up to `submitted`), for the
 * officer (`submitted`), or for person and booth again (`documents` to `signed`). Nothing personal in them.
 */
unfinished: Array<CaseSummary>, 
/**
 * Whether the officer's desk may be opened at this booth.
 */
desk: boolean, 
/**
 * Whether whoever stands here may look behind the booth: what waits, the checks, the log. Not where people are
 * alone with it.
 */
operator_pages: boolean, 
/**
 * Whether a script is asked in the video.
 */
script: boolean, 
/**
 * Whether what is asked in the video is said aloud, where the page has a voice for it.
 */
spoken: boolean, 
/**
 * Why the booth cannot work, if it cannot (settings, store).
 */
problem: ProblemView | null, 
/**
 * Why no new case can begin, if none can; those that have begun go on.
 */
no_new_case: ProblemView | null, 
/**
 * What somebody should see to, while the booth works all the same.
 */
cautions: Array<ProblemView>, };

export type ConsentText = { 
/**
 * Version of the text.
 */
version: string, 
/**
 * BCP 47 tag.
 */
language: string, 
/**
 * Paragraphs, in order.
 */
paragraphs: Array<string>, 
/**
 * Terms and conditions.
 */
terms_url: string, 
/**
 * Privacy policy.
 */
privacy_url: string, };

export type StepView = { 
/**
 * Which.
 */
step: Step, 
/**
 * It has what it is there for.
 */
done: boolean, 
/**
 * A person may go there now.
 */
reachable: boolean, };

export type RequestView = { "state": "none" } | { "state": "creating" } | { "state": "uncertain" } | { "state": "known", 
/**
 * The request.
 */
request_pk: number, 
/**
 * Its VideoID.
 */
videoid_pk: number, };

export type DocumentView = { 
/**
 * Card, residence card or passport.
 */
kind: DocumentType, 
/**
 * ISO 3166-1 alpha-2.
 */
country: string, };

export type ExhibitView = { 
/**
 * What it shows.
 */
role: Role, 
/**
 * Under `cam://localhost/object/{case}/{object}` are its own bytes; for a video
 * `cam://localhost/clip/{case}/{object}?t={milliseconds}` is the picture at that time.
 */
object: string, 
/**
 * IANA media type.
 */
media_type: string, 
/**
 * Pixels.
 */
size: SizeView, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * SHA-256 in hex.
 */
sha256: string, 
/**
 * When it was taken, epoch milliseconds.
 */
taken_at: number, 
/**
 * The camera's name, or null when it came from a file or is a crop.
 */
camera: string | null, 
/**
 * True when it came from a replay, or from a camera that a program makes.
 */
synthetic: boolean, 
/**
 * What stood behind the camera; null where it is not known.
 */
provenance: ProvenanceView | null, 
/**
 * True when it was picked from a file.
 */
from_file: boolean, 
/**
 * True when it was read back from the server.
 */
from_server: boolean, 
/**
 * Length of a video in milliseconds.
 */
duration_ms: number | null, 
/**
 * Pictures in a video.
 */
frames: number | null, 
/**
 * What happened in a video, and when.
 */
chapters: Array<Chapter>, 
/**
 * False once the bytes were removed here: the size and the SHA-256 are what is left.
 */
kept: boolean, 
/**
 * The rectangle of a crop.
 */
crop: Crop | null, 
/**
 * The document's corners in the picture, where they are known.
 */
corners: Corners | null, 
/**
 * True where a person put the corners there.
 */
corners_by_hand: boolean, 
/**
 * True where the booth took it by itself.
 */
by_itself: boolean, 
/**
 * What a reviewer should know about it.
 */
note: string | null, 
/**
 * How the video was recorded; null for everything else, and where that is not known.
 */
take: TakeView | null, };

export type ShowingView = { "state": "live" } | { "state": "recording" } | { "state": "taken", 
/**
 * It.
 */
exhibit: ExhibitView, } | { "state": "accepted", 
/**
 * It.
 */
exhibit: ExhibitView, };

export type AnswerView = { 
/**
 * Whether every step was done in its order and time by one person; null while it is not known, and where it could not be
 * seen.
 */
passed: boolean | null, 
/**
 * Why not.
 */
faults: Array<ChallengeFault>, };

export type CaptureView = { 
/**
 * Which piece is being taken.
 */
role: Role, 
/**
 * Live picture, recording, what was just taken, or what was accepted before.
 */
showing: ShowingView, 
/**
 * True when an accepted piece is kept while another is being taken.
 */
has_earlier: boolean, 
/**
 * The challenge of the video that is recorded or shown; null where none is asked.
 */
challenge: AnswerView | null, 
/**
 * What was asked for in the video that is shown, in order; null where nothing was, and while it is recorded.
 */
script: Array<PromptResult> | null, };

export type ReadFieldView = { 
/**
 * What it says, as it would stand in the field.
 */
value: string, 
/**
 * Where on the document it stands.
 */
source: Source, 
/**
 * How sure the reading is, 0 to 1.
 */
confidence: number, 
/**
 * Whether a character was corrected.
 */
repaired: boolean, 
/**
 * In which picture.
 */
role: Role, 
/**
 * Where in that picture.
 */
corners: Corners | null, 
/**
 * What another place of the document says instead.
 */
other: string | null, };

export type ChangedView = { 
/**
 * The operator; null where no name was given: somebody at the booth.
 */
by: string | null, 
/**
 * When, epoch milliseconds.
 */
at: number, };

export type FieldView = { 
/**
 * Which.
 */
key: FieldKey, 
/**
 * Its value; empty when there is none.
 */
value: string, 
/**
 * Whether the case cannot go on without it.
 */
required: boolean, 
/**
 * The picture it is read from.
 */
beside: Role | null, 
/**
 * What a machine read; a proposal until a person confirms it.
 */
read: ReadFieldView | null, 
/**
 * Set where a person's value stands in the place of what was read.
 */
changed: ChangedView | null, };

export type FieldValue = { 
/**
 * Which.
 */
key: FieldKey, 
/**
 * What the person typed.
 */
value: string, };

export type ReadingView = { 
/**
 * The name and version of the method, with the engine that ran it.
 */
method: string, 
/**
 * When, epoch milliseconds.
 */
at: number, 
/**
 * Where the portrait is on the front: a proposal.
 */
portrait: Crop | null, 
/**
 * What a person should look for.
 */
hints: Array<Hint>, };

export type CheckView = { 
/**
 * Which.
 */
check: Check, 
/**
 * Whether a person can vouch for it by looking.
 */
attestable: boolean, 
/**
 * Passed or not; null = nobody measured or attested it, and it is not sent.
 */
passed: boolean | null, 
/**
 * The person who vouched, if one did.
 */
attested_by: string | null, 
/**
 * The method that measured it, if one did.
 */
measured_by: string | null, 
/**
 * What it measured.
 */
score: number | null, 
/**
 * Where yes begins.
 */
threshold: number | null, 
/**
 * True where only the server says so: on whose word is not known here.
 */
reported: boolean, };

export type SimilarityView = { 
/**
 * What was judged by eye; null where only the server's level is known.
 */
word: SimilarityWord | null, 
/**
 * By whom; null where that is not known here.
 */
by: string | null, 
/**
 * The method that measured it, if one did.
 */
measured_by: string | null, 
/**
 * The level, from 0 to 100, as it was measured or as the server has it, which may have a word; null where it was
 * judged by eye.
 */
level: string | null, };

export type LegProgress = "waiting" | "sending" | "arrived";

export type LegView = { 
/**
 * Which.
 */
leg: Leg, 
/**
 * waiting, sending or arrived.
 */
state: LegProgress, };

export type DeliveryView = { 
/**
 * Where it stands.
 */
legs: Array<LegView>, 
/**
 * When a person said: submit.
 */
submitted_at: number, 
/**
 * When the server confirmed it.
 */
confirmed_at: number | null, 
/**
 * The server's status, once it is confirmed.
 */
status: string | null, 
/**
 * It is kept safe and goes out by itself; nobody has to do anything.
 */
by_itself: boolean, 
/**
 * Failures since anything last arrived at the server.
 */
failed_attempts: number, 
/**
 * When it is tried again at the earliest, epoch milliseconds.
 */
next_at: number | null, };

export type KeptView = { 
/**
 * Pictures and video are removed at this moment, epoch milliseconds; null once they are, or while that cannot be
 * told.
 */
until: number | null, 
/**
 * When they were removed, epoch milliseconds.
 */
removed_at: number | null, };

export type QueueEntry = { 
/**
 * Identity of the case.
 */
id: string, 
/**
 * Four characters to tell it by.
 */
code: string, 
/**
 * Its place, from 1; null where only a person can help, and the problem says how.
 */
position: number | null, 
/**
 * When a person said: submit, epoch milliseconds.
 */
submitted_at: number, 
/**
 * It is on its way: it is being sent, or looked up, or next in line.
 */
under_way: boolean, 
/**
 * How far the part that goes out is; null while none does.
 */
upload: UploadView | null, 
/**
 * Failures since anything last arrived at the server.
 */
failed_attempts: number, 
/**
 * When it is tried again at the earliest, epoch milliseconds; null: now, or with the next that is.
 */
next_at: number | null, 
/**
 * Bytes of pictures and video that are still to go out.
 */
bytes_left: number, 
/**
 * Of these, the video's, which goes out last.
 */
video_left: number, 
/**
 * What stopped it last.
 */
problem: ProblemView | null, };

export type QueueRules = { 
/**
 * The most an upload may take of the line, in kilobits a second; null: as fast as it goes.
 */
most_kbit_s: number | null, 
/**
 * The hours in which uploads go out, as a clock shows them: `22:00-06:00`; null: at any time.
 */
window: string | null, 
/**
 * Hours that pictures and video stay here once the server has everything; 0: removed at once.
 */
keep_hours: number, 
/**
 * Megabytes of the disk a new case may not touch; 0: no reserve.
 */
reserve_mb: number, 
/**
 * The one machine cases can be handed over to, as others name it (`age1…`); null: none, or several.
 */
hand_over_to: string | null, };

export type QueueView = { 
/**
 * Submitted and not delivered: those that go out by themselves, in their order, then those a person has to see to.
 */
entries: Array<QueueEntry>, 
/**
 * Whether they go out by themselves in this program.
 */
by_itself: boolean, 
/**
 * Since when there is no connection to the server, epoch milliseconds; null while there is one, or nobody tried.
 */
offline_since: number | null, 
/**
 * What the settings say about it.
 */
rules: QueueRules, };

export type CarryKeys = { 
/**
 * Others verify with it what this device sealed: 64 hex digits.
 */
device: string, 
/**
 * Others encrypt to it what is for this machine: `age1…`.
 */
recipient: string, };

export type HandedOver = { 
/**
 * The bundle's name, without its folder.
 */
file: string, 
/**
 * Why it has no time stamp, where one was asked for.
 */
not_stamped: ProblemView | null, 
/**
 * What waits now.
 */
queue: QueueView, };

export type TakenIn = { 
/**
 * Four characters to tell it by.
 */
code: string, 
/**
 * What waits now.
 */
queue: QueueView, };

export type AuditKind = "cases" | "officers" | "booth" | "log";

export type AuditEntry = { 
/**
 * Its number, from 0.
 */
n: number, 
/**
 * When, by the machine's clock then, epoch milliseconds.
 */
at: number, 
/**
 * What it is about.
 */
kind: AuditKind, 
/**
 * What happened; the page has a word for each it knows, and a newer program's lines have others.
 */
what: string, 
/**
 * The four characters of the case it is about.
 */
code: string | null, 
/**
 * What else is known, by name.
 */
details: { [key in string]: string }, };

export type AuditPage = { 
/**
 * The lines.
 */
entries: Array<AuditEntry>, 
/**
 * There are older ones.
 */
more: boolean, };

export type AuditFault = "unreadable" | "changed" | "out_of_place" | "not_chained" | "not_as_kept" | "missing" | "no_head" | "noticed";

export type AuditChain = { 
/**
 * Lines that hold, up to the first that does not.
 */
entries: number, 
/**
 * When the last line was written, epoch milliseconds; null where the log does not hold to its end, or is empty.
 */
holds_until: number | null, 
/**
 * The end of the chain, to be kept elsewhere: `N:SHA256`.
 */
head: string | null, 
/**
 * The number of the first line that does not hold.
 */
broken_at: number | null, 
/**
 * What is wrong with it.
 */
fault: AuditFault | null, 
/**
 * The last line is not whole, as after a power cut. It is no fault.
 */
torn: boolean, };

export type DoctorSubject = "settings" | "data_folder" | "disk" | "vault" | "left_overs" | "audit_log" | "keyring" | "credentials" | "server" | "clock" | "certificates" | "camera" | "microphone" | "eyes" | "passive" | "register" | "running";

export type DoctorVerdict = "fine" | "warning" | "failed";

export type DoctorRemark = "settings_fine" | "folder_fine" | "folder_open" | "disk_fine" | "disk_low" | "disk_reserve" | "disk_slow" | "vault_empty" | "vault_fine" | "vault_damaged" | "nothing_left" | "left_overs" | "audit_fine" | "keyring_fine" | "keyring_forgets" | "credentials_fine" | "server_practice" | "server_fine" | "server_other_dialect" | "server_stranger" | "clock_fine" | "clock_off" | "clock_set_back" | "clock_unknown" | "certificate_fine" | "certificate_ends" | "certificate_over" | "camera_fine" | "camera_small" | "camera_rate" | "camera_slow" | "camera_whole" | "camera_broken" | "camera_light" | "camera_dark" | "camera_bright" | "camera_uneven" | "camera_sharp" | "camera_blurred" | "camera_plain" | "camera_plugged" | "camera_software" | "camera_serves_all" | "camera_serves_pictures" | "camera_serves_faces" | "camera_serves_nothing" | "sound_off" | "microphone_fine" | "microphone_silent" | "eyes_fine" | "eyes_slow" | "eyes_library_broken" | "eyes_off" | "passive_fine" | "passive_unused" | "register_fine" | "register_missing" | "alone" | "not_alone";

export type DoctorFinding = { 
/**
 * What was looked at.
 */
subject: DoctorSubject, 
/**
 * How it is.
 */
verdict: DoctorVerdict, 
/**
 * What was found; none where there is a problem.
 */
remark: DoctorRemark | null, 
/**
 * What fills the holes of the remark's sentence.
 */
values: { [key in string]: string }, 
/**
 * What failed, where it is one of the failures a case can meet.
 */
problem: ProblemView | null, };

export type DoctorReport = { 
/**
 * In the order it was looked at.
 */
findings: Array<DoctorFinding>, };

export type FourEyes = "different" | "same_person" | "unknown";

export type ReviewState = "open" | "sending" | "approved" | "refused";

export type ReviewView = { 
/**
 * How far it is.
 */
state: ReviewState, 
/**
 * The officer's name, where the decision was made here.
 */
officer: string | null, 
/**
 * When, epoch milliseconds.
 */
at: number | null, 
/**
 * Whether the officer also took the evidence; null where the decision was not made here.
 */
four_eyes: FourEyes | null, 
/**
 * Why it was refused.
 */
reason: string | null, 
/**
 * The names of those who put them to the capture.
 */
taken_by: Array<string>, };

export type SignedView = { 
/**
 * Its pages, as of [`PaperView::object`].
 */
object: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * SHA-256 in hex.
 */
sha256: string, 
/**
 * All in order: what the customer is owed.
 */
good: boolean, 
/**
 * Bytes, digest and signature agree.
 */
intact: boolean, 
/**
 * The signature covers the whole file.
 */
covers_whole: boolean, 
/**
 * The signed file begins with the bytes that were uploaded.
 */
extends_original: boolean, 
/**
 * Who signed, as the certificate says.
 */
signer: string, 
/**
 * Whether that is the person of the case; null where it cannot be told.
 */
is_holder: boolean | null, 
/**
 * Who issued the certificate.
 */
issuer: string, 
/**
 * The certificate's serial number.
 */
certificate: string, 
/**
 * When it was signed, as the signature says, epoch milliseconds.
 */
signed_at: number | null, 
/**
 * Whether a timestamp is in it.
 */
timestamped: boolean, 
/**
 * Whether the issuer is one this booth trusts; null where it was given none to trust.
 */
trusted: boolean | null, };

export type PaperView = { 
/**
 * Its identity within the case.
 */
id: string, 
/**
 * The name of the file it came from.
 */
file_name: string, 
/**
 * Under `cam://localhost/page/{case}/{object}/{n}?w={pixels}` are its pages, from 0, as pictures.
 */
object: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * SHA-256 in hex.
 */
sha256: string, 
/**
 * Pages in it.
 */
pages: number, 
/**
 * Whether the server has it.
 */
upload: LegProgress, 
/**
 * A person has seen all of it.
 */
read: boolean, 
/**
 * The signed copy, once it was fetched and checked.
 */
signed: SignedView | null, };

export type ContractView = { 
/**
 * Its pages, as of [`PaperView::object`].
 */
object: string, 
/**
 * Pages in it.
 */
pages: number, 
/**
 * A person has seen all of it.
 */
read: boolean, };

export type CodeMethod = "sms" | "whatsapp";

export type CodeProgress = "none" | "uncertain" | "sent";

export type CodeView = { 
/**
 * How far it is.
 */
state: CodeProgress, 
/**
 * Which way it went.
 */
method: CodeMethod | null, 
/**
 * When it was sent, epoch milliseconds.
 */
sent_at: number | null, 
/**
 * From when another can be asked for, epoch milliseconds.
 */
again_at: number | null, 
/**
 * The end of the phone number it goes to, so that a person can tell a wrong one.
 */
phone_end: string, };

export type SigningView = { 
/**
 * The documents.
 */
papers: Array<PaperView>, 
/**
 * The most there can be.
 */
most_papers: number, 
/**
 * The service contract, once it was fetched.
 */
contract: ContractView | null, 
/**
 * The one-time code.
 */
code: CodeView, 
/**
 * waiting, sending (or its fate unknown), arrived.
 */
signature: LegProgress, 
/**
 * When it was signed, epoch milliseconds.
 */
signed_at: number | null, 
/**
 * The deletion at the server: waiting, sending (or not proven), arrived (proven).
 */
deletion: LegProgress, 
/**
 * When the server was found to have nothing left, epoch milliseconds.
 */
deleted_at: number | null, 
/**
 * Every document the server has is here, signed and in order: deleting is allowed.
 */
all_kept: boolean, };

export type SignIn = { 
/**
 * Their name, for the record.
 */
name: string, 
/**
 * Their number at the registration authority.
 */
rao: string | null, 
/**
 * A token.
 */
token: string | null, 
/**
 * Their user name.
 */
username: string | null, 
/**
 * Their password.
 */
password: string | null, 
/**
 * Their PIN.
 */
pin: string | null, 
/**
 * Keep it in the system's store of credentials.
 */
remember: boolean, 
/**
 * Use what is kept there.
 */
remembered: boolean, };

export type SignedInView = { 
/**
 * Their name, as they gave it.
 */
name: string, 
/**
 * Their number at the registration authority.
 */
rao: string | null, 
/**
 * When the sign-in runs out unless something is done, epoch milliseconds.
 */
until: number, };

export type PracticeOfficerView = { 
/**
 * A name.
 */
name: string, 
/**
 * The number.
 */
rao: string, 
/**
 * The token; it works with the sandbox inside the program only.
 */
token: string, };

export type OfficerView = { 
/**
 * Whether the desk exists at this booth.
 */
desk: boolean, 
/**
 * The officer; null when nobody is signed in.
 */
officer: SignedInView | null, 
/**
 * Whether credentials can be remembered here (never on a kiosk).
 */
can_remember: boolean, 
/**
 * The name of the officer whose credentials are remembered here, if any are.
 */
remembered: string | null, 
/**
 * Practice: what to sign in with.
 */
practice: PracticeOfficerView | null, };

export type DeskEntry = { 
/**
 * Identity of the case.
 */
id: string, 
/**
 * Four characters to tell it by.
 */
code: string, 
/**
 * Where it stands.
 */
step: Step, 
/**
 * The request.
 */
request_pk: number | null, 
/**
 * When the server had everything, epoch milliseconds.
 */
submitted_at: number | null, 
/**
 * What was decided.
 */
review: ReviewState, 
/**
 * The server's word for it, as it was last read; null when it was not.
 */
server_status: string | null, 
/**
 * Why its state could not be read.
 */
problem: ProblemView | null, };

export type UnlockInput = { "with": "code", 
/**
 * As typed.
 */
code: string, } | { "with": "external", 
/**
 * Its type, such as `biometric`.
 */
kind: string, 
/**
 * Its value.
 */
value: string, 
/**
 * The customer code that goes with it.
 */
secret: string, };

export type PaperUploadView = { 
/**
 * The case it belongs to.
 */
case: string, 
/**
 * Which document.
 */
paper: string, 
/**
 * Bytes sent.
 */
sent: number, 
/**
 * Bytes in all.
 */
total: number, };

export type CaseView = { 
/**
 * Identity.
 */
id: string, 
/**
 * Four characters to tell it by.
 */
code: string, 
/**
 * Grows with each change: an older view never replaces a newer one.
 */
revision: number, 
/**
 * Where it stands.
 */
step: Step, 
/**
 * The steps of this case, in order.
 */
steps: Array<StepView>, 
/**
 * Where its request comes from.
 */
origin: Origin | null, 
/**
 * The request at the server.
 */
request: RequestView, 
/**
 * The document chosen.
 */
document: DocumentView | null, 
/**
 * What a capture step shows; null at other steps.
 */
capture: CaptureView | null, 
/**
 * The accepted evidence, in the order it is taken.
 */
exhibits: Array<ExhibitView>, 
/**
 * What the person said about biometrics; null where they were not asked yet.
 */
biometrics: Biometrics | null, 
/**
 * What a machine read on the document; null where none did.
 */
reading: ReadingView | null, 
/**
 * The fields.
 */
fields: Array<FieldView>, 
/**
 * The checks.
 */
checks: Array<CheckView>, 
/**
 * How alike portrait and selfie are, if anybody judged it.
 */
similarity: SimilarityView | null, 
/**
 * The way to the server; null before it was submitted.
 */
delivery: DeliveryView | null, 
/**
 * What the officer decided; null before the server had everything.
 */
review: ReviewView | null, 
/**
 * Documents, contract, code and signature; null before the approval.
 */
signing: SigningView | null, 
/**
 * How long the evidence stays on this machine; null before the server has it.
 */
kept: KeptView | null, 
/**
 * What stopped the case where it stands.
 */
problem: ProblemView | null, };

export type WhyNot = "refused" | "not_asked" | "no_measure" | "no_register" | "not_read" | "nothing_to_measure" | "no_challenge" | "not_seen" | "not_compared" | "contradicted";

export type Stands = { "on": "measured", 
/**
 * Its result.
 */
passed: boolean, 
/**
 * Name and version of the method.
 */
method: string, 
/**
 * What it measured.
 */
score: number, 
/**
 * Where yes begins.
 */
threshold: number, 
/**
 * When, epoch milliseconds.
 */
at: number, } | { "on": "attested", 
/**
 * What they said.
 */
passed: boolean, 
/**
 * Who.
 */
by: string, 
/**
 * When, epoch milliseconds.
 */
at: number, } | { "on": "reported", 
/**
 * What it says.
 */
passed: boolean, } | { "on": "nothing", 
/**
 * Why it was not checked.
 */
why: WhyNot, };

export type AssuredCheck = { 
/**
 * Which.
 */
check: Check, 
/**
 * What is said at the server; null: nothing.
 */
sent: boolean | null, 
/**
 * On what it stands.
 */
stands: Stands, 
/**
 * What is measured for it; null where no measure of this program can say yes or no.
 */
how: string | null, 
/**
 * The rule's source.
 */
source: string, 
/**
 * What it does not show.
 */
limits: string, };

export type AssuredError = { 
/**
 * Which mistake.
 */
kind: 'false_match' | 'false_non_match', 
/**
 * How often it was made, 0 to 1.
 */
rate: number, 
/**
 * Upper end of the 95 % confidence interval.
 */
at_most: number, 
/**
 * Among how many pairs.
 */
pairs: number, 
/**
 * What the pictures were.
 */
measured_on: string, };

export type AssuredLikeness = { 
/**
 * The level measured, 0 to 100; null where it was not measured.
 */
level: number | null, 
/**
 * The cosine measured.
 */
cosine: number | null, 
/**
 * The cosine from which two faces count as one person's.
 */
threshold: number | null, 
/**
 * The band the level lies in, or what a person judged.
 */
word: SimilarityWord | null, 
/**
 * Name and version of the method.
 */
method: string | null, 
/**
 * SHA-256 of the network that tells faces apart.
 */
model_sha256: string | null, 
/**
 * How often the method is known to be wrong.
 */
errors: Array<AssuredError>, 
/**
 * Who compared them by eye; null where nobody did.
 */
attested_by: string | null, 
/**
 * What the server's record says, where only that is known.
 */
reported: string | null, 
/**
 * Why nothing is sent; null where something is.
 */
why_not: WhyNot | null, };

export type AssuredStep = { 
/**
 * What was asked for.
 */
motion: Motion, 
/**
 * When, milliseconds since the recording began; null where that is not known.
 */
asked_ms: number | null, 
/**
 * When it was done; null where it was not.
 */
done_ms: number | null, };

export type AssuredPrompt = { 
/**
 * What was asked for.
 */
prompt: Prompt, 
/**
 * The digits.
 */
digits: string | null, 
/**
 * When, milliseconds since the first picture; null where it never came to that.
 */
asked_ms: number | null, 
/**
 * When it ended.
 */
ended_ms: number | null, 
/**
 * How it ended, as measured; null where the recording ended first.
 */
end: PromptEnd | null, };

export type AssuredScript = { 
/**
 * What order and digits were drawn from.
 */
nonce: string, 
/**
 * When it was made, epoch milliseconds.
 */
made_at: number, 
/**
 * Whether it is the script that its nonce draws for this case: nobody chose it.
 */
drawn: boolean, 
/**
 * How many bits of it nobody could guess, rounded down.
 */
bits: number, 
/**
 * Name and version of what looked; null where nothing did.
 */
method: string | null, 
/**
 * Its prompts, in order.
 */
steps: Array<AssuredPrompt>, };

export type AssuredChallenge = { 
/**
 * What its order was drawn from.
 */
nonce: string, 
/**
 * When it was made, epoch milliseconds.
 */
made_at: number, 
/**
 * Its steps.
 */
steps: Array<AssuredStep>, 
/**
 * Whether it was passed; null where it was not judged.
 */
passed: boolean | null, 
/**
 * Why not.
 */
faults: Array<ChallengeFault>, 
/**
 * The cosine between the video's face and the selfie's.
 */
same_face: number | null, 
/**
 * In so many frames.
 */
frames: number | null, };

export type AssuredReading = { 
/**
 * Name and version of the method.
 */
method: string, 
/**
 * When, epoch milliseconds.
 */
at: number, 
/**
 * What a person should look for; none of it is sent.
 */
hints: Array<Hint>, };

export type AssuredOperator = { 
/**
 * The operator.
 */
operator: string, 
/**
 * The cosine.
 */
cosine: number, 
/**
 * Whether they seem to be one person.
 */
flagged: boolean, };

export type AssuredPassive = { 
/**
 * SHA-256 of the network's file.
 */
model_sha256: string, 
/**
 * The share it gives to a living face in the selfie, 0 to 1; null where it gave none.
 */
selfie: number | null, 
/**
 * The median of that over frames of the video.
 */
video: number | null, };

export type AssuredMissing = { 
/**
 * Which.
 */
role: Role, 
/**
 * Why.
 */
why: NoFace, };

export type AssuredScore = { 
/**
 * What was measured, by its name in ISO/IEC 29794-5.
 */
name: string, 
/**
 * Its value.
 */
value: number, 
/**
 * Whether it is as it should be; null where it is only noted.
 */
good: boolean | null, };

export type AssuredChange = { 
/**
 * Which.
 */
field: FieldKey, 
/**
 * Who; null where no name was given.
 */
by: string | null, 
/**
 * When, epoch milliseconds.
 */
at: number, };

export type AssuredDecision = { 
/**
 * Who.
 */
officer: string, 
/**
 * What.
 */
approved: boolean, 
/**
 * When, epoch milliseconds.
 */
at: number, };

export type Assurance = { 
/**
 * Version of this form; see [`Assurance::FORMAT`].
 */
format: number, 
/**
 * The case.
 */
case: string, 
/**
 * True for practice: no real person, no real server.
 */
practice: boolean, 
/**
 * What the person said about biometrics; null where the text they accepted did not ask.
 */
biometrics: Biometrics | null, 
/**
 * Each check of the One-Shot API.
 */
checks: Array<AssuredCheck>, 
/**
 * How alike portrait and selfie are.
 */
similarity: AssuredLikeness, 
/**
 * The challenge of the video; null where none was made.
 */
challenge: AssuredChallenge | null, 
/**
 * What was asked for in the video, and what was seen of it; null where nothing was asked.
 */
script: AssuredScript | null, 
/**
 * How the document was read; null where no machine read it.
 */
reading: AssuredReading | null, 
/**
 * What a passive anti-spoof network says; null where none is set, or the person does not want their face compared.
 */
passive: AssuredPassive | null, 
/**
 * The comparison with the operator's face; null where it was not made.
 */
operator: AssuredOperator | null, 
/**
 * Files of operators' pictures in which there was no face to compare with.
 */
operators_missing: Array<string>, 
/**
 * Pictures in which no face could be compared, and why.
 */
missing: Array<AssuredMissing>, 
/**
 * How good the selfie is, as far as that was measured.
 */
selfie: Array<AssuredScore>, 
/**
 * The same of the portrait on the document.
 */
portrait: Array<AssuredScore>, 
/**
 * Fields in which a person's value stands in the place of what a machine read.
 */
changed: Array<AssuredChange>, 
/**
 * What the officer decided; null before.
 */
decision: AssuredDecision | null, 
/**
 * Pieces of evidence that show no real moment in front of a lens: replays.
 */
synthetic: Array<Role>, };

export type UploadView = { 
/**
 * The case it belongs to.
 */
case: string, 
/**
 * Which part.
 */
leg: Leg, 
/**
 * Bytes sent.
 */
sent: number, 
/**
 * Bytes in all.
 */
total: number, 
/**
 * Milliseconds since this part began.
 */
elapsed_ms: number, 
/**
 * Milliseconds left at the rate so far; null while it cannot be told.
 */
remaining_ms: number | null, };

export type RecordingView = { 
/**
 * Milliseconds of video so far.
 */
elapsed_ms: number, 
/**
 * Where the recording ends by itself.
 */
limit_ms: number, 
/**
 * Pictures so far.
 */
frames: number, };

export type SoundView = { 
/**
 * The loudest sample of the last tenth of a second, in dBFS: from -96 to 0, which is full scale.
 */
peak_dbfs: number, 
/**
 * The mean over the same time, in dBFS.
 */
rms_dbfs: number, 
/**
 * Nothing was heard for three seconds or more.
 */
silent: boolean, 
/**
 * It is too loud: samples are cut off.
 */
clipping: boolean, 
/**
 * Why there is no sound.
 */
problem: ProblemView | null, };

export type CameraState = "opening" | "live" | "failed";

export type CameraStateView = { 
/**
 * The step it serves.
 */
role: Role, 
/**
 * What it does.
 */
state: CameraState, 
/**
 * What it delivers; null until it does.
 */
delivered: SizeView | null, 
/**
 * Its name.
 */
camera: string | null, 
/**
 * Why it failed.
 */
problem: ProblemView | null, };

export type CameraSearch = "back" | "not_yet" | "hopeless";

export type CauseView = "absent" | "cut" | "covered" | "small" | "tilted" | "moving" | "dark" | "glare" | "blurred" | "colourless" | "screen" | "unrecognised";

export type AdviceView = { 
/**
 * What.
 */
cause: CauseView, 
/**
 * Where; null where it is about the whole picture.
 */
corners: Corners | null, };

export type HintView = "no_face" | "one_person" | "closer" | "further" | "centre" | "light" | "glasses" | "look_straight" | "open_eyes" | "hold_still";

export type ShutterView = { "state": "waiting" } | { "state": "holding", 
/**
 * How much of the moment has passed, 0 to 1.
 */
share: number, } | { "state": "taking" };

export type HelpView = "none" | "slow" | "other_ways";

export type PromptView = { 
/**
 * The case it belongs to.
 */
case: string, 
/**
 * The number of the prompt, from 0; the number of prompts once all are over.
 */
number: number, 
/**
 * How many prompts there are.
 */
of: number, 
/**
 * What is asked for; null once all are over. How movements stand is told with [`ChallengeView`].
 */
prompt: Prompt | null, 
/**
 * The digits to show or to say.
 */
digits: string | null, 
/**
 * Milliseconds left for it.
 */
left_ms: number, 
/**
 * Milliseconds it began with.
 */
limit_ms: number, 
/**
 * How it ended, for as long as that is said.
 */
end: PromptEnd | null, 
/**
 * Whether anything looks whether it is done; else a person goes on by hand, or its time passes.
 */
looked_for: boolean, 
/**
 * The prompts that are over.
 */
past: Array<PromptResult>, };

export type ChallengeState = "waiting" | "asking" | "passed" | "failed" | "off";

export type ChallengeView = { 
/**
 * The case it belongs to.
 */
case: string, 
/**
 * The number of the step that is asked for, from 0; the number of steps once all are done.
 */
number: number, 
/**
 * How many steps there are.
 */
of: number, 
/**
 * What is asked for; null once all is done.
 */
motion: Motion | null, 
/**
 * The head has to come back to the middle first.
 */
straighten: boolean, 
/**
 * Milliseconds left for this step.
 */
left_ms: number, 
/**
 * How it stands.
 */
state: ChallengeState, 
/**
 * Why this answer does not count.
 */
fault: ChallengeFault | null, };

export type SightView = { 
/**
 * The case it belongs to.
 */
case: string, 
/**
 * The step.
 */
role: Role, 
/**
 * The picture it was seen on, as the preview counts them.
 */
sequence: number, 
/**
 * Where the document is; null where there is none.
 */
corners: Corners | null, 
/**
 * The one thing that keeps the picture from being good; null where nothing does.
 */
advice: AdviceView | null, 
/**
 * The same for a selfie.
 */
hint: HintView | null, 
/**
 * What the booth is about to do.
 */
shutter: ShutterView, 
/**
 * What may help somebody who waits.
 */
help: HelpView, 
/**
 * True where this camera has too few pixels for a document, however near it is held.
 */
coarse: boolean, };

export type Notice = { "about": "case", 
/**
 * As it is now.
 */
case: CaseView, } | { "about": "upload", 
/**
 * How far.
 */
upload: UploadView, } | { "about": "queue" } | { "about": "paper_upload", 
/**
 * How far.
 */
upload: PaperUploadView, } | { "about": "officer", 
/**
 * As it is now.
 */
officer: OfficerView, } | { "about": "refused", 
/**
 * Why.
 */
problem: ProblemView, } | { "about": "recording", 
/**
 * How far.
 */
recording: RecordingView, } | { "about": "prompt", 
/**
 * What is asked for.
 */
prompt: PromptView, } | { "about": "challenge", 
/**
 * How it stands.
 */
challenge: ChallengeView, } | { "about": "sight", 
/**
 * What was seen.
 */
sight: SightView, } | { "about": "sound", 
/**
 * How loud it is.
 */
sound: SoundView, } | { "about": "camera", 
/**
 * Which, and how.
 */
camera: CameraStateView, };
