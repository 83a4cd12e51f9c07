//! A case as a sealed bundle, in the clear and encrypted.

use std::io::{self, Read};
use std::ops::Range;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use evidence::{Case, CaseId, ObjectId};
use seal::{Contents, DeviceKey, Identity, Manifest, Objects, open_bundle, verify_bundle, write_bundle};
use vault::keys::{KeyFile, KeySource};
use vault::{Store, Vault};

use super::{Flip, Told};
use crate::chance::Chance;
use crate::material::Material;

/// Two bundles of one case.
pub struct Sealed {
    plain: Vec<u8>,
    /// Its files, and where they begin and end.
    files: Vec<(String, Range<usize>)>,
    encrypted: Vec<u8>,
    identity: Identity,
    device: DeviceKey,
}

struct OfCase<'a>(&'a Vault, CaseId);

impl Objects for OfCase<'_> {
    fn open(&self, object: ObjectId) -> io::Result<Box<dyn Read + '_>> {
        let reader = self.0.open_object(self.1, object);
        Ok(Box::new(
            reader.map_err(|error| io::Error::other(error.to_string()))?,
        ))
    }
}

impl Sealed {
    pub fn of(material: &Material) -> Result<Self> {
        let folder = material.folder();
        let key = KeyFile::new(folder.join("practice.key"));
        let vault = Vault::open(folder.join("practice"), KeySource::Kept(&key))?;
        let case: Case = vault.list()?.into_iter().flatten().next().context("a case")?;
        let device = DeviceKey::generate()?;
        let (manifest, record) = Manifest::of(&case, device.public(), None, case.opened_at)?;
        let sealed = seal::seal(manifest, &device)?;
        let contents = Contents {
            sealed: &sealed,
            record: &record,
            timestamp: None,
            objects: &OfCase(&vault, case.id),
        };
        let identity = Identity::generate();
        let plain = write_bundle(&contents, Vec::new(), &[])?;
        let encrypted = write_bundle(&contents, Vec::new(), &[identity.recipient()])?;
        let bundles = Self {
            files: layout(&plain)?,
            plain,
            encrypted,
            identity,
            device,
        };
        ensure!(
            bundles.failing(&bundles.plain).is_empty(),
            "the bundle does not hold as it is"
        );
        ensure!(
            bundles.opens(&bundles.encrypted),
            "the encrypted bundle does not hold as it is"
        );
        Ok(bundles)
    }

    pub fn flip(&self, chance: &mut Chance) -> (String, Told, Flip) {
        let encrypted = chance.once_in(4);
        let whole = if encrypted { &self.encrypted } else { &self.plain };
        // Half of the time in any file, so that the small ones have their share.
        let range = match chance.once_in(2) {
            true if !encrypted => self.files[below(chance, self.files.len())].1.clone(),
            _ => 0..whole.len(),
        };
        let at = range.start + below(chance, range.len());
        let mut changed = whole.clone();
        let bit = 1 << chance.below(8);
        changed[at] ^= bit;
        let flip = Flip {
            file: PathBuf::from(if encrypted { "encrypted bundle" } else { "bundle" }),
            at,
            bit,
        };
        if encrypted {
            // It opens or it does not: nothing inside can be named by whoever cannot read it.
            let told = if self.opens(&changed) {
                Told::Nothing
            } else {
                Told::Named
            };
            return ("encrypted bundle".to_owned(), told, flip);
        }
        let holds = |(_, range): &&(String, Range<usize>)| range.contains(&at);
        let name = self
            .files
            .iter()
            .find(holds)
            .map_or("", |(name, _)| name.as_str());
        let failing = self.failing(&changed);
        // A signature that does not fit says nothing about which of the two was changed.
        let named = |failed: &String| failed == name || (name == "manifest.json" && failed == "manifest.sig");
        let told = if failing.is_empty() {
            Told::Nothing
        } else if failing.iter().any(named) {
            Told::Named
        } else {
            Told::Elsewhere(failing.join(", "))
        };
        ("bundle".to_owned(), told, flip)
    }

    fn failing(&self, bundle: &[u8]) -> Vec<String> {
        let report = verify_bundle(bundle, &[self.device.public()]);
        if report.is_intact() {
            return Vec::new();
        }
        report.failures().map(|(part, _)| part.name.clone()).collect()
    }

    fn opens(&self, bundle: &[u8]) -> bool {
        open_bundle(bundle, std::slice::from_ref(&self.identity))
            .is_ok_and(|plain| verify_bundle(plain, &[self.device.public()]).is_intact())
    }
}

fn below(chance: &mut Chance, most: usize) -> usize {
    usize::try_from(chance.below(most as u64)).expect("below a length")
}

/// The files of a bundle, read as any tar: name, and where header and contents begin and end.
fn layout(bundle: &[u8]) -> Result<Vec<(String, Range<usize>)>> {
    let mut files = Vec::new();
    let mut at = 0;
    while bundle.get(at).is_some_and(|&first| first != 0) {
        let name = bundle[at..at + 100]
            .split(|&byte| byte == 0)
            .next()
            .unwrap_or_default();
        let digits = std::str::from_utf8(&bundle[at + 124..at + 135])?;
        let end = at + 512 + usize::from_str_radix(digits, 8)?.div_ceil(512) * 512;
        files.push((String::from_utf8(name.to_vec())?, at..end));
        at = end;
    }
    files.push(("end".to_owned(), at..bundle.len()));
    Ok(files)
}
