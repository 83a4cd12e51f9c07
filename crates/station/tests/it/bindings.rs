//! The page's types are made from ours, and are committed.

use std::path::Path;

use evidence::{
    Biometrics, ChallengeFault, Chapter, ChapterKind, Check, Code, CodeMethod, Corners, Crop, DocumentType,
    FieldKey, FourEyes, Gap, Hint, Leg, Motion, NoFace, Origin, Prompt, PromptEnd, Role, SimilarityWord,
    Source, Step, TryAgain,
};
use station::audit::Fault;
use station::doctor::{Finding, Remark, Report, Subject, Verdict};
use station::view::{
    AdviceView, AnswerView, AuditChain, AuditEntry, AuditKind, AuditPage, BoothView, CameraSearch,
    CameraState, CameraStateView, CameraTrial, CameraView, CaptureView, CarryKeys, CaseSummary, CaseView,
    CauseView, ChallengeState, ChallengeView, ChangedView, CheckView, ChosenCamera, CodeProgress, CodeView,
    ConsentText, ContractView, DeliveryView, DeskEntry, DocumentView, ExhibitView, FieldValue, FieldView,
    HandedOver, HelpView, HintView, KeptView, LegProgress, LegView, MicrophoneView, Notice, OfficerView,
    PaperUploadView, PaperView, PracticeOfficerView, ProblemView, PromptResult, PromptView, ProvenanceView,
    QueueEntry, QueueRules, QueueView, ReadFieldView, ReadingView, RecordingView, RequestView, ReviewState,
    ReviewView, ShowingView, ShutterView, SightView, SignIn, SignedInView, SignedView, SigningView,
    SimilarityView, SizeView, SoundChoice, SoundView, StepView, TakeView, TakenIn, UnlockInput, UploadView,
};
use station::{
    Assurance, AssuredChallenge, AssuredChange, AssuredCheck, AssuredDecision, AssuredError, AssuredLikeness,
    AssuredMissing, AssuredOperator, AssuredPassive, AssuredPrompt, AssuredReading, AssuredScore,
    AssuredScript, AssuredStep, Stands, WhyNot,
};
use ts_rs::{Config, TS};

fn declarations() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Made from crates/station/src/view: do not edit. `UPDATE_BINDINGS=1 cargo test -p station` writes it anew.\n",
    );
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {
            $(text.push_str("\nexport "); text.push_str(&<$type as TS>::decl(&config)); text.push('\n');)*
        };
    }
    declare!(
        Step,
        Role,
        DocumentType,
        FieldKey,
        Check,
        SimilarityWord,
        Origin,
        Leg,
        Code,
        TryAgain,
        Crop,
        Corners,
        Source,
        Hint,
        Biometrics,
        NoFace,
        Motion,
        ChallengeFault,
        Prompt,
        PromptEnd,
        ChapterKind,
        Chapter,
        Gap,
        TakeView,
        PromptResult,
        SizeView,
        ProblemView,
        ProvenanceView,
        CameraView,
        CameraTrial,
        MicrophoneView,
        SoundChoice,
        ChosenCamera,
        CaseSummary,
        BoothView,
        ConsentText,
        StepView,
        RequestView,
        DocumentView,
        ExhibitView,
        ShowingView,
        AnswerView,
        CaptureView,
        ReadFieldView,
        ChangedView,
        FieldView,
        FieldValue,
        ReadingView,
        CheckView,
        SimilarityView,
        LegProgress,
        LegView,
        DeliveryView,
        KeptView,
        QueueEntry,
        QueueRules,
        QueueView,
        CarryKeys,
        HandedOver,
        TakenIn,
        AuditKind,
        AuditEntry,
        AuditPage,
        Fault,
        AuditChain,
        Subject,
        Verdict,
        Remark,
        Finding,
        Report,
        FourEyes,
        ReviewState,
        ReviewView,
        SignedView,
        PaperView,
        ContractView,
        CodeMethod,
        CodeProgress,
        CodeView,
        SigningView,
        SignIn,
        SignedInView,
        PracticeOfficerView,
        OfficerView,
        DeskEntry,
        UnlockInput,
        PaperUploadView,
        CaseView,
        WhyNot,
        Stands,
        AssuredCheck,
        AssuredError,
        AssuredLikeness,
        AssuredStep,
        AssuredPrompt,
        AssuredScript,
        AssuredChallenge,
        AssuredReading,
        AssuredOperator,
        AssuredPassive,
        AssuredMissing,
        AssuredScore,
        AssuredChange,
        AssuredDecision,
        Assurance,
        UploadView,
        RecordingView,
        SoundView,
        CameraState,
        CameraStateView,
        CameraSearch,
        CauseView,
        AdviceView,
        HintView,
        ShutterView,
        HelpView,
        PromptView,
        ChallengeState,
        ChallengeView,
        SightView,
        Notice,
    );
    text
}

#[test]
fn the_pages_types_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/backend/generated.ts");
    let wanted = declarations();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&path, &wanted).expect("the UI's source folder can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == wanted,
        "ui/src/backend/generated.ts is stale: run `UPDATE_BINDINGS=1 cargo test -p station`"
    );
}
