//! What encrypting costs: a video kept in the vault against plain writing of the same bytes, and opening a vault with
//! many cases in it.
//!
//! `cargo bench -p vault --bench store -- [--megabytes 100] [--cases 1000] [--rounds 5]`

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use evidence::{Case, CaseId, FieldKey, Fields, UtcMillis};
use uuid::Uuid;
use vault::keys::{KeySource, MasterKey};
use vault::{FolderStore, Label, Store, Vault};

/// Bytes in one write, about what the recorder hands over in a second.
const PIECE: usize = 256 * 1024;

struct Arguments {
    megabytes: usize,
    cases: usize,
    rounds: usize,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut arguments = Self {
            megabytes: 100,
            cases: 1000,
            rounds: 5,
        };
        let mut given = std::env::args().skip(1);
        while let Some(name) = given.next() {
            let value = match name.as_str() {
                "--megabytes" => &mut arguments.megabytes,
                "--cases" => &mut arguments.cases,
                "--rounds" => &mut arguments.rounds,
                // Cargo's own.
                "--bench" => continue,
                other => return Err(format!("{other} is not known").into()),
            };
            *value = given.next().ok_or("a number is missing")?.parse()?;
        }
        Ok(arguments)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let folder = tempfile::tempdir()?;
    throughput(folder.path(), &arguments)?;
    many_cases(folder.path(), &arguments)
}

fn throughput(folder: &Path, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let video: Vec<u8> = (0..arguments.megabytes * 1_000_000)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 11).to_le_bytes()[0])
        .collect();
    let key = MasterKey::random();
    let vault = Vault::open(folder.join("vault"), KeySource::Key(&key))?;
    let plain = FolderStore::open(folder.join("plain"))?;
    let case = case(1);
    vault.save(&case)?;
    plain.save(&case)?;
    let (mut bare, mut hashed, mut encrypted) = (vec![], vec![], vec![]);
    let (mut read_plain, mut read) = (vec![], vec![]);
    // Taken in turns: a disk that slows down slows all of them.
    for _ in 0..arguments.rounds {
        bare.push(timed(|| {
            let mut file = File::create(folder.join("bare"))?;
            video.chunks(PIECE).try_for_each(|piece| file.write_all(piece))?;
            file.sync_all()?;
            Ok(std::fs::remove_file(folder.join("bare"))?)
        })?);
        let stores: [(&dyn Store, _, _); 2] = [
            (&plain, &mut hashed, &mut read_plain),
            (&vault, &mut encrypted, &mut read),
        ];
        for (store, times, reads) in stores {
            let mut object = None;
            times.push(timed(|| {
                let mut writer = store.create_object(case.id, Label::Video)?;
                video
                    .chunks(PIECE)
                    .try_for_each(|piece| writer.write_all(piece))?;
                object = Some(writer.finish()?.object);
                Ok(())
            })?);
            let object = object.ok_or("just written")?;
            reads.push(timed(|| {
                let mut piece = vec![0; PIECE];
                let mut reader = store.open_object(case.id, object)?;
                while reader.read(&mut piece)? > 0 {
                    black_box(&piece);
                }
                Ok(())
            })?);
            store.remove_object(case.id, object)?;
        }
    }
    let rate = |times: &mut Vec<Duration>| {
        times.sort();
        arguments.megabytes as f64 / times[times.len() / 2].as_secs_f64()
    };
    let (bare, hashed, encrypted) = (rate(&mut bare), rate(&mut hashed), rate(&mut encrypted));
    let (read_plain, read) = (rate(&mut read_plain), rate(&mut read));
    println!(
        "{} MB, synced, median of {}",
        arguments.megabytes, arguments.rounds
    );
    println!("  written as they are        {bare:6.0} MB/s");
    println!(
        "  and hashed (plain store)   {hashed:6.0} MB/s, {:.2} of that",
        hashed / bare
    );
    println!(
        "  and encrypted (vault)      {encrypted:6.0} MB/s, {:.2} of that",
        encrypted / bare
    );
    println!(
        "  read back, from memory     {read:6.0} MB/s, {:.2} of plain",
        read / read_plain
    );
    Ok(())
}

fn many_cases(folder: &Path, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let key = MasterKey::random();
    let root = folder.join("many");
    let vault = Vault::open(&root, KeySource::Key(&key))?;
    let mut saves = Vec::new();
    for number in 0..arguments.cases {
        let case = case(number);
        saves.push(timed(|| Ok(vault.save(&case)?))?);
        if number % 10 == 0 {
            vault::put(&vault, case.id, Label::Front, b"picture")?;
        }
    }
    drop(vault);
    saves.sort();
    println!("{} cases", arguments.cases);
    println!(
        "  saving one                 {:6.2} ms (median)",
        ms(saves[saves.len() / 2])
    );
    let began = Instant::now();
    let vault = Vault::open(&root, KeySource::Key(&key))?;
    let opened = began.elapsed();
    let listed = vault.list()?.into_iter().flatten().collect::<Vec<_>>();
    let list = began.elapsed() - opened;
    let case = vault.load(listed[listed.len() / 2].id)?;
    black_box(vault.objects(case.id)?);
    let whole = began.elapsed();
    println!("  opening the vault          {:6.2} ms", ms(opened));
    println!(
        "  listing                    {:6.2} ms, {} cases",
        ms(list),
        listed.len()
    );
    println!("  opened, listed, one loaded {:6.2} ms", ms(whole));
    Ok(())
}

fn case(number: usize) -> Case {
    let mut case = Case::open(
        CaseId(Uuid::new_v4()),
        "Booth 3",
        false,
        UtcMillis(1_790_000_000_000 + i64::try_from(number).unwrap_or(0)),
    );
    let mut fields = Fields::default();
    fields.set(FieldKey::GivenName, "Alma");
    fields.set(FieldKey::FirstSurname, "Muñoz");
    fields.set(FieldKey::SerialNumber, "99999999R");
    case.fields = fields;
    case
}

fn timed(work: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
