//! What the doors are shown: plain values, serialised to the page and printed by the command line.
//!
//! `ui/src/backend/generated.ts` is made from these types; a test fails when it is stale
//! (`UPDATE_BINDINGS=1 cargo test -p station` writes it anew).

mod audit;
mod booth;
mod camera;
mod case;
mod notice;
mod officer;
mod queue;
mod sight;
mod signing;

pub use audit::{AuditChain, AuditEntry, AuditKind, AuditPage};
pub use booth::{
    BoothView, CaseSummary, ChosenCamera, ConsentText, MicrophoneView, ProblemView, SizeView, SoundChoice,
};
pub use camera::{CameraTrial, CameraView, ProvenanceView};
pub use case::{
    AnswerView, CaptureView, CaseView, ChangedView, CheckView, DeliveryView, DocumentView, ExhibitView,
    FieldValue, FieldView, KeptView, LegProgress, LegView, ReadFieldView, ReadingView, RequestView,
    ShowingView, SimilarityView, StepView, TakeView,
};
pub use notice::{
    CameraSearch, CameraState, CameraStateView, ChallengeState, ChallengeView, Notice, PaperUploadView,
    PromptResult, PromptView, RecordingView, SoundView, UploadView,
};
pub use officer::{
    DeskEntry, OfficerView, PracticeOfficerView, ReviewState, ReviewView, SignIn, SignedInView,
};
pub use queue::{CarryKeys, HandedOver, QueueEntry, QueueRules, QueueView, TakenIn};
pub use sight::{AdviceView, CauseView, HelpView, HintView, ShutterView, SightView};
pub use signing::{
    CodeProgress, CodeView, ContractView, PagePicture, PaperView, SignedView, SigningView, UnlockInput,
};
