//! The commands that look after the booth itself.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use station::audit::Mark;

/// Options of `audit`.
#[derive(Args)]
pub struct AuditOptions {
    /// Check every line instead of showing them; exit code 1 names the first that does not hold.
    #[arg(long)]
    pub verify: bool,
    /// A head that was kept elsewhere, as `audit` prints it: the log has to pass through it. Repeat for each.
    #[arg(long, value_name = "N:SHA256", requires = "verify")]
    pub expect: Vec<Mark>,
    /// Only what happened to this case: its identity or four-character code.
    #[arg(long, value_name = "CASE", conflicts_with = "verify")]
    pub case: Option<String>,
}

/// Options of `settings`.
#[derive(Args)]
pub struct SettingsOptions {
    /// What to do.
    #[command(subcommand)]
    pub action: SettingsAction,
}

/// What is done with settings.
#[derive(Subcommand)]
pub enum SettingsAction {
    /// Say whether a file can be used; exit code 1 names the line that is wrong.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// List every key with its value and where it comes from; never a secret.
    Show,
}

/// Options of `face-match`.
#[derive(Args)]
pub struct FaceMatchOptions {
    /// A picture of a person, or of a whole document with a portrait: JPEG, PNG or BMP.
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// The picture it is compared with.
    #[arg(value_name = "B")]
    pub second: PathBuf,
}

/// Options of `liveness`.
#[derive(Args)]
pub struct LivenessOptions {
    /// An MP4 with H.264, or JPEGs one after the other, of a camera that does not mirror.
    #[arg(value_name = "CLIP")]
    pub clip: PathBuf,
    /// What the person was asked to do, in order; left and right are the person's own.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        required = true,
        value_name = "STEPS"
    )]
    pub script: Vec<LivenessStep>,
    /// How many of a file's bare JPEGs were taken in a second; an MP4 says so itself.
    #[arg(long, value_name = "RATE", value_parser = frames_a_second)]
    pub fps: Option<f64>,
    /// When the first of them was asked for, in seconds of the clip: a recording of ours shows the document, too.
    #[arg(long, value_name = "SECONDS", value_parser = moment, default_value = "0")]
    pub from: Duration,
}

fn moment(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number is needed".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "a moment of the clip is needed".to_owned())
}

fn frames_a_second(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "a number is needed".to_owned())?;
    if (1.0..=240.0).contains(&rate) {
        Ok(rate)
    } else {
        Err("from 1 to 240".to_owned())
    }
}

/// A step of a liveness script.
#[derive(Clone, Copy, ValueEnum)]
pub enum LivenessStep {
    /// Turn the head left.
    Left,
    /// Turn the head right.
    Right,
    /// Shut the eyes and open them.
    Blink,
    /// Come closer to the camera.
    Closer,
}

impl From<LivenessStep> for station::LivenessStep {
    fn from(step: LivenessStep) -> Self {
        match step {
            LivenessStep::Left => Self::Left,
            LivenessStep::Right => Self::Right,
            LivenessStep::Blink => Self::Blink,
            LivenessStep::Closer => Self::Closer,
        }
    }
}

/// Options of `read`.
#[derive(Args)]
pub struct ReadOptions {
    /// Pictures: JPEG, PNG or BMP, whatever their names end in.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}
