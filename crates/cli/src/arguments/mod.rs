//! The command line.

mod after;
mod carry;
mod house;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use station::{Check, Crop, DocumentType, FieldKey, Settings, SimilarityWord};

pub use after::*;
pub use carry::*;
pub use house::*;

/// Capture identity evidence and deliver it to a One-Shot server, without a window.
#[derive(Parser)]
#[command(name = "proofbooth", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Settings file (TOML); by default the one in the system's place for settings.
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Where cases are kept.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Practice: replay cameras and the sandbox inside the program; nothing leaves the machine.
    #[arg(long, global = true)]
    pub practice: bool,
    /// Machine-readable output: one JSON value a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of messages: en or es.
    #[arg(long, global = true, value_name = "TAG")]
    pub lang: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  failed; the message says what to change
  2  the command line is wrong
  3  not now; trying again later can help
  4  somebody has to find out first: a repeat could duplicate";

/// What to do.
/// What `doctor` looks at.
#[derive(Args)]
pub struct DoctorOptions {
    /// Only this, and more closely.
    #[command(subcommand)]
    pub only: Option<DoctorLook>,
}

/// What can be looked at closely.
#[derive(Subcommand)]
pub enum DoctorLook {
    /// Try out each camera for three seconds: what it delivers, light, sharpness, what stands behind it, what it can be
    /// used for.
    Cameras,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run a case from files or a camera, up to the review or, with --submit, to the server.
    Capture(Box<CaptureOptions>),
    /// Walk one whole case in practice, from the first screen to the deletion, and show what arrived.
    Practice(PracticeOptions),
    /// Run the sandbox One-Shot server until Ctrl-C. Its base address is the first line printed.
    Sandbox(Box<oneshot_sandbox::Options>),
    /// Deliver what was submitted and could not be sent: every case once, or with --stay whenever its moment has come.
    Deliver(DeliverOptions),
    /// Listen for the server's webhooks; each is only a hint to read the request's state again.
    WebhookListen(WebhookOptions),
    /// Read the documents in picture files, and keep nothing of them: where a document is, what its zones say, how good
    /// the picture is. Exit code 0 also where nothing was found.
    Read(ReadOptions),
    /// Compare the faces of two pictures, and keep nothing of them. Exit code 0 also where one shows no face.
    FaceMatch(FaceMatchOptions),
    /// Measure how good the pictures of faces in files are, in the terms of ISO/IEC 29794-5, and keep nothing of them. Exit
    /// code 0 also where one shows no face.
    FaceQuality(ReadOptions),
    /// Judge how the person in a clip answers a script of turns, blinks and coming closer, and keep nothing of it. Exit
    /// code 0 also where the answer does not count.
    Liveness(LivenessOptions),
    /// Parse MRZs from standard input: their lines, a blank line between two of them.
    Mrz,
    /// Verify a sealed bundle, without a network and without this booth's keys; whatever fails is named.
    Verify(VerifyOptions),
    /// The credentials this program finds, and the system's store of them.
    Credentials(CredentialOptions),
    /// What happened at this booth, and whether the log of it holds.
    Audit(AuditOptions),
    /// Check cameras, disk, clock, credentials, server and certificates, and say what to do. Exit code 1 if something
    /// does not work.
    Doctor(DoctorOptions),
    /// Check a settings file, or show what holds and where it comes from.
    Settings(SettingsOptions),
    /// Work with the booth as the settings have it.
    #[command(flatten)]
    Booth(BoothCommand),
}

/// What is done with the booth as the settings have it.
#[derive(Subcommand)]
pub enum BoothCommand {
    /// List what can deliver pictures.
    Cameras,
    /// List what can deliver sound for the video.
    Microphones,
    /// Deliver a case that is ready, or go on with a delivery that stopped.
    Submit(SubmitOptions),
    /// List what was submitted and is not delivered, with what stopped it and when it is tried again.
    Queue,
    /// Remove pictures and video of delivered cases from this machine: those whose time is over, or one case's now. The
    /// proof of the delivery stays.
    Purge(PurgeOptions),
    /// Write a case into a sealed bundle: a copy for the files or, with --hand-over, for another machine to deliver.
    Export(ExportOptions),
    /// Take in a case that was handed over to this machine, verified first; it waits to be delivered from here.
    Import(ImportOptions),
    /// Deliver a case from here after all that was handed over.
    TakeBack(TakeBackOptions),
    /// Print the public key that others verify this machine's bundles with.
    DeviceKey,
    /// Print the recipient that others encrypt bundles to that are for this machine; its secret half stays in the vault.
    Identity,
    /// Show the cases kept here, or one case and what the server says of it.
    Status(StatusOptions),
    /// State what was checked of a case, how, with which result and known error, what was not, and who vouched for what.
    Assurance(AssuranceOptions),
    /// The registration officer's desk: list, fetch, approve, refuse.
    Review(ReviewOptions),
    /// Add the PDFs to be signed, and upload them.
    Documents(DocumentsOptions),
    /// Fetch the service contract; --read notes that the person has read everything.
    Contract(ContractOptions),
    /// Have a one-time code sent to the person's phone.
    Code(CodeOptions),
    /// Sign the documents.
    Sign(SignOptions),
    /// Fetch the signed documents and check them.
    Fetch(FetchOptions),
    /// Delete the documents at the server, and prove it. Refused before every signed copy is here and in order.
    Delete(CaseOption),
}

