//! What a branch sets once: where the server is, which cameras, what is shown.
//!
//! A TOML file; every key has a default but the server's. Secrets are not in it: they come from the environment
//! (`PROOFBOOTH_BILLING_PASSWORD`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use evidence::{Code, CountryCode, Problem, Role, TryAgain};
use serde::Deserialize;

/// The environment variable that holds the billing password, in the clear (it is encoded on its way).
pub(crate) const BILLING_PASSWORD: &str = "PROOFBOOTH_BILLING_PASSWORD";

/// Everything that is set once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Practice: replay cameras stand in, and without a `server` the sandbox inside the program is used.
    pub practice: bool,
    /// The booth's name as the reviewer will see it.
    pub booth: String,
    /// BCP 47 tag of the language the booth starts in: `en` or `es`.
    pub language: String,
    /// The country preselected at the document step.
    pub home_country: CountryCode,
    /// Where cases are kept; by default the system's place for program data.
    pub data_dir: Option<PathBuf>,
    /// Terms and conditions the person accepts.
    pub terms_url: String,
    /// Privacy policy the person accepts.
    pub privacy_url: String,
    /// Lets a replay be chosen as a camera outside practice. What it delivers is marked synthetic all the same.
    pub allow_replay: bool,
    /// The One-Shot server; needed outside practice.
    pub server: Option<ServerSettings>,
    /// The registration officer's desk.
    pub officer: OfficerSettings,
    /// The cameras.
    pub cameras: CameraSettings,
    /// The identification video.
    pub recording: RecordingSettings,
}

/// The One-Shot server and on whose behalf it is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// The full prefix of every call, for example `https://HOST/oneshot/api/v1`.
    pub base_url: String,
    /// The registration authority's id.
    pub registration_authority: String,
    /// The certificate profile, for example `PFnubeQAFCiudadano`.
    pub profile: String,
    /// `sandbox` or `prod`; left out where the server has it in its own settings.
    #[serde(default)]
    pub env: Option<String>,
    /// The billing account; its password is in the environment.
    #[serde(default)]
    pub billing_username: Option<String>,
    /// Path of a request below the prefix, with `{request_pk}` in it: the vendor's current documentation has none.
    #[serde(default)]
    pub request_path: Option<String>,
    /// How long the server may take to say `VIDEOREVIEW` after the last upload, in seconds. Default 120.
    #[serde(default)]
    pub review_patience_s: Option<u64>,
}

/// The registration officer's desk at this booth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficerSettings {
    /// Whether there is one. Off on a booth that stands among customers.
    pub desk: bool,
    /// Lets the person who took the evidence approve it; the record says so then.
    pub same_person_allowed: bool,
    /// Lets an officer's credentials be kept in the system's store of credentials. Never on a kiosk.
    pub remember: bool,
    /// A sign-in runs out after this many minutes in which nothing was done at the desk.
    pub idle_minutes: u64,
}

impl Default for OfficerSettings {
    fn default() -> Self {
        Self {
            desk: true,
            same_person_allowed: false,
            remember: false,
            idle_minutes: 10,
        }
    }
}

/// Which camera serves which step: a stable name as `proofbooth cameras` lists it, or the path of a replay.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CameraSettings {
    /// The document's front.
    pub front: Option<String>,
    /// The document's back; by default the front's.
    pub rear: Option<String>,
    /// The person; by default the first camera.
    pub selfie: Option<String>,
    /// The video; by default the selfie's.
    pub video: Option<String>,
    /// Never look for real cameras: for practice on a machine whose camera is in use.
    pub replay_only: bool,
}

impl CameraSettings {
    /// What is set for `role`, with the defaults above.
    pub(crate) fn of(&self, role: Role) -> Option<&str> {
        match role {
            Role::Front | Role::Portrait => self.front.as_deref(),
            Role::Rear => self.rear.as_deref().or(self.front.as_deref()),
            Role::Selfie => self.selfie.as_deref(),
            Role::Video => self.video.as_deref().or(self.selfie.as_deref()),
        }
    }
}

/// The identification video.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordingSettings {
    /// Bits per second, 2 to 3 million.
    pub bitrate: u32,
    /// The recording ends by itself after this many seconds.
    pub limit_s: u64,
    /// A recording shorter than this many milliseconds shows nothing and is not kept.
    pub shortest_ms: u64,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self {
            bitrate: 2_500_000,
            limit_s: 180,
            shortest_ms: 2_000,
        }
    }
}

impl RecordingSettings {
    pub(crate) const fn limit(&self) -> Duration {
        Duration::from_secs(self.limit_s)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            practice: false,
            booth: "Proofbooth".to_owned(),
            language: "en".to_owned(),
            home_country: CountryCode::new("ES").expect("two letters"),
            data_dir: None,
            terms_url: "https://www.uanataca.com/public/pki/terminos-VID/".to_owned(),
            privacy_url: "https://www.uanataca.com/public/pki/privacidad-PSC/".to_owned(),
            allow_replay: false,
            server: None,
            officer: OfficerSettings::default(),
            cameras: CameraSettings::default(),
            recording: RecordingSettings::default(),
        }
    }
}

/// How a door was told to start.
#[derive(Debug, Clone, Default)]
pub struct StartUp {
    /// A settings file; by default the one in the system's place for settings, if there is one.
    pub settings: Option<PathBuf>,
    /// Practice, whatever the file says.
    pub practice: bool,
    /// Where cases are kept, whatever the file says.
    pub data_dir: Option<PathBuf>,
}

impl StartUp {
    /// The settings to start with.
    ///
    /// # Errors
    /// A file that cannot be read or understood; the detail says where.
    pub fn read(self) -> Result<Settings, Problem> {
        let mut settings = match self.settings.or_else(usual_file) {
            Some(path) => Settings::read(&path)?,
            None if self.practice => Settings::practice(),
            None => Settings::default(),
        };
        settings.practice |= self.practice;
        settings.data_dir = self.data_dir.or(settings.data_dir);
        Ok(settings)
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

    /// Reads a settings file.
    ///
    /// # Errors
    /// It cannot be read or understood; the detail says where.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(format!("the settings file cannot be read: {}", error.kind())))?;
        Self::parse(&text)
    }

    /// Reads settings from TOML.
    ///
    /// # Errors
    /// What is wrong, and in which line.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            wrong(format!("line {line}: {}", error.message()))
        })
    }

    /// Where cases are kept. Practice has a place of its own: its cases are never among real ones.
    ///
    /// # Errors
    /// The system has no place for program data.
    pub(crate) fn cases_dir(&self) -> Result<PathBuf, Problem> {
        let data = match &self.data_dir {
            Some(folder) => folder.clone(),
            None => project_dirs()
                .map(|dirs| dirs.data_local_dir().to_owned())
                .ok_or_else(|| wrong("no place for program data: set data_dir".to_owned()))?,
        };
        Ok(data.join(if self.practice { "practice" } else { "cases" }))
    }
}

fn usual_file() -> Option<PathBuf> {
    let path = project_dirs()?.config_dir().join("settings.toml");
    path.is_file().then_some(path)
}

fn project_dirs() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "proofbooth")
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

    #[test]
    fn the_rear_uses_the_fronts_camera_and_the_video_the_selfies() {
        let cameras = CameraSettings {
            front: Some("usb:1".into()),
            selfie: Some("usb:2".into()),
            ..CameraSettings::default()
        };
        assert_eq!(
            (cameras.of(Role::Rear), cameras.of(Role::Video)),
            (Some("usb:1"), Some("usb:2"))
        );
    }
}
