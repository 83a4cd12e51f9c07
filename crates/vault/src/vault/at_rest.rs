//! The database's file as a whole, sealed while nobody changes it.
//!
//! Each row is sealed, and what it says cannot be changed unseen. Between the rows lies more: free space, old page
//! headers, counters. A change there changes nothing that is read, and shows all the same that somebody had the disk in
//! their hand. So the whole file is sealed too, in `vault.seal` beside it, whenever nobody has the vault open any more
//! or nothing has happened for a while, and looked at when the vault is opened.
//!
//! Before the first change after that the seal is replaced by one that says "open", and counts: each change is numbered in
//! the database, and its number is noted in the seal once it is committed. After a crash nothing else is claimed of the
//! file. A database that knows of fewer changes than were noted has lost some: its journal was damaged, or an older copy
//! was put in its place. A file that was found to be another stays so for good.
//!
//! Programs that have the vault open hold `vault.users` locked together; only the last one seals.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::blob::CHUNK;
use crate::disk::{Disk, open_private_file};
use crate::keys::MasterKey;

/// "PBvs", and the format. The state follows, and two marks.
const MAGIC: &[u8; 5] = b"PBvs\x01";
/// A mark: the number of changes, and its tag.
const MARK: usize = 8 + 32;
const LENGTH: usize = MAGIC.len() + 1 + 2 * MARK;

/// What is said of the database's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing: it may be changed at any moment.
    Open,
    /// It is as its seal says.
    AtRest,
    /// It was found to be another than was sealed.
    Altered,
}

impl State {
    const ALL: [Self; 3] = [Self::Open, Self::AtRest, Self::Altered];

    const fn byte(self) -> u8 {
        match self {
            Self::Open => b'o',
            Self::AtRest => b'r',
            Self::Altered => b'x',
        }
    }
}

/// The seal of a vault's database.
pub(super) struct Seal {
    root: PathBuf,
    disk: Disk,
    key: hmac::Key,
    state: Mutex<State>,
    /// Locked together with the other programs that have the vault open.
    users: File,
}