/// Options of `capture`.
#[derive(Args)]
pub struct CaptureOptions {
    /// Mobile phone with international prefix, for a new request.
    #[arg(long, requires = "email", value_name = "+NUMBER")]
    pub phone: Option<String>,
    /// Electronic mail, for a new request.
    #[arg(long, requires = "phone", value_name = "ADDRESS")]
    pub email: Option<String>,
    /// Number of a request created elsewhere.
    #[arg(
        long,
        requires = "videoid_pk",
        conflicts_with = "phone",
        value_name = "NUMBER"
    )]
    pub request_pk: Option<i64>,
    /// VideoID number of that request.
    #[arg(long, requires = "request_pk", value_name = "NUMBER")]
    pub videoid_pk: Option<i64>,
    /// If the server cannot be reached, go on; the request is created on submission.
    #[arg(long)]
    pub offline: bool,
    /// The person accepted the consent text in this language (`proofbooth capture --show-consent` prints it).
    #[arg(long, value_name = "LANGUAGE", required_unless_present = "show_consent")]
    pub consented: Option<String>,
    /// The person allows their face to be compared; without, nothing of it is measured.
    #[arg(long)]
    pub biometrics: bool,
    /// Print the consent text and stop.
    #[arg(long)]
    pub show_consent: bool,
    /// Kind of document.
    #[arg(long, value_enum, default_value = "identity-card")]
    pub document: DocumentKind,
    /// Issuing country, two letters; by default the booth's own.
    #[arg(long, value_name = "CC")]
    pub country: Option<String>,
    /// Camera for every step: a name from `proofbooth cameras`, or a replay (.mjpeg, folder, picture).
    #[arg(long, value_name = "SOURCE")]
    pub camera: Option<String>,
    /// Picture file of the front, instead of the camera.
    #[arg(long, value_name = "FILE")]
    pub front: Option<PathBuf>,
    /// Picture file of the back, instead of the camera.
    #[arg(long, value_name = "FILE")]
    pub rear: Option<PathBuf>,
    /// Picture file of the person, instead of the camera.
    #[arg(long, value_name = "FILE")]
    pub selfie: Option<PathBuf>,
    /// The portrait on the front: left, top, width and height in fractions of the picture.
    #[arg(long, value_name = "X,Y,W,H", value_parser = parse_crop, required_unless_present = "show_consent")]
    pub portrait: Option<Crop>,
    /// Camera or replay for the video.
    #[arg(long, value_name = "SOURCE")]
    pub video_camera: Option<String>,
    /// Length of the video.
    #[arg(long, value_name = "SECONDS", default_value_t = 12.0)]
    pub video_seconds: f64,
    /// A field: given_name, first_surname, second_surname, serial_number, mobile_phone or email. Repeat for each.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = parse_field)]
    pub fields: Vec<(FieldKey, String)>,
    /// The person who vouches for checks and similarity.
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// A check the operator vouches for, e.g. document_not_expired=passed or liveness=failed. Repeat for each.
    #[arg(long = "attest", value_name = "CHECK=VERDICT", value_parser = parse_attestation, requires = "operator")]
    pub attestations: Vec<(Check, bool)>,
    /// How alike the operator judges portrait and selfie.
    #[arg(long, value_enum, requires = "operator")]
    pub similarity: Option<Likeness>,
    /// Deliver the case at the end.
    #[arg(long)]
    pub submit: bool,
}

impl CaptureOptions {
    /// Puts the sources of the command line into the settings.
    pub fn cameras_into(&self, settings: &mut Settings) {
        if let Some(camera) = &self.camera {
            for role in [
                &mut settings.cameras.front,
                &mut settings.cameras.selfie,
                &mut settings.cameras.video,
            ] {
                *role = Some(camera.clone());
            }
        }
        if let Some(camera) = &self.video_camera {
            settings.cameras.video = Some(camera.clone());
        }
    }
}

