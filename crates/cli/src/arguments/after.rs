//! What is typed once the server has everything: the officer's decision, documents, contract, code, signature, copies.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use station::CodeMethod;

/// The case, on every subcommand that works on one.
#[derive(Args)]
pub struct CaseOption {
    /// The case: its identity or four-character code, as `proofbooth status` lists it.
    pub case: String,
}

/// Options of `review`.
#[derive(Args)]
pub struct ReviewOptions {
    /// Who decides.
    #[command(flatten)]
    pub officer: OfficerOptions,
    /// What to do.
    #[command(subcommand)]
    pub action: ReviewAction,
}

/// The officer. Their credentials are never on the command line: they come from the environment
/// (`PROOFBOOTH_RAO_TOKEN`, or `PROOFBOOTH_RAO_USERNAME`, `PROOFBOOTH_RAO_PASSWORD` and `PROOFBOOTH_RAO_PIN`), or from
/// the system's store of credentials.
#[derive(Args)]
pub struct OfficerOptions {
    /// The officer's name, for the record.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub officer: String,
    /// The officer's number at the registration authority.
    #[arg(long, value_name = "NUMBER")]
    pub rao: Option<String>,
    /// Use what is remembered in the system's store of credentials.
    #[arg(long)]
    pub remembered: bool,
}

/// What an officer does.
#[derive(Subcommand)]
pub enum ReviewAction {
    /// List the submitted cases kept here, with what the server says of each.
    List,
    /// Fetch the evidence of a request that was captured elsewhere.
    Fetch {
        /// The request's number.
        #[arg(long, value_name = "NUMBER")]
        request_pk: i64,
        /// Its VideoID's number.
        #[arg(long, value_name = "NUMBER")]
        videoid_pk: i64,
    },
    /// Approve: a certificate may be issued.
    Approve(CaseOption),
    /// Refuse.
    Refuse {
        /// The case: its identity or four-character code.
        case: String,
        /// Why; it is sent to the server.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Options of `documents`.
#[derive(Args)]
pub struct DocumentsOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// PDFs to add.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A document that is not to be signed after all, by its identity. Repeat for each.
    #[arg(long = "remove", value_name = "DOCUMENT")]
    pub removed: Vec<String>,
    /// Do not upload yet.
    #[arg(long)]
    pub keep: bool,
}

/// Options of `contract`.
#[derive(Args)]
pub struct ContractOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// Write the contract to this file.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// The person has read the contract and every document to the end.
    #[arg(long)]
    pub read: bool,
}

/// Options of `code`.
#[derive(Args)]
pub struct CodeOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// How it travels.
    #[arg(long, value_enum, default_value = "sms")]
    pub by: Way,
}

/// Options of `sign`.
#[derive(Args)]
pub struct SignOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// The one-time code; `-` reads it from standard input, so that it is not in the list of processes.
    #[arg(long, value_name = "CODE", required_unless_present = "unlock_type")]
    pub code: Option<String>,
    /// Type of an external authentication the registration authority has agreed on, such as `biometric`.
    #[arg(
        long,
        value_name = "TYPE",
        requires = "unlock_value",
        requires = "unlock_secret"
    )]
    pub unlock_type: Option<String>,
    /// Its value.
    #[arg(long, value_name = "VALUE")]
    pub unlock_value: Option<String>,
    /// The customer code that goes with it; `-` reads it from standard input.
    #[arg(long, value_name = "CODE")]
    pub unlock_secret: Option<String>,
}

/// Options of `fetch`.
#[derive(Args)]
pub struct FetchOptions {
    /// The case: its identity or four-character code.
    pub case: String,
    /// Write the signed documents into this folder. Nothing in it is overwritten.
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
}

/// Options of `webhook-listen`.
#[derive(Args)]
pub struct WebhookOptions {
    /// Where to listen; another machine can only reach an address that is not loopback.
    /// By default what the settings say, else a free port of this machine alone.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// The path that is called; by default what the settings say, else a random one nobody can guess, printed at the start.
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
}

/// Options of `credentials`.
#[derive(Args)]
pub struct CredentialOptions {
    /// What to do.
    #[command(subcommand)]
    pub action: CredentialAction,
}

/// What is done with credentials.
#[derive(Subcommand)]
pub enum CredentialAction {
    /// List which are known, and where from; never what they are.
    List,
    /// Keep one in the system's store of credentials; it is read from standard input.
    Set {
        /// Its name, as `list` shows it.
        name: String,
    },
    /// Remove one from the system's store of credentials.
    Clear {
        /// Its name.
        name: String,
    },
}

/// How a code travels, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Way {
    /// A text message.
    Sms,
    /// WhatsApp.
    Whatsapp,
}

impl From<Way> for CodeMethod {
    fn from(way: Way) -> Self {
        match way {
            Way::Sms => Self::Sms,
            Way::Whatsapp => Self::Whatsapp,
        }
    }
}
