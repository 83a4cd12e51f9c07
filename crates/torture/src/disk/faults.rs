//! What the disk is made to say, and when.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use parking_lot::Mutex;
use vault::{Disk, Op};

/// How a disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Once: no room.
    Full,
    /// Once: an I/O error.
    Broken,
    /// No room from here on, until somebody makes some. Removing works.
    StaysFull,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Full, Self::Broken, Self::StaysFull];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full once",
            Self::Broken => "i/o error once",
            Self::StaysFull => "full for a while",
        }
    }

    fn error(self) -> io::Error {
        match self {
            Self::Full | Self::StaysFull => io::ErrorKind::StorageFull.into(),
            // EIO, as the kernel says it.
            Self::Broken => io::Error::from_raw_os_error(5),
        }
    }
}

/// The operation that fails, counted from the program's first, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub at: u32,
    pub kind: Kind,
}

/// A disk that fails as planned.
pub struct FailingDisk {
    plan: Option<Plan>,
    counted: AtomicU32,
    by_kind: Mutex<BTreeMap<String, u32>>,
    hit: Mutex<Option<Op>>,
    repaired: AtomicBool,
}

impl FailingDisk {
    /// A disk with this plan; without one it works, and counts.
    pub fn new(plan: Option<Plan>) -> Arc<Self> {
        Arc::new(Self {
            plan,
            counted: AtomicU32::new(0),
            by_kind: Mutex::default(),
            hit: Mutex::default(),
            repaired: AtomicBool::new(false),
        })
    }

    /// The disk, as the booth's settings take it.
    pub fn disk(self: &Arc<Self>) -> Disk {
        let failing = Arc::clone(self);
        Disk::failing(Arc::new(move |op| failing.before(op)))
    }

    fn before(&self, op: Op) -> io::Result<()> {
        let number = self.counted.fetch_add(1, Ordering::SeqCst);
        *self.by_kind.lock().entry(format!("{op:?}")).or_default() += 1;
        let Some(plan) = self.plan else { return Ok(()) };
        let fails = match plan.kind {
            Kind::Full | Kind::Broken => number == plan.at,
            Kind::StaysFull => number >= plan.at && op != Op::Remove && !self.repaired.load(Ordering::SeqCst),
        };
        if !fails {
            return Ok(());
        }
        self.hit.lock().get_or_insert(op);
        Err(plan.kind.error())
    }

    /// What failed first, if anything did.
    pub fn hit(&self) -> Option<Op> {
        *self.hit.lock()
    }

    /// Somebody made room.
    pub fn repair(&self) {
        self.repaired.store(true, Ordering::SeqCst);
    }

    /// How many operations there were.
    pub fn counted(&self) -> u32 {
        self.counted.load(Ordering::SeqCst)
    }

    /// How many of each.
    pub fn by_kind(&self) -> BTreeMap<String, u32> {
        self.by_kind.lock().clone()
    }
}
