//! What a branch sets once: where the server is, which cameras, what is shown.
//!
//! A TOML file; every key has a default but the server's. Secrets are not in it: see [`crate::credentials`].

mod cameras;
mod capture;
mod clock;
mod delivery;
mod disk;
mod environment;
mod eyes;
mod key;
mod layers;
mod officer;
mod polling;
mod profile;
mod register;
mod retention;
mod sealing;
mod server;
mod start_up;
mod vault;

use std::path::{Path, PathBuf};

use evidence::{Code, CountryCode, Problem, TryAgain};
use oneshot::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::cameras::{CameraSettings, SoftwareCameras};
pub use self::capture::RecordingSettings;
pub use self::clock::ClockSettings;
pub use self::delivery::{DeliverySettings, Hours, QueuePauses};
pub use self::disk::{DiskSettings, FreeSpace};
pub use self::eyes::EyesSettings;
pub use self::key::{Key, Kind, reference, schema};
pub use self::layers::{Effective, Origin};
pub use self::officer::OfficerSettings;
pub use self::polling::PollingSettings;
pub use self::profile::Profile;
pub(crate) use self::register::Register;
pub use self::register::RegisterSettings;
pub use self::retention::RetentionSettings;
pub use self::sealing::{ExportSettings, ImportSettings, SealSettings};
pub use self::server::{DialectChoice, ServerSettings, SignatureForm, SimilarityForm, WebhookSettings};
pub use self::start_up::StartUp;
pub use self::vault::{KeyChoice, VaultSettings};
use crate::audit::AuditLog;
use crate::credentials::Source;

/// Everything that is set once.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What the booth is: `kiosk` (people come to it, staff is near), `self_service` (people are alone with it) or
    /// `field` (an agent carries it). Each sets some keys; whatever else is set wins.
    pub profile: Option<Profile>,
    /// Practice: replay cameras stand in, and without a `server` the sandbox inside the program is used.
    pub practice: bool,
    /// The booth's name as the reviewer will see it.
    pub booth: String,
    /// BCP 47 tag of the language the booth starts in: `en` or `es`.
    pub language: String,
    /// The country preselected at the document step: two letters, ISO 3166-1.
    #[schemars(with = "String")]
    pub home_country: CountryCode,
    /// Where cases are kept; by default the system's place for program data.
    pub data_dir: Option<PathBuf>,
    /// Terms and conditions the person accepts.
    pub terms_url: String,
    /// Privacy policy the person accepts.
    pub privacy_url: String,
    /// Lets a replay be chosen as a camera outside practice. What it delivers is marked synthetic all the same.
    pub allow_replay: bool,
    /// The booth stands among customers: nobody's credentials are remembered, and none that were are offered. The window's
    /// `--kiosk` sets it too.
    pub kiosk: bool,
    /// The One-Shot server; needed outside practice.
    pub server: Option<ServerSettings>,
    /// The registration officer's desk.
    pub officer: OfficerSettings,
    /// How often the server is asked where a request stands.
    pub polling: PollingSettings,
    /// How submitted cases go out by themselves.
    pub delivery: DeliverySettings,
    /// How long evidence stays here once the server has it.
    pub retention: RetentionSettings,
    /// The room on the disk that a new case may not touch.
    pub disk: DiskSettings,
    /// The cameras.
    pub cameras: CameraSettings,
    /// The machine's clock.
    pub clock: ClockSettings,
    /// What the booth sees for itself.
    pub eyes: EyesSettings,
    /// The identification video.
    pub recording: RecordingSettings,
    /// An official register that is asked about the confirmed fields.
    pub register: RegisterSettings,
    /// What the evidence on this machine is locked with.
    pub vault: VaultSettings,
    /// Sealing: what a case was, signed by this device.
    pub seal: SealSettings,
    /// Sealed bundles made here.
    pub export: ExportSettings,
    /// Sealed bundles of other machines.
    pub import: ImportSettings,
    /// The passphrase of the evidence, when a person typed it.
    #[serde(skip)]
    pub passphrase: Option<Secret>,
    /// Where secrets come from: the environment and the system's store, or what a test brings.
    #[serde(skip)]
    pub secrets: Source,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: None,
            practice: false,
            booth: "Proofbooth".to_owned(),
            language: "en".to_owned(),
            home_country: CountryCode::new("ES").expect("two letters"),
            data_dir: None,
            terms_url: "https://www.uanataca.com/public/pki/terminos-VID/".to_owned(),
            privacy_url: "https://www.uanataca.com/public/pki/privacidad-PSC/".to_owned(),
            allow_replay: false,
            kiosk: false,
            server: None,
            officer: OfficerSettings::default(),
            polling: PollingSettings::default(),
            delivery: DeliverySettings::default(),
            retention: RetentionSettings::default(),
            disk: DiskSettings::default(),
            cameras: CameraSettings::default(),
            clock: ClockSettings::default(),
            eyes: EyesSettings::default(),
            recording: RecordingSettings::default(),
            register: RegisterSettings::default(),
            vault: VaultSettings::default(),
            seal: SealSettings::default(),
            export: ExportSettings::default(),
            import: ImportSettings::default(),
            passphrase: None,
            secrets: Source::default(),
        }
    }
}

