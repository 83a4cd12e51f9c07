//! The cases every run begins with: captured once from the practice clips, up to the review, then copied.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use evidence::{Biometrics, DocumentType, FieldKey, Step};
use oneshot_sandbox::{Fault, Operation, Sandbox};
use station::view::{DocumentView, FieldValue};
use station::{Booth, Problem, Settings, practice_person};

use crate::life::Life;

/// Captured evidence, as a booth left it in a folder.
pub struct Material {
    folder: PathBuf,
    pub cases: Vec<String>,
}

impl Material {
    /// Captures so many cases. Nothing of them reaches `sandbox`: the request is created when a run submits.
    pub fn capture(folder: &Path, sandbox: &Sandbox, cases: u32) -> Result<Self> {
        let settings = settings(folder, sandbox, "current")?;
        let life = Life::begin(&settings)?;
        let captured = life.runtime.block_on(async {
            let mut captured = Vec::new();
            for number in 0..cases {
                captured.push(review(&life.booth, sandbox, number).await?);
                life.booth.close_case().await?;
            }
            Ok(captured)
        });
        // To its end: while the database is being closed, it cannot be copied.
        life.kill();
        let captured = captured.map_err(said)?;
        ensure!(sandbox.created() == 0, "the material has a request already");
        Ok(Self {
            folder: folder.to_owned(),
            cases: captured,
        })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A copy of it to work on.
    pub fn copy_to(&self, folder: &Path) -> io::Result<()> {
        copy(&self.folder, folder)
    }
}

/// The settings of a booth that calls this sandbox.
pub fn settings(folder: &Path, sandbox: &Sandbox, dialect: &str) -> Result<Settings> {
    let base = match dialect {
        "legacy" => sandbox.legacy_base_url(),
        _ => sandbox.base_url(),
    };
    // Beside the folder of the cases: whoever signs has to be vouched for by the sandbox's own authority.
    let authority = folder.join("signers.pem");
    fs::create_dir_all(folder)?;
    fs::write(&authority, sandbox.ca_pem())?;
    settings_for(folder, &base, dialect, Some(&authority))
}

/// The same for the server at `base`, with the certificates that `authority` holds.
pub fn settings_for(folder: &Path, base: &str, dialect: &str, authority: Option<&Path>) -> Result<Settings> {
    let trusted = authority.map(|file| format!("trusted_signers = '{}'\n", file.display()));
    let text = format!(
        "practice = true\nbooth = \"Torture booth\"\n\
         [cameras]\nreplay_only = true\n[recording]\nshortest_ms = 300\nscript = false\n[polling]\non = false\n[delivery]\nqueue = false\n[disk]\nreserve_mb = 0\n[eyes]\nread = false\n\
         [server]\nbase_url = \"{base}\"\ndialect = \"{dialect}\"\nregistration_authority = \"139\"\n\
         profile = \"PFnubeQAFCiudadano\"\n{}",
        trusted.unwrap_or_default()
    );
    let mut settings = Settings::parse(&text).map_err(said)?;
    settings.data_dir = Some(folder.to_owned());
    settings.secrets = station::credentials::Source::in_memory([]);
    Ok(settings)
}

/// From the first screen to the review, with the practice person.
async fn review(booth: &Booth, sandbox: &Sandbox, number: u32) -> Result<String, Problem> {
    let case = booth.open_case().await?.id;
    // A server that refuses lets the booth go on without a request.
    sandbox.fail_next(Operation::CreateVideoid, Fault::Status422);
    booth.start_new("+34 699 999 999", &email_of(number)).await?;
    booth.start_defer().await?;
    let text = booth.consent_text("es");
    booth
        .accept_consent("es", &text.version, Biometrics::Refused)
        .await?;
    let card = DocumentView {
        kind: DocumentType::IdentityCard,
        country: "ES".to_owned(),
    };
    booth.choose_document(card).await?;
    picture(booth).await?;
    booth.cut_portrait(practice_person().portrait).await?;
    picture(booth).await?;
    picture(booth).await?;
    booth.confirm_fields(fields(), "").await?;
    booth.begin_video().await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    booth.end_video().await?;
    let view = booth.use_capture().await?;
    debug_assert_eq!(view.step, Step::Review);
    Ok(case)
}

/// The address of the person of a case. Whoever looks at the server tells the cases by it.
pub fn email_of(number: u32) -> String {
    format!("alma{number}@example.org")
}

async fn picture(booth: &Booth) -> Result<(), Problem> {
    booth.take_still().await?;
    booth.use_capture().await.map(drop)
}

/// What the practice person's card says.
pub fn fields() -> Vec<FieldValue> {
    let person = practice_person();
    [
        (FieldKey::GivenName, person.given_name),
        (FieldKey::FirstSurname, person.surname_1),
        (FieldKey::SecondSurname, person.surname_2),
        (FieldKey::SerialNumber, person.serial_number),
    ]
    .map(|(key, value)| FieldValue { key, value })
    .into()
}

/// A problem as an error: its code says what it is, its detail why.
pub fn said(problem: Problem) -> anyhow::Error {
    let why = problem
        .detail
        .as_ref()
        .map(|detail| format!(" ({})", detail.expose()));
    anyhow::anyhow!("{}{}", problem.code.as_str(), why.unwrap_or_default())
}

/// A copy of a folder and everything in it.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
