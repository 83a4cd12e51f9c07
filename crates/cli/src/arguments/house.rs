//! The commands that look after the booth itself.

use clap::Args;
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
