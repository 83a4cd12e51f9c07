//! What the doctor says.

use std::collections::BTreeMap;

use evidence::Problem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::ProblemView;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DoctorSubject", rename_all = "snake_case")]
pub enum Subject {
    /// The settings file.
    Settings,
    /// The folder everything is kept in.
    DataFolder,
    /// Room and speed of the disk.
    Disk,
    /// All that is kept of cases.
    Vault,
    /// What an interrupted program left.
    LeftOvers,
    /// The audit log.
    AuditLog,
    /// The system's store of credentials.
    Keyring,
    /// The credentials the settings need.
    Credentials,
    /// The One-Shot server.
    Server,
    /// The machine's clock.
    Clock,
    /// Certificates: the server's, and those of the settings.
    Certificates,
    /// A camera.
    Camera,
    /// The microphone of the video.
    Microphone,
    /// What reads documents.
    Eyes,
    /// The passive anti-spoof network of the settings.
    Passive,
    /// The official register of the settings.
    Register,
    /// Other programs at this booth.
    Running,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DoctorVerdict", rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// The booth works, and somebody should look at this.
    Warning,
    /// The booth cannot do its work.
    Failed,
}

/// What was found. `{holes}` of its sentence are the finding's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "DoctorRemark", rename_all = "snake_case")]
pub enum Remark {
    /// They can be read and understood.
    SettingsFine,
    /// It is there, can be written, and is private.
    FolderFine,
    /// Others may read it: `{mode}`.
    FolderOpen,
    /// `{free}` is free, and a write is safe after `{sync}`.
    DiskFine,
    /// Only `{free}` is free: soon less than the `{reserve}` that no case may begin without.
    DiskLow,
    /// Only `{free}` is free, less than the `{reserve}` that no case may begin without.
    DiskReserve,
    /// A write is safe only after `{sync}`.
    DiskSlow,
    /// Nothing was kept here yet.
    VaultEmpty,
    /// Everything of `{cases}` cases is as it was put there.
    VaultFine,
    /// `{pieces}` pieces are not as they were put there, of the cases `{which}`.
    VaultDamaged,
    /// Nothing was left.
    NothingLeft,
    /// `{files}` unfinished files.
    LeftOvers,
    /// `{entries}` lines hold.
    AuditFine,
    /// An entry went in and came out again.
    KeyringFine,
    /// What was put in did not come out again.
    KeyringForgets,
    /// Every credential the settings need is there.
    CredentialsFine,
    /// Practice: the sandbox inside the program.
    ServerPractice,
    /// `{server}` answers in the dialect `{dialect}`.
    ServerFine,
    /// It speaks `{found}`, and the settings say `{set}`.
    ServerOtherDialect,
    /// Something answers at `{server}` that is no One-Shot server.
    ServerStranger,
    /// It differs from the server's by `{seconds}` seconds at most.
    ClockFine,
    /// It differs from the server's by `{seconds}` seconds.
    ClockOff,
    /// It is `{seconds}` seconds behind the last line of the audit log.
    ClockSetBack,
    /// Nobody said what time it is.
    ClockUnknown,
    /// `{which}` lasts `{days}` days more.
    CertificateFine,
    /// `{which}` lasts only `{days}` days more.
    CertificateEnds,
    /// `{which}` ran out `{days}` days ago.
    CertificateOver,
    /// `{camera}` delivers `{width}`×`{height}`.
    CameraFine,
    /// `{camera}` delivers only `{width}`×`{height}`.
    CameraSmall,
    /// `{pixels}` at `{promised}` a second was promised where `{asked}` was asked for, and `{reached}` came.
    CameraRate,
    /// The same, and less came than was promised.
    CameraSlow,
    /// All of `{frames}` pictures were whole.
    CameraWhole,
    /// `{damaged}` of `{frames}` pictures were not whole.
    CameraBroken,
    /// Mean brightness `{light}` of 255, the darkest quarter `{evenness}` hundredths of the brightest.
    CameraLight,
    /// The same, and it is too dark.
    CameraDark,
    /// The same, and it is too bright.
    CameraBright,
    /// The same, and the light comes from one side.
    CameraUneven,
    /// The sharpest edges are `{edge}` pixels wide.
    CameraSharp,
    /// The same, and that is not sharp.
    CameraBlurred,
    /// Nothing with edges was in front of it: sharpness was not measured.
    CameraPlain,
    /// It is plugged in: `{where}`.
    CameraPlugged,
    /// A program makes it: `{where}`.
    CameraSoftware,
    /// It serves documents, faces and the video.
    CameraServesAll,
    /// It serves documents and faces, and not the video.
    CameraServesPictures,
    /// It serves faces alone.
    CameraServesFaces,
    /// It serves nothing.
    CameraServesNothing,
    /// The settings say that the video is recorded without sound.
    SoundOff,
    /// `{microphone}` hears; the loudest was `{peak}`.
    MicrophoneFine,
    /// `{microphone}` is open and heard nothing; the loudest was `{peak}`.
    MicrophoneSilent,
    /// Documents are read; `{engine}` computes, and was ready after `{load}`.
    EyesFine,
    /// They are read, slowly: the engine in the program (`{engine}`) computes, ready after `{load}`.
    EyesSlow,
    /// They are read, slowly: the faster library is there and cannot be used. `{engine}` computes, ready after `{load}`.
    EyesLibraryBroken,
    /// The settings say that documents are not read.
    EyesOff,
    /// It was made ready, and only advises.
    PassiveFine,
    /// It is not used: `{why}`.
    PassiveUnused,
    /// The program that asks `{register}` is there.
    RegisterFine,
    /// The program that asks `{register}` is not there, or cannot be run.
    RegisterMissing,
    /// No other program has the booth open.
    Alone,
    /// Another program has the booth open.
    NotAlone,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(rename = "DoctorFinding")]
pub struct Finding {
    /// What was looked at.
    pub subject: Subject,
    /// How it is.
    pub verdict: Verdict,
    /// What was found; none where there is a problem.
    pub remark: Option<Remark>,
    /// What fills the holes of the remark's sentence.
    pub values: BTreeMap<String, String>,
    /// What failed, where it is one of the failures a case can meet.
    pub problem: Option<ProblemView>,
}

impl Finding {
    /// As it should be.
    pub(super) fn fine(subject: Subject, remark: Remark) -> Self {
        Self::new(subject, Verdict::Fine, remark)
    }

    /// A remark of any kind.
    pub(super) fn new(subject: Subject, verdict: Verdict, remark: Remark) -> Self {
        Self {
            subject,
            verdict,
            remark: Some(remark),
            values: BTreeMap::new(),
            problem: None,
        }
    }

    /// A failure a case could meet, too.
    pub(super) fn problem(subject: Subject, verdict: Verdict, problem: Problem) -> Self {
        Self {
            subject,
            verdict,
            remark: None,
            values: BTreeMap::new(),
            problem: Some(problem.into()),
        }
    }

    /// The same with a hole filled.
    pub(super) fn with(mut self, hole: &str, value: impl ToString) -> Self {
        self.values.insert(hole.to_owned(), value.to_string());
        self
    }
}

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(rename = "DoctorReport")]
pub struct Report {
    /// In the order it was looked at.
    pub findings: Vec<Finding>,
}

impl Report {
    /// All that can be said where the settings cannot be read.
    #[must_use]
    pub fn without_settings(problem: Problem) -> Self {
        Self {
            findings: vec![Finding::problem(Subject::Settings, Verdict::Failed, problem)],
        }
    }

    /// How the worst of it is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|finding| finding.verdict);
        verdicts.max().unwrap_or(Verdict::Fine)
    }
}