impl Seal {
    /// Compares the database, which knows of so many changes, with its seal, and remembers what it found.
    pub fn open(root: &Path, disk: &Disk, master: &MasterKey, changes: u64) -> Result<Self, StoreError> {
        let users = open_private_file(&root.join("vault.users"))?;
        // Whoever seals is done in a moment.
        users.lock_shared()?;
        let key = master.0.derive(b"", &[b"proofbooth database at rest"]);
        let seal = Self {
            root: root.to_owned(),
            disk: disk.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key.bytes()),
            state: Mutex::new(State::Open),
            users,
        };
        let found = seal.found(changes)?;
        if found == State::Altered {
            tracing::warn!("the vault's database is not as it was left");
            seal.write(found, changes)?;
        }
        *seal.state.lock() = found;
        if !seal.path().exists() {
            seal.write(State::Open, changes)?;
        }
        // Moved into the database below: then it is another.
        if seal.has_journal() {
            seal.before_change(changes)?;
        }
        Ok(seal)
    }

    /// Whether the file was changed by something else than this program.
    pub fn is_altered(&self) -> bool {
        *self.state.lock() == State::Altered
    }

    /// To be called before the change after so many others is committed.
    pub fn before_change(&self, changes: u64) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if *state == State::AtRest {
            self.write(State::Open, changes)?;
            *state = State::Open;
        }
        Ok(())
    }

    /// So many changes are committed.
    pub fn changed(&self, changes: u64) {
        if *self.state.lock() == State::Open
            && let Err(error) = self.write_mark(changes)
        {
            // One that lags behind is no harm.
            tracing::debug!(%error, "a change of the vault was not noted in its seal");
        }
    }

    /// Seals the file as it is after so many changes, unless another program has it open. Nothing may be in the journal.
    pub fn rest(&self, changes: u64) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if *state != State::Open {
            return Ok(());
        }
        self.users.unlock()?;
        let alone = self.users.try_lock().is_ok();
        let sealed = if alone && !self.has_journal() {
            self.write(State::AtRest, changes)
                .map(|()| *state = State::AtRest)
        } else {
            Ok(())
        };
        if alone {
            self.users.unlock()?;
        }
        self.users.lock_shared()?;
        sealed
    }

    fn has_journal(&self) -> bool {
        fs::metadata(self.root.join("vault.db-wal")).is_ok_and(|journal| journal.len() > 0)
    }

    fn path(&self) -> PathBuf {
        self.root.join("vault.seal")
    }

    fn found(&self, changes: u64) -> Result<State, StoreError> {
        let mut seal = Vec::new();
        match File::open(self.path()) {
            // One byte more than a seal has: what is longer is none.
            Ok(file) => file.take(LENGTH as u64 + 1).read_to_end(&mut seal)?,
            // A vault that is new, or older than seals.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Open),
            Err(error) => return Err(error.into()),
        };
        let state = seal.strip_prefix(MAGIC.as_slice()).and_then(|rest| {
            let state = State::ALL
                .into_iter()
                .find(|state| rest.first() == Some(&state.byte()))?;
            (seal.len() == LENGTH).then_some(state)
        });
        let Some(state) = state else {
            return Ok(State::Altered);
        };
        let database = self.database(state)?;
        let marks = seal[MAGIC.len() + 1..].chunks_exact(MARK);
        let counts: Vec<u64> = marks
            .filter_map(|mark| self.count_in(state, &database, mark))
            .collect();
        Ok(match (state, counts.as_slice()) {
            // One of them may have been cut short with the power; the other is the one before.
            (State::Open, [.., _]) if counts.iter().all(|&count| count <= changes) => State::Open,
            (State::AtRest, [_, _]) => State::AtRest,
            _ => State::Altered,
        })
    }

    /// Writes the seal anew.
    fn write(&self, state: State, changes: u64) -> Result<(), StoreError> {
        let mark = self.mark(state, &self.database(state)?, changes);
        let seal = [MAGIC.as_slice(), &[state.byte()], &mark, &mark].concat();
        // Under another name first: a seal cut short would look like one that was changed.
        let fresh = self.path().with_extension("seal.new");
        let mut file = self.disk.create_file(&fresh)?;
        self.disk.write(&mut file, &seal)?;
        self.disk.sync(&file)?;
        drop(file);
        fs::rename(&fresh, self.path())?;
        Ok(self.disk.sync_folder(&self.root)?)
    }

    /// Writes how many changes there were into one of the marks of an open seal. Not synced: one that lags behind, as
    /// after a power cut, accuses nobody.
    fn write_mark(&self, changes: u64) -> io::Result<()> {
        let mark = self.mark(State::Open, &[], changes);
        let at = MAGIC.len() + 1 + usize::from(changes % 2 == 1) * MARK;
        let mut file = File::options().write(true).open(self.path())?;
        file.seek(SeekFrom::Start(at as u64))?;
        self.disk.write(&mut file, &mark)
    }

    fn mark(&self, state: State, database: &[u8], changes: u64) -> Vec<u8> {
        let tag = hmac::sign(&self.key, &sealed(state, database, changes));
        [&changes.to_be_bytes(), tag.as_ref()].concat()
    }

    /// The number of changes in a mark; `None` when it is not one of ours.
    fn count_in(&self, state: State, database: &[u8], mark: &[u8]) -> Option<u64> {
        let (count, tag) = mark.split_first_chunk()?;
        let count = u64::from_be_bytes(*count);
        hmac::verify(&self.key, &sealed(state, database, count), tag).ok()?;
        Some(count)
    }

    /// SHA-256 of the database's file, where the state says something of it.
    fn database(&self, state: State) -> io::Result<Vec<u8>> {
        if state != State::AtRest {
            return Ok(Vec::new());
        }
        let mut hash = Sha256::new();
        let mut database = File::open(self.root.join("vault.db"))?;
        let mut buffer = Zeroizing::new(vec![0; CHUNK]);
        loop {
            match database.read(&mut buffer)? {
                0 => return Ok(hash.finalize().to_vec()),
                read => hash.update(&buffer[..read]),
            }
        }
    }
}

/// What a mark's tag is over.
fn sealed(state: State, database: &[u8], changes: u64) -> Vec<u8> {
    [&[state.byte()], changes.to_be_bytes().as_slice(), database].concat()
}
