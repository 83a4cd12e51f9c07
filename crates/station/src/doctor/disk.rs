//! Folder, room, speed, what was left behind, the audit log, other programs.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use evidence::{Code, Problem, TryAgain};
use vault::{FolderStore, StoreError};

use super::{Finding, Remark, Subject, Verdict};
use crate::{Settings, clock, problems};

/// A case of three minutes of video with its pictures is 70 MB. Below this, the next hours are not safe.
const ROOM: u64 = 1 << 30;

/// Below this, the next case is not.
const LEAST_ROOM: u64 = 200 << 20;

/// The recorder syncs once a second: a disk slower than this falls behind.
const SLOW: Duration = Duration::from_millis(300);

/// A file that was written to since is somebody's work.
const AT_WORK: Duration = Duration::from_secs(600);

pub(super) fn look_at(settings: &Settings) -> Vec<Finding> {
    let (folder, cases) = match (settings.data_folder(), settings.cases_dir()) {
        (Ok(folder), Ok(cases)) => (folder, cases),
        (Err(problem), _) | (_, Err(problem)) => {
            return vec![Finding::problem(Subject::DataFolder, Verdict::Failed, problem)];
        }
    };
    // As the booth does when it is opened.
    if let Err(error) = FolderStore::open(&cases) {
        let problem = match error {
            StoreError::Missing => problems::from_store(&StoreError::Disk(io::ErrorKind::NotFound)),
            error => problems::from_store(&error),
        };
        return vec![Finding::problem(Subject::DataFolder, Verdict::Failed, problem)];
    }
    vec![
        is_private(&cases),
        room(&folder),
        left_overs(&cases),
        audit_log(settings),
        set_back(settings),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn is_private(cases: &Path) -> Option<Finding> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(cases).map_or(0, |data| data.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            let open = Finding::new(Subject::DataFolder, Verdict::Warning, Remark::FolderOpen);
            return Some(open.with("mode", format_args!("{mode:o}")));
        }
    }
    #[cfg(not(unix))]
    let _ = cases;
    Some(Finding::fine(Subject::DataFolder, Remark::FolderFine))
}

fn room(folder: &Path) -> Option<Finding> {
    let measured = fs4::available_space(folder).and_then(|free| Ok((free, sync_time(folder)?)));
    Some(match measured {
        Ok((free, sync)) => on_room(free, sync),
        Err(error) => Finding::problem(
            Subject::Disk,
            Verdict::Failed,
            problems::from_store(&error.into()),
        ),
    })
}

/// What there is to say about so much room, and a write that is safe after `sync`.
fn on_room(free: u64, sync: Duration) -> Finding {
    let (verdict, remark) = match (free, sync) {
        (0..LEAST_ROOM, _) => (Verdict::Failed, Remark::DiskLow),
        (LEAST_ROOM..ROOM, _) => (Verdict::Warning, Remark::DiskLow),
        (_, sync) if sync >= SLOW => (Verdict::Warning, Remark::DiskSlow),
        _ => (Verdict::Fine, Remark::DiskFine),
    };
    Finding::new(Subject::Disk, verdict, remark)
        .with("free", size(free))
        .with("sync", format_args!("{} ms", sync.as_millis()))
}

/// How long a small write takes until a power cut does not lose it.
fn sync_time(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(format!("doctor-{}.new", std::process::id()));
    let began = Instant::now();
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    let took = began.elapsed();
    fs::remove_file(&path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    written.map(|()| took)
}

fn left_overs(cases: &Path) -> Option<Finding> {
    let (files, bytes) = unfinished_in(cases);
    Some(if files == 0 {
        Finding::fine(Subject::LeftOvers, Remark::NothingLeft)
    } else {
        Finding::new(Subject::LeftOvers, Verdict::Warning, Remark::LeftOvers)
            .with("files", files)
            .with("size", size(bytes))
    })
}

/// Files that were begun and are nobody's work any more: how many, and their bytes.
fn unfinished_in(cases: &Path) -> (u64, u64) {
    let names = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut files, mut bytes) = (0, 0);
    // The store's files lie in the folder itself, or in that of their case.
    let inside = names(cases).flat_map(|entry| names(&entry.path()));
    for file in names(cases).chain(inside) {
        let path = file.path();
        let unfinished = path
            .extension()
            .is_some_and(|extension| extension == "part" || extension == "new");
        let Ok(data) = file.metadata() else { continue };
        let changed = data.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let old = changed.elapsed().is_ok_and(|since| since > AT_WORK);
        if unfinished && data.is_file() && old {
            files += 1;
            bytes += data.len();
        }
    }
    (files, bytes)
}

fn audit_log(settings: &Settings) -> Option<Finding> {
    let about = |code, detail: String| {
        let problem = Problem::new(code, TryAgain::AfterChange).because(detail);
        Finding::problem(Subject::AuditLog, Verdict::Failed, problem)
    };
    Some(match settings.audit_log().ok()?.verify(&[]) {
        Ok(verdict) => match verdict.broken {
            Some(broken) => about(Code::AuditBroken, format!("entry {}", broken.n)),
            None => Finding::fine(Subject::AuditLog, Remark::AuditFine).with("entries", verdict.entries),
        },
        Err(error) => about(Code::AuditFailed, error.kind().to_string()),
    })
}

/// A clock that is behind what was noted here before.
fn set_back(settings: &Settings) -> Option<Finding> {
    /// Clocks are corrected by less than this all the time.
    const SLEW_MS: i64 = 2_000;
    let last = settings.audit_log().ok()?.last().ok()??;
    let behind = last.at.0.saturating_sub(clock::now().0);
    (behind > SLEW_MS).then(|| {
        Finding::new(Subject::Clock, Verdict::Failed, Remark::ClockSetBack).with("seconds", behind / 1_000)
    })
}

/// Whether another program has the booth open.
pub(super) fn running(settings: &Settings) -> Finding {
    let alone = Finding::fine(Subject::Running, Remark::Alone);
    let Some(file) = settings
        .running_file()
        .ok()
        .and_then(|path| File::options().write(true).open(path).ok())
    else {
        return alone;
    };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Finding::new(Subject::Running, Verdict::Warning, Remark::NotAlone),
        _ => alone,
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_and_speed_are_judged_by_what_a_case_needs() {
        let fast = Duration::from_millis(4);
        let said = |free, sync| {
            let finding = on_room(free, sync);
            (finding.verdict, finding.remark.expect("a remark"))
        };
        assert_eq!(said(9 << 30, fast), (Verdict::Fine, Remark::DiskFine));
        assert_eq!(said(9 << 30, SLOW * 2), (Verdict::Warning, Remark::DiskSlow));
        assert_eq!(said(500 << 20, fast), (Verdict::Warning, Remark::DiskLow));
        assert_eq!(said(100 << 20, fast), (Verdict::Failed, Remark::DiskLow));
    }

    #[test]
    fn what_an_interrupted_program_left_is_counted_and_work_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        fs::create_dir(&case).expect("a folder");
        let old = SystemTime::now() - 2 * AT_WORK;
        for (name, time) in [("a.part", old), ("b.part", SystemTime::now()), ("c", old)] {
            let file = File::create(case.join(name)).expect("a file");
            (&file).write_all(b"12345").expect("written");
            file.set_modified(time).expect("its time is set");
        }
        assert_eq!(unfinished_in(folder.path()), (1, 5));
    }
}
