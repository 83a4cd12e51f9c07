//! The files of the log.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use vault::Disk;

/// A line is a few hundred bytes; of a file's end this much is read to find the last one.
const TAIL: u64 = 16 * 1024;

/// Options that create a file only its owner can read, for writing.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A renamed or new file survives a power cut only once its folder is synced.
pub(super) fn sync_folder_of(disk: &Disk, file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| disk.sync_folder(folder))
}

/// `audit.3.log` beside `audit.log`.
pub(super) fn numbered(current: &Path, number: u64) -> PathBuf {
    current.with_extension(format!("{number}.log"))
}

/// The numbers of the files that came before `current`, the oldest first.
pub(super) fn earlier(current: &Path) -> io::Result<Vec<u64>> {
    let (Some(folder), Some(stem)) = (
        current.parent(),
        current.file_stem().and_then(|stem| stem.to_str()),
    ) else {
        return Ok(Vec::new());
    };
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed?,
    };
    let mut numbers = Vec::new();
    for file in listed {
        let name = file?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(stem)?.strip_prefix('.')?.strip_suffix(".log"))
            .and_then(|number| number.parse::<u64>().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The last whole line, without its line break; `None` in an empty file.
    pub line: Option<Vec<u8>>,
    /// Bytes of a line without its line break, after it.
    pub torn: u64,
    /// Length of the file without them.
    pub whole: u64,
}

/// Reads the end of a file; `None` where there is no file.
pub(super) fn end_of(path: &Path) -> io::Result<Option<End>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let is_break = |byte: &u8| *byte == b'\n';
    let end = tail.iter().rposition(is_break).map_or(0, |at| at + 1);
    // A "line" longer than the tail is none of ours: it is kept, and told to be damaged.
    let torn = if end == 0 && length > TAIL {
        0
    } else {
        tail.len() - end
    };
    let line = tail[..tail.len() - torn].strip_suffix(b"\n").map(|lines| {
        let begins = lines.iter().rposition(is_break).map_or(0, |at| at + 1);
        lines[begins..].to_vec()
    });
    let torn = torn as u64;
    Ok(Some(End {
        line: line.or_else(|| (length > TAIL).then(Vec::new)),
        torn,
        whole: length - torn,
    }))
}
