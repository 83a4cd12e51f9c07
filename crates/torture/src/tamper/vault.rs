//! What a booth leaves on the disk: vault, key, audit log.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use evidence::Case;
use station::Settings;
use vault::keys::{KeyFile, KeySource};
use vault::{Store, StoreError, Vault};

use super::{Flip, Told, any_bit, files};
use crate::chance::Chance;
use crate::material::{self, Material};

/// What there is.
const KINDS: [&str; 6] = ["database", "seal", "object", "key", "audit log", "audit head"];

/// A booth that was closed as it should be.
pub struct Closed {
    pristine: PathBuf,
    work: PathBuf,
    files: Vec<PathBuf>,
}

impl Closed {
    pub fn of(material: &Material, folder: &Path) -> Result<Self> {
        let pristine = folder.join("pristine");
        material.copy_to(&pristine)?;
        // The certificates a settings file names are not the booth's own.
        fs::remove_file(pristine.join("signers.pem"))?;
        let work = folder.join("work");
        let files = files(&pristine)?;
        for kind in KINDS {
            ensure!(
                files.iter().any(|file| kind_of(file) == kind),
                "there is no {kind}"
            );
        }
        let closed = Self {
            pristine,
            work,
            files,
        };
        closed.restore()?;
        ensure!(
            closed.told()?.is_empty(),
            "it is damaged before anything was changed"
        );
        Ok(closed)
    }

    pub fn flip(&self, chance: &mut Chance) -> Result<(String, Told, Flip)> {
        // Objects are nearly all of the bytes: of the rest, each kind has its share.
        let chosen = chance.once_in(2).then(|| chance.pick(&KINDS));
        let of_kind = |file: &&PathBuf| chosen.is_none_or(|kind| kind_of(file) == kind);
        let files: Vec<PathBuf> = self.files.iter().filter(of_kind).cloned().collect();
        let flip = any_bit(&self.pristine, &files, chance)?;
        self.restore()?;
        flip.apply(&self.work)?;
        let kind = kind_of(&flip.file);
        let told = self.told()?;
        let name = flip.file.file_name().context("a file's name")?.to_string_lossy();
        let named = |told: &String| match kind {
            "object" => told.contains(&*name),
            // Where the cases are in it, they are named too.
            "database" | "seal" => told.contains("database"),
            other => told.starts_with(other),
        };
        let outcome = if told.is_empty() {
            Told::Nothing
        } else if told.iter().any(named) {
            Told::Named
        } else {
            Told::Elsewhere(told.join(", "))
        };
        Ok((kind.to_owned(), outcome, flip))
    }

    fn restore(&self) -> Result<()> {
        if self.work.exists() {
            fs::remove_dir_all(&self.work)?;
        }
        Ok(material::copy(&self.pristine, &self.work)?)
    }

    /// Everything that is told, by whoever looks after each of them.
    fn told(&self) -> Result<Vec<String>> {
        let mut told = Vec::new();
        match open(&self.work) {
            Ok(vault) => told.extend(vault.verify()?.into_iter().map(|damage| damage.cause.to_string())),
            Err(StoreError::WrongKey | StoreError::KeyStore(_)) => {
                told.push("key: it is not the vault's".to_owned())
            }
            Err(error) => told.push(error.to_string()),
        }
        let settings = Settings {
            practice: true,
            data_dir: Some(self.work.clone()),
            ..Settings::default()
        };
        let verdict = settings.audit_log().map_err(material::said)?.verify(&[])?;
        if let Some(broken) = verdict.broken {
            // Where log and head do not fit together, nobody can say which of them was changed.
            told.push(format!("audit log: line {}, {:?}", broken.n, broken.fault));
            told.push(format!("audit head: line {}, {:?}", broken.n, broken.fault));
        } else if verdict.torn {
            told.push("audit log: its last line is not whole".to_owned());
        }
        Ok(told)
    }
}

/// The vault of a booth that was killed: changes in its journal, and no seal.
pub struct Killed {
    pristine: PathBuf,
    work: PathBuf,
    files: Vec<PathBuf>,
    cases: Vec<Case>,
}

impl Killed {
    pub fn of(material: &Material, folder: &Path) -> Result<Self> {
        let (living, pristine) = (folder.join("living"), folder.join("killed"));
        material.copy_to(&living)?;
        let vault = open(&living)?;
        let mut cases: Vec<Case> = vault.list()?.into_iter().flatten().collect();
        for case in &mut cases {
            case.revision += 1;
            vault.save(case)?;
        }
        // As its death leaves it: while it is open.
        material::copy(&living, &pristine)?;
        drop(vault);
        let files: Vec<PathBuf> = files(&pristine)?
            .into_iter()
            .filter(|file| {
                file.to_string_lossy().contains("vault.db") && !file.to_string_lossy().ends_with("-shm")
            })
            .collect();
        ensure!(files.len() == 2, "a database and its journal: {files:?}");
        Ok(Self {
            pristine,
            work: folder.join("work"),
            files,
            cases,
        })
    }

    /// What came of a flip. An error is a lie: something was read that was never written.
    pub fn flip(&self, chance: &mut Chance) -> Result<&'static str> {
        let flip = any_bit(&self.pristine, &self.files, chance)?;
        if self.work.exists() {
            fs::remove_dir_all(&self.work)?;
        }
        material::copy(&self.pristine, &self.work)?;
        flip.apply(&self.work)?;
        let Ok(vault) = open(&self.work) else {
            return Ok("told");
        };
        let mut older = false;
        for case in &self.cases {
            match vault.load(case.id) {
                Ok(read) if read == *case => {}
                Ok(read) if read.revision + 1 == case.revision => older = true,
                Ok(_) => bail!("{}, byte {}: a case that never was", flip.file.display(), flip.at),
                Err(_) => return Ok("told"),
            }
        }
        let untold = vault.verify()?.is_empty();
        ensure!(
            !(untold && older),
            "{}, byte {}: a change is missing, and nothing told",
            flip.file.display(),
            flip.at
        );
        Ok(if untold {
            "no effect: everything reads as written"
        } else {
            "told"
        })
    }
}

fn open(folder: &Path) -> Result<Vault, StoreError> {
    let key = KeyFile::new(folder.join("practice.key"));
    Vault::open(folder.join("practice"), KeySource::Kept(&key))
}

fn kind_of(file: &Path) -> &'static str {
    let name = file.to_string_lossy();
    match &*name {
        name if name.ends_with("vault.seal") => "seal",
        name if name.contains("vault.db") => "database",
        name if name.contains("objects") => "object",
        name if name.ends_with(".key") => "key",
        name if name.ends_with("audit.head") => "audit head",
        name if name.ends_with("audit.log") => "audit log",
        _ => "another file",
    }
}
