//! Folder, room, speed, the audit log, other programs.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use evidence::{Code, Problem, TryAgain};
use vault::{FolderStore, StoreError};

use super::{Finding, Remark, Subject, Verdict};
use crate::{Settings, clock, problems};

/// The recorder syncs once a second: a disk slower than this falls behind.
const SLOW: Duration = Duration::from_millis(300);

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
        room(settings, &folder),
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

fn room(settings: &Settings, folder: &Path) -> Option<Finding> {
    let free = settings.disk.free.at(folder);
    let measured = free.and_then(|free| Ok((free, sync_time(folder)?)));
    Some(match measured {
        Ok((free, sync)) => on_room(free, settings.disk.reserve_mb, sync),
        Err(error) => Finding::problem(
            Subject::Disk,
            Verdict::Failed,
            problems::from_store(&error.into()),
        ),
    })
}

/// What there is to say about so much room, where no case begins below the reserve, and a write that is safe after
/// `sync`. Who has to make room hears of it while as much as the reserve is left above it.
fn on_room(free: u64, reserve_mb: u64, sync: Duration) -> Finding {
    let reserve = reserve_mb.saturating_mul(1_000_000);
    let (verdict, remark) = match free {
        free if free < reserve => (Verdict::Failed, Remark::DiskReserve),
        free if free < reserve.saturating_mul(2) => (Verdict::Warning, Remark::DiskLow),
        _ if sync >= SLOW => (Verdict::Warning, Remark::DiskSlow),
        _ => (Verdict::Fine, Remark::DiskFine),
    };
    Finding::new(Subject::Disk, verdict, remark)
        .with("free", size(free))
        .with("reserve", size(reserve))
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
    fn room_is_judged_by_the_reserve_and_speed_by_what_a_recording_needs() {
        let fast = Duration::from_millis(4);
        let said = |free, sync| {
            let finding = on_room(free, 2_000, sync);
            (finding.verdict, finding.remark.expect("a remark"))
        };
        assert_eq!(said(9_000_000_000, fast), (Verdict::Fine, Remark::DiskFine));
        assert_eq!(
            said(9_000_000_000, SLOW * 2),
            (Verdict::Warning, Remark::DiskSlow)
        );
        assert_eq!(said(3_999_999_999, fast), (Verdict::Warning, Remark::DiskLow));
        assert_eq!(
            said(1_999_999_999, fast),
            (Verdict::Failed, Remark::DiskReserve),
            "where no case begins, the booth cannot do its work"
        );
        let none = on_room(1, 0, fast).verdict;
        assert_eq!(none, Verdict::Fine, "no reserve was wanted");
    }
}