/// Options of `submit`.
#[derive(Args)]
pub struct SubmitOptions {
    /// The case: its identity or four-character code, as `proofbooth status` lists it.
    pub case: String,
}

/// Options of `deliver`.
#[derive(Args)]
pub struct DeliverOptions {
    /// Go on until Ctrl-C: what fails is tried again after a pause, and evidence whose time is over is removed.
    #[arg(long)]
    pub stay: bool,
}

/// Options of `purge`.
#[derive(Args)]
pub struct PurgeOptions {
    /// The case: its identity or four-character code.
    pub case: Option<String>,
}

/// Options of `status`.
#[derive(Args)]
pub struct StatusOptions {
    /// The case: its identity or four-character code.
    pub case: Option<String>,
}

/// Options of `assurance`.
#[derive(Args)]
pub struct AssuranceOptions {
    /// The case: its identity or four-character code.
    pub case: String,
}

/// Options of `verify`.
#[derive(Args)]
pub struct VerifyOptions {
    /// The bundle (.pbx).
    pub bundle: PathBuf,
    /// Public key of the device that must have sealed it: a PEM file, or its 64 hexadecimal digits.
    #[arg(long, value_name = "PUBLIC")]
    pub key: Option<String>,
    /// File with the identity of a recipient, as age-keygen writes it, for an encrypted bundle.
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// PEM file with the certificates of time stamp authorities to trust, for a bundle with a time stamp.
    #[arg(long, value_name = "FILE")]
    pub authority: Option<PathBuf>,
}

/// Options of `practice`.
#[derive(Args)]
pub struct PracticeOptions {
    /// Length of the video.
    #[arg(long, value_name = "SECONDS", default_value_t = 8.0)]
    pub video_seconds: f64,
    /// Leave the sandbox running at the end, to look at its page; Ctrl-C ends it.
    #[arg(long)]
    pub stay: bool,
}

/// Kinds of document, as they are typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum DocumentKind {
    /// A national identity card.
    IdentityCard,
    /// A residence card.
    ResidenceCard,
    /// A passport.
    Passport,
}

impl From<DocumentKind> for DocumentType {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::IdentityCard => Self::IdentityCard,
            DocumentKind::ResidenceCard => Self::ResidenceCard,
            DocumentKind::Passport => Self::Passport,
        }
    }
}

/// How alike two faces are, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Likeness {
    /// Surely the same person.
    High,
    /// Probably the same person.
    Medium,
    /// Doubtful.
    Low,
}

impl From<Likeness> for SimilarityWord {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::High => Self::High,
            Likeness::Medium => Self::Medium,
            Likeness::Low => Self::Low,
        }
    }
}

fn parse_crop(text: &str) -> Result<Crop, String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse().map_err(|_| format!("{part:?} is no number")))
        .collect::<Result<_, _>>()?;
    let [x, y, width, height] = numbers[..] else {
        return Err("four numbers, with commas between".to_owned());
    };
    let crop = Crop { x, y, width, height };
    if crop.is_inside() {
        Ok(crop)
    } else {
        Err("the rectangle is not inside the picture (0 to 1)".to_owned())
    }
}

fn parse_field(text: &str) -> Result<(FieldKey, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=VALUE")?;
    Ok((named(key)?, value.to_owned()))
}

fn parse_attestation(text: &str) -> Result<(Check, bool), String> {
    let (check, verdict) = text.split_once('=').ok_or("CHECK=passed or CHECK=failed")?;
    let passed = match verdict {
        "passed" => true,
        "failed" => false,
        other => return Err(format!("{other:?} is neither passed nor failed")),
    };
    Ok((named(check)?, passed))
}

/// A closed enum by the name it has on the wire to the page.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn rectangles_fields_and_verdicts_are_read() {
        assert_eq!(parse_crop("0.1, 0.2,0.3,0.4").expect("a rectangle").height, 0.4);
        assert!(parse_crop("0.9,0,0.5,1").is_err(), "outside");
        assert!(parse_crop("1,2,3").is_err(), "three numbers");
        assert_eq!(
            parse_field("given_name=Alma=").expect("a field"),
            (FieldKey::GivenName, "Alma=".to_owned())
        );
        assert_eq!(
            parse_attestation("liveness=failed").expect("a verdict"),
            (Check::Liveness, false)
        );
        assert!(parse_attestation("liveness=maybe").is_err());
        assert!(parse_field("shoe_size=44").is_err());
    }
}
