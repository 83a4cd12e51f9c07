//! The database's file as a whole, sealed while nobody changes it.
//!
//! Each row is sealed, and what it says cannot be changed unseen. Between the rows lies more: free space, old page
//! headers, counters. A change there changes nothing that is read, and shows all the same that somebody had the disk in
//! their hand. So the whole file is sealed too, in `vault.seal` beside it, whenever nobody has the vault open any more
//! or nothing has happened for a while, and looked at when the vault is opened.
//!
//! Before the first change after that the seal is replaced by one that says "open": after a crash nothing is claimed of
//! the file, and what holds for the rows holds. A file that was found to be another stays so for good.
//!
//! Programs that have the vault open hold `vault.users` locked together; only the last one seals.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aws_lc_rs::{constant_time, hmac};
use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::blob::CHUNK;
use crate::disk::{Disk, open_private_file};
use crate::keys::MasterKey;

/// "PBvs", and the format.
const MAGIC: &[u8; 5] = b"PBvs\x01";

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
    /// Compares the database with its seal, and remembers what it found.
    pub fn open(root: &Path, disk: &Disk, master: &MasterKey) -> Result<Self, StoreError> {
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
        let found = seal.found()?;
        if found == State::Altered {
            tracing::warn!("the vault's database was changed while no program had it open");
            seal.write(found)?;
        }
        *seal.state.lock() = found;
        // Moved into the database below: then it is another.
        if seal.has_journal() {
            seal.before_change()?;
        }
        Ok(seal)
    }

    /// Whether the file was changed by something else than this program.
    pub fn is_altered(&self) -> bool {
        *self.state.lock() == State::Altered
    }

    /// To be called before anything is committed.
    pub fn before_change(&self) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if *state == State::AtRest {
            self.write(State::Open)?;
            *state = State::Open;
        }
        Ok(())
    }

    /// Seals the file as it is, unless another program has it open. Nothing may be in the journal.
    pub fn rest(&self) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if *state != State::Open {
            return Ok(());
        }
        self.users.unlock()?;
        let alone = self.users.try_lock().is_ok();
        let sealed = if alone && !self.has_journal() {
            self.write(State::AtRest).map(|()| *state = State::AtRest)
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

    fn found(&self) -> Result<State, StoreError> {
        let mut seal = Vec::new();
        // One byte more than a seal has: what is longer is none.
        let most = (MAGIC.len() + 1 + hmac::HMAC_SHA256.digest_algorithm().output_len() + 1) as u64;
        match File::open(self.path()) {
            Ok(file) => file.take(most).read_to_end(&mut seal)?,
            // A vault that is new, or older than seals.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Open),
            Err(error) => return Err(error.into()),
        };
        let sealed = State::ALL.into_iter().find(|state| {
            seal.strip_prefix(MAGIC.as_slice())
                .is_some_and(|rest| rest.first() == Some(&state.byte()))
        });
        let Some(state) = sealed else {
            return Ok(State::Altered);
        };
        let expected = self.seal_of(state)?;
        let holds = constant_time::verify_slices_are_equal(&expected, &seal).is_ok();
        Ok(if holds { state } else { State::Altered })
    }

    fn write(&self, state: State) -> Result<(), StoreError> {
        let seal = self.seal_of(state)?;
        // Under another name first: a seal cut short would look like one that was changed.
        let fresh = self.path().with_extension("seal.new");
        let mut file = self.disk.create_file(&fresh)?;
        self.disk.write(&mut file, &seal)?;
        self.disk.sync(&file)?;
        drop(file);
        fs::rename(&fresh, self.path())?;
        Ok(self.disk.sync_folder(&self.root)?)
    }

    fn seal_of(&self, state: State) -> io::Result<Vec<u8>> {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&[state.byte()]);
        if state == State::AtRest {
            let mut database = File::open(self.root.join("vault.db"))?;
            let mut buffer = Zeroizing::new(vec![0; CHUNK]);
            loop {
                match database.read(&mut buffer)? {
                    0 => break,
                    read => context.update(&buffer[..read]),
                }
            }
        }
        Ok([MAGIC.as_slice(), &[state.byte()], context.sign().as_ref()].concat())
    }
}
