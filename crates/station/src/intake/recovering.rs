//! A recording that a crash or a power cut interrupted, brought back up to its last whole fragment.

use std::io::{self, Read, Seek, SeekFrom};

use capture::clip::{Clip, Tags};
use capture::recorder;
use evidence::{CaseId, Exhibit, Facts, Method, ObjectId, Problem, UtcMillis};
use sha2::{Digest, Sha256};
use vault::{Label, ObjectReader, Store, StoreError, Stored, Unfinished};

use super::keeping::facts;
use super::pictures::exhibit;
use super::taking;
use crate::problems;

/// What a reviewer reads about such a video; the screen has a sentence for it.
const INTERRUPTED: &str = "recording_interrupted";

/// The interrupted recording of a case as a piece of evidence; `None` when nothing of it can be shown. What was left
/// unfinished is gone afterwards. `referenced` is what the case has already.
pub(crate) fn recover(
    store: &dyn Store,
    case: CaseId,
    referenced: &[ObjectId],
    method: Method,
    taken_at: UtcMillis,
) -> Result<Option<Exhibit>, Problem> {
    let brought_back = |(stored, facts): (Stored, Facts)| {
        // The recorder that knew more is gone.
        let take = store
            .open_object(case, stored.object)
            .ok()
            .and_then(|reader| Clip::open(reader).ok())
            .map(|mut clip| taking::of_file(&mut clip, case));
        let note = Some(INTERRUPTED.to_owned());
        Exhibit {
            take: take.map(Box::new),
            ..exhibit(stored, facts, method.clone(), taken_at, note)
        }
    };
    let mut found = ended(store, case, referenced)?.map(brought_back);
    let unfinished = store
        .unfinished(case)
        .map_err(|error| problems::from_store(&error))?;
    for Unfinished { object, label } in unfinished {
        if found.is_none() && label == Label::Recording {
            match bring_back(store, case, object) {
                Ok(whole) => found = Some(brought_back(whole)),
                Err(problem) => tracing::warn!(code = %problem, "what was left unfinished is no recording"),
            }
        }
        store
            .remove_unfinished(case, object)
            .map_err(|error| problems::from_store(&error))?;
    }
    Ok(found)
}

/// A recording that had ended, and was whole, when the program was stopped before the case knew of it.
fn ended(
    store: &dyn Store,
    case: CaseId,
    referenced: &[ObjectId],
) -> Result<Option<(Stored, Facts)>, Problem> {
    let finished = store
        .objects(case)
        .map_err(|error| problems::from_store(&error))?;
    let unknown = finished.into_iter().filter(|object| !referenced.contains(object));
    Ok(unknown
        .filter_map(|object| as_it_is(store, case, object).ok())
        .next())
}

/// A finished object as a video, in fragments or not: both play. What is no video is an error.
fn as_it_is(store: &dyn Store, case: CaseId, object: ObjectId) -> Result<(Stored, Facts), Problem> {
    let open = || {
        store
            .open_object(case, object)
            .map_err(|error| problems::from_store(&error))
    };
    let clip = Clip::open(open()?).map_err(|error| problems::from_clip(&error))?;
    let facts = facts(clip.movie());
    let mut reader = open()?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => hash.update(&buffer[..read]),
            Err(error) => return Err(problems::from_store(&StoreError::from(error))),
        }
    }
    let stored = Stored {
        object,
        bytes: reader.length(),
        sha256: hex::encode(hash.finalize()),
    };
    Ok((stored, facts))
}

fn bring_back(store: &dyn Store, case: CaseId, object: ObjectId) -> Result<(Stored, Facts), Problem> {
    let open = || {
        store
            .open_unfinished(case, object)
            .map_err(|error| problems::from_store(&error))
    };
    let whole = recorder::recover(open()?).map_err(|error| problems::from_clip(&error))?;
    let mut writer = store
        .create_object(case, Label::Video)
        .map_err(|error| problems::from_store(&error))?;
    let movie = recorder::faststart(UpTo::new(open()?, whole), &mut writer, &Tags::default())
        .map_err(|error| problems::from_clip(&error))?
        .movie;
    let stored = writer.finish().map_err(|error| problems::from_store(&error))?;
    Ok((stored, facts(&movie)))
}

/// An object that ends before its end.
struct UpTo {
    inner: Box<dyn ObjectReader>,
    at: u64,
    end: u64,
}

impl UpTo {
    fn new(inner: Box<dyn ObjectReader>, end: u64) -> Self {
        let end = end.min(inner.length());
        Self { inner, at: 0, end }
    }
}

impl Read for UpTo {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let read = self.inner.read(&mut buffer[..room])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for UpTo {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::End(offset) => SeekFrom::Start(
                self.end
                    .checked_add_signed(offset)
                    .ok_or(io::ErrorKind::InvalidInput)?,
            ),
            to => to,
        };
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}
