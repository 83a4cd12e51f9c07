//! The booth as a library: everything the window and the command line do, without either.
//!
//! What happens, in order, when all goes well: [`Booth::open`] reads the settings, opens the store, and in practice
//! starts the sandbox. A case is opened and lies on a [`desk`]; whatever a person does becomes an event of the case's
//! machine, is stored, and is shown. `intake` brings pictures, video and consent to the case, `cameras` lends the
//! camera of the step, `eyes` watch its picture and read what was taken, `judge` decides what may be claimed, `delivery` takes it all to the server and reads back that
//! it is there. An `officer` decides, `follow` hears of it, and `signing` takes what was approved to signed documents
//! kept here and nothing left there.
//!
//! Sealed, a case goes to the files, or to another machine that delivers it: `carry`.
//!
//! Both doors call the same functions and get the same [`view`]s. No rule lives in a door.

mod assurance;
pub mod audit;
mod booth;
mod cameras;
mod carry;
mod clock;
mod crash_dumps;
pub mod credentials;
mod delivery;
mod desk;
pub mod doctor;
mod eyes;
mod follow;
mod intake;
mod judge;
mod kept;
mod microphone;
mod officer;
mod practice;
mod preview;
mod problems;
mod queue;
mod receipt;
mod register;
mod retention;
mod settings;
mod signing;
mod strongbox;
mod time_source;
pub mod view;
mod views;
pub mod webhook;
mod wire;

pub use assurance::{
    Assurance, AssuredChallenge, AssuredChange, AssuredCheck, AssuredDecision, AssuredError, AssuredLikeness,
    AssuredMissing, AssuredOperator, AssuredPassive, AssuredPrompt, AssuredReading, AssuredScore,
    AssuredScript, AssuredStep, Stands, WhyNot,
};
pub use booth::{Booth, StoredObject};
pub use carry::{Export, Exported, Purpose};
pub use crash_dumps::leave_no_crash_dumps;
pub use evidence::{
    Biometrics, Check, Code, CodeMethod, Corners, CountryCode, Crop, DocumentType, FieldKey, Motion, Problem,
    Prompt, Role, SimilarityWord, Step, TryAgain,
};
pub use eyes::{
    Challenge, FaceFiles, FaceMeasured, FacesMatched, FileFace, FileReader, GateRead, LivenessFiles,
    LivenessStep, MeasuredComponent, MrzRead, PictureRead, PortraitRead, QualityFiles, read_mrz,
};
pub use oneshot::Secret;
pub use practice::{
    AGREEMENT as PRACTICE_AGREEMENT, CLIPS as PRACTICE_CLIPS, Person as PracticePerson,
    person as practice_person,
};
pub use preview::PreviewFrame;
pub use settings::{
    CameraSettings, ClockSettings, DeliverySettings, DialectChoice, DiskSettings, Effective, ExportSettings,
    EyesSettings, FreeSpace, Hours, ImportSettings, Key as SettingKey, KeyChoice, Kind as SettingKind,
    OfficerSettings, Origin as SettingOrigin, PollingSettings, Profile, QueuePauses, RecordingSettings,
    RegisterSettings, RetentionSettings, SealSettings, ServerSettings, Settings, SignatureForm, StartUp,
    VaultSettings, WebhookSettings, reference as settings_reference, schema as settings_schema,
};
