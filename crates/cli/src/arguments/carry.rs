//! What is typed to carry sealed evidence from one machine to another.

use std::path::PathBuf;

use clap::Args;

/// Options of `export`.
#[derive(Args)]
pub struct ExportOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// The bundle to write (.pbx), or the folder to put it in. Nothing is written over.
    pub file: PathBuf,
    /// Who can open it (age1…), as `proofbooth identity` prints it there; by default those of the settings. Repeat for
    /// each.
    #[arg(long = "to", value_name = "RECIPIENT")]
    pub recipients: Vec<String>,
    /// Hand the case over to the one recipient: that machine delivers it, and this one does not any more.
    #[arg(long)]
    pub hand_over: bool,
    /// Do not encrypt. Whoever has the file then sees the person's face, document, data and video.
    #[arg(long, conflicts_with_all = ["recipients", "hand_over"])]
    pub in_clear: bool,
}

/// Options of `import`.
#[derive(Args)]
pub struct ImportOptions {
    /// The bundle (.pbx).
    pub file: PathBuf,
    /// Public key of the device that sealed it, beside those of the settings: a PEM file, or its 64 hexadecimal digits
    /// as `proofbooth device-key` prints them there. Repeat for each.
    #[arg(long = "key", value_name = "PUBLIC")]
    pub keys: Vec<String>,
}

/// Options of `take-back`.
#[derive(Args)]
pub struct TakeBackOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// You vouch that the bundle was imported nowhere and never will be: it is destroyed. Were it not, the case could be
    /// sent twice.
    #[arg(long)]
    pub nobody_has_it: bool,
}
