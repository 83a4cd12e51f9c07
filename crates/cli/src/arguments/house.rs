//! The commands that look after the booth itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};
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

/// Options of `read`.
#[derive(Args)]
pub struct ReadOptions {
    /// Pictures: JPEG, PNG or BMP, whatever their names end in.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}