impl Settings {
    /// Practice with everything inside the program.
    #[must_use]
    pub fn practice() -> Self {
        Self {
            practice: true,
            booth: "Practice booth".to_owned(),
            ..Self::default()
        }
    }

    /// The same, with the passphrase a person typed.
    #[must_use]
    pub fn unlocked_with(self, passphrase: Secret) -> Self {
        Self {
            passphrase: Some(passphrase),
            ..self
        }
    }

    /// Whether whoever stands at this booth may look behind it: not where people are alone with it.
    #[must_use]
    pub fn has_operator_pages(&self) -> bool {
        self.profile != Some(Profile::SelfService)
    }

    /// Reads a settings file, without the environment.
    ///
    /// # Errors
    /// It cannot be read or understood; the detail says where.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        Self::parse(&text_of(path)?)
    }

    /// Reads settings from TOML, without the environment.
    ///
    /// # Errors
    /// What is wrong, and in which line.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Ok(layers::effective(Some(text), [])?.settings)
    }

    /// Where everything is that the program keeps.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub(crate) fn data_folder(&self) -> Result<PathBuf, Problem> {
        match &self.data_dir {
            Some(folder) => Ok(folder.clone()),
            None => start_up::project_dirs()
                .map(|dirs| dirs.data_local_dir().to_owned())
                .ok_or_else(|| wrong("no place for program data: set data_dir".to_owned())),
        }
    }

    /// Where cases are kept. Practice has a place of its own: its cases are never among real ones.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub(crate) fn cases_dir(&self) -> Result<PathBuf, Problem> {
        let name = if self.practice { "practice" } else { "cases" };
        Ok(self.data_folder()?.join(name))
    }

    /// Which camera a person chose for which step. Practice has one of its own.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub(crate) fn chosen_cameras_file(&self) -> Result<PathBuf, Problem> {
        let name = if self.practice {
            "practice-cameras.json"
        } else {
            "cameras.json"
        };
        Ok(self.data_folder()?.join(name))
    }

    /// The audit log of these settings. Practice has one of its own.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub fn audit_log(&self) -> Result<AuditLog, Problem> {
        let name = if self.practice {
            "practice-audit.log"
        } else {
            "audit.log"
        };
        let file = self.data_folder()?.join(name);
        Ok(AuditLog::beside_its_head_on(self.vault.disk.clone(), file))
    }

    /// Locked by every program that has the booth open.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub(crate) fn running_file(&self) -> Result<PathBuf, Problem> {
        let name = if self.practice {
            "practice-running.lock"
        } else {
            "running.lock"
        };
        Ok(self.data_folder()?.join(name))
    }

    /// SHA-256 of everything that is set, in hex: two programs with the same settings have the same.
    pub(crate) fn fingerprint(&self) -> String {
        // Through a `Value`, whose keys are sorted.
        let settings = serde_json::to_value(self).expect("settings are keys, texts and numbers");
        hex::encode(Sha256::digest(settings.to_string()))
    }
}

fn text_of(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("the settings file cannot be read: {}", error.kind())))
}

pub(crate) fn wrong(what: String) -> Problem {
    Problem::new(Code::SettingsWrong, TryAgain::AfterChange).because(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_needs_to_set_little() {
        let settings = Settings::parse(
            r#"
            booth = "Branch 12, booth 3"
            language = "es"
            [server]
            base_url = "https://optimizer.example/oneshot/api/v1"
            registration_authority = "139"
            profile = "PFnubeQAFCiudadano"
            "#,
        )
        .expect("a branch's settings");
        assert!(
            !settings.practice && !settings.allow_replay,
            "the careful choice is the default"
        );
        assert_eq!(settings.recording.bitrate, 2_500_000);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let problem = Settings::parse("booth = \"B\"\nlangauge = \"es\"\n").expect_err("no such key");
        let detail = ProblemDetail(&problem).text();
        assert!(
            detail.starts_with("line 2") && detail.contains("langauge"),
            "{detail}"
        );
    }

    struct ProblemDetail<'a>(&'a Problem);

    impl ProblemDetail<'_> {
        fn text(&self) -> String {
            self.0
                .detail
                .as_ref()
                .map(|detail| detail.expose().clone())
                .unwrap_or_default()
        }
    }
}
