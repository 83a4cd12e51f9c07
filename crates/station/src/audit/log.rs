//! The log on the disk.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use evidence::{CaseId, UtcMillis};
use vault::{Disk, Op};

use super::chain::{self, Follower};
use super::entry::{Draft, Line, NOTHING};
use super::files::{self, End};
use super::{Broken, Entry, Fault, FileHead, Head, Mark, Verdict, What};

/// A file that has grown this large, in bytes, is followed by a new one: about four thousand lines.
const LARGEST: u64 = 1 << 20;

/// Another program writes a line in milliseconds. One that hangs with the lock in its hand must not stop a capture.
const PATIENCE: Duration = Duration::from_secs(2);

/// Clocks are corrected by less than this all the time.
const SLEW_MS: i64 = 2_000;

/// The audit log. Calls block on the disk; several programs may use one log at once.
pub struct AuditLog {
    current: PathBuf,
    head: Box<dyn Head>,
    largest: u64,
    disk: Disk,
}

impl AuditLog {
    /// The log in `file`, which need not be there yet, with its head beside it.
    #[must_use]
    pub fn beside_its_head(file: PathBuf) -> Self {
        Self::beside_its_head_on(Disk::default(), file)
    }

    /// The same, written through `disk`.
    #[must_use]
    pub fn beside_its_head_on(disk: Disk, file: PathBuf) -> Self {
        let head = FileHead::new(file.with_extension("head")).on(disk.clone());
        Self {
            disk,
            ..Self::new(file, Box::new(head))
        }
    }

    /// The log in `file`, whose head is kept elsewhere.
    #[must_use]
    pub fn new(file: PathBuf, head: Box<dyn Head>) -> Self {
        Self {
            current: file,
            head,
            largest: LARGEST,
            disk: Disk::default(),
        }
    }

    /// The same, with files of another size, in bytes.
    #[must_use]
    pub fn with_files_of(mut self, largest: u64) -> Self {
        self.largest = largest;
        self
    }

    /// Adds a line, and before it what there is to say about the log itself: a torn line, a missing end, a clock that
    /// was set back. After this returns, a power cut does not lose it.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub fn append(&self, what: What, case: Option<CaseId>, at: UtcMillis) -> io::Result<Mark> {
        let _lock = self.locked(File::try_lock)?;
        let end = self.end()?;
        let found = self.found(&end, at)?;
        let drafts = found
            .notes
            .into_iter()
            .map(|what| (what, None))
            .chain([(what, case)]);
        let mut text = String::new();
        let mut mark = found.last;
        for (what, case) in drafts {
            let (n, previous) = mark
                .as_ref()
                .map_or((0, NOTHING), |mark| (mark.n + 1, mark.sha256.as_str()));
            let (line, next) = Draft { at, case, what }.line(n, previous);
            text.push_str(&line);
            text.push('\n');
            mark = Some(next);
        }
        let mark = mark.expect("at least one line was written");
        self.write(&end, text.as_bytes())?;
        self.head.write(&mark)?;
        Ok(mark)
    }

    /// Every line that can be read, the oldest first. Whether they hold is what [`AuditLog::verify`] says.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        let Some(_lock) = self.locked_if_there()? else {
            return Ok(Vec::new());
        };
        let mut entries = Vec::new();
        for file in self.files()? {
            entries.extend(entries_of(&file)?);
        }
        Ok(entries)
    }

    /// The last lines of which `is` is true, the newest first, `most` at most. Older files are only read for as long as
    /// lines are missing.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub(super) fn newest(&self, most: usize, is: impl Fn(&Entry) -> bool) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        let Some(_lock) = self.locked_if_there()? else {
            return Ok(found);
        };
        for file in self.files()?.iter().rev() {
            let of_file = entries_of(file)?.into_iter().rev().filter(&is);
            found.extend(of_file.take(most - found.len()));
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// The last line of which `is` is true.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub(crate) fn find_last(&self, is: impl Fn(&Entry) -> bool) -> io::Result<Option<Entry>> {
        let Some(_lock) = self.locked_if_there()? else {
            return Ok(None);
        };
        for file in self.files()?.iter().rev() {
            if let Some(found) = entries_of(file)?.into_iter().rfind(&is) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The last whole line, if it can be read.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub fn last(&self) -> io::Result<Option<Entry>> {
        let Some(_lock) = self.locked_if_there()? else {
            return Ok(None);
        };
        let line = self.end()?.line;
        Ok(line.and_then(|line| Some(Line::read(std::str::from_utf8(&line).ok()?)?.entry)))
    }

    /// Whether the log holds, from its first line to its head, and passes through the `expected` marks, which were
    /// kept elsewhere.
    ///
    /// # Errors
    /// The disk refuses, or another program holds the log for too long.
    pub fn verify(&self, expected: &[Mark]) -> io::Result<Verdict> {
        let lock = self.locked_if_there()?;
        let head = self.kept_head()?;
        let mut marks = expected.to_vec();
        if let Kept::At(mark) = &head {
            marks.push(mark.clone());
        }
        let mut follower = Follower::new(&marks);
        let files = self.files()?;
        for (at, file) in files.iter().enumerate() {
            chain::feed(&mut follower, &fs::read(file)?, at + 1 == files.len());
        }
        drop(lock);
        let mut verdict = follower.finish();
        let last = verdict.head.as_ref().map_or(0, |head| head.n);
        // The first line may have been cut off from its head by a power cut; a later one may not.
        let removed = matches!(head, Kept::Damaged) || (matches!(head, Kept::Nowhere) && last > 0);
        if removed && verdict.broken.is_none() {
            verdict.broken = Some(Broken {
                n: last,
                fault: Fault::NoHead,
            });
        }
        Ok(verdict)
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let earlier = files::earlier(&self.current)?;
        let mut files: Vec<_> = earlier
            .into_iter()
            .map(|number| files::numbered(&self.current, number))
            .collect();
        files.extend(self.current.exists().then(|| self.current.clone()));
        Ok(files)
    }

    /// The end of the current file; with the last line of the file before it where it has none of its own.
    fn end(&self) -> io::Result<End> {
        let mut end = files::end_of(&self.current)?.unwrap_or(End {
            line: None,
            torn: 0,
            whole: 0,
        });
        if end.line.is_none()
            && let Some(number) = files::earlier(&self.current)?.pop()
        {
            let before = files::end_of(&files::numbered(&self.current, number))?;
            end.line = before.and_then(|before| before.line);
        }
        Ok(end)
    }

    fn kept_head(&self) -> io::Result<Kept> {
        match self.head.read() {
            Ok(Some(mark)) => Ok(Kept::At(mark)),
            Ok(None) => Ok(Kept::Nowhere),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Kept::Damaged),
            Err(error) => Err(error),
        }
    }

    /// Where the chain goes on, and what has to be said first.
    fn found(&self, end: &End, now: UtcMillis) -> io::Result<Found> {
        let head = self.kept_head()?;
        let mut notes = Vec::new();
        if end.torn > 0 {
            notes.push(What::LineTorn { bytes: end.torn });
        }
        let line = end
            .line
            .as_ref()
            .map(|line| std::str::from_utf8(line).ok().and_then(Line::read));
        let (last, at) = match (line, &head) {
            (None, _) => (None, None),
            (Some(Some(line)), _) if line.sound => (Some(line.mark()), Some(line.entry.at)),
            (Some(_), head) => {
                notes.push(What::LogDamaged);
                (head.mark().cloned(), None)
            }
        };
        match (&head, &last) {
            (Kept::At(kept), last) => {
                let here = last.as_ref().is_some_and(|last| kept.n < last.n || kept == last);
                if !here {
                    notes.push(What::LogShortened { until: kept.n });
                }
            }
            (Kept::Nowhere, Some(last)) if last.n == 0 => {}
            (Kept::Nowhere, None) => {}
            (Kept::Nowhere | Kept::Damaged, _) => notes.push(What::LogDamaged),
        }
        notes.dedup();
        let back = at.map_or(0, |at| at.0.saturating_sub(now.0));
        if back > SLEW_MS {
            notes.push(What::ClockSetBack {
                by_ms: back.unsigned_abs(),
            });
        }
        Ok(Found { last, notes })
    }

    fn write(&self, end: &End, text: &[u8]) -> io::Result<()> {
        let fresh = if end.whole >= self.largest {
            let number = files::earlier(&self.current)?.pop().unwrap_or(0) + 1;
            if end.torn > 0 {
                files::private().open(&self.current)?.set_len(end.whole)?;
            }
            fs::rename(&self.current, files::numbered(&self.current, number))?;
            true
        } else {
            !self.current.exists()
        };
        self.disk.before(Op::Create)?;
        let mut file = files::private().open(&self.current)?;
        let begin = if fresh { 0 } else { end.whole };
        file.set_len(begin)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(begin))?;
        self.disk.write(&mut file, text)?;
        self.disk.sync(&file)?;
        if fresh {
            files::sync_folder_of(&self.disk, &self.current)?;
        }
        Ok(())
    }

    fn lock_file(&self) -> PathBuf {
        self.current.with_extension("lock")
    }

    /// The lock for reading; `None` where there is no log, and so nothing to lock or read.
    fn locked_if_there(&self) -> io::Result<Option<File>> {
        if self.files()?.is_empty() {
            return Ok(None);
        }
        self.locked(File::try_lock_shared).map(Some)
    }

    fn locked(&self, lock: impl Fn(&File) -> Result<(), TryLockError>) -> io::Result<File> {
        create_folder_of(&self.current)?;
        // A file of its own: the log's is renamed when it has grown.
        let file = files::private().open(self.lock_file())?;
        let began = Instant::now();
        loop {
            match lock(&file) {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if began.elapsed() > PATIENCE => {
                    return Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        "another program holds the log",
                    ));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}

/// Every line of a file that can be read.
fn entries_of(file: &Path) -> io::Result<Vec<Entry>> {
    let bytes = fs::read(file)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    let read = lines.filter_map(|line| Line::read(std::str::from_utf8(line).ok()?));
    Ok(read.map(|line| line.entry).collect())
}

/// What the head says.
enum Kept {
    At(Mark),
    Nowhere,
    Damaged,
}

impl Kept {
    const fn mark(&self) -> Option<&Mark> {
        match self {
            Self::At(mark) => Some(mark),
            Self::Nowhere | Self::Damaged => None,
        }
    }
}

struct Found {
    last: Option<Mark>,
    notes: Vec<What>,
}

fn create_folder_of(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
