//! What a document costs the booth: an A4 page as it is shown, in time and memory, and the signatures of a signed file.
//!
//! `cargo bench -p papers --bench paper -- [--rounds 20]`

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use papers::{Anchors, Paper, signatures};

/// Pixels, as wide as a page is shown.
const WIDTH: u32 = 1200;

/// The system's allocator, which also knows how much was held at once.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "an allocator is")]
// SAFETY: every call is handed to the system's allocator as it is; only numbers are kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's conditions.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `place` came from `alloc` above, which is the system's.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller's promises are the system's conditions.
        unsafe { System.alloc_zeroed(layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rounds = 20;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            // Cargo adds this to every bench.
            "--bench" => {}
            "--rounds" => rounds = words.next().ok_or("--rounds needs a number")?.parse()?,
            other => return Err(format!("what is {other}?").into()),
        }
    }
    let file = |name: &str| std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")));

    let pdf = file("unsigned.pdf")?;
    measure(&format!("open, and an A4 page {WIDTH} px wide"), rounds, || {
        let page = Paper::open(pdf.clone())?.render(0, WIDTH)?;
        black_box(page.png.len());
        Ok(())
    })?;
    for name in ["rsa-pades.pdf", "p256-timestamped.pdf", "dss-timestamp-dss.pdf"] {
        let (pdf, anchors) = (file(name)?, Anchors::from_pem(&file("root.pem")?)?);
        measure(&format!("signatures of {name}"), rounds, || {
            black_box(signatures(&pdf, &anchors)?.len());
            Ok(())
        })?;
    }
    Ok(())
}

fn measure(
    what: &str,
    rounds: usize,
    mut work: impl FnMut() -> Result<(), papers::PaperError>,
) -> Result<(), Box<dyn Error>> {
    // The first fills caches that the others use.
    work()?;
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        work()?;
        times.push(began.elapsed());
    }
    let most = MOST.load(Ordering::Relaxed).saturating_sub(before);
    times.sort_unstable();
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    println!(
        "{what}: {:.2} ms half of them, {:.2} ms the slowest of {rounds}; {:.1} MB at most over idle",
        ms(times.get(rounds / 2)),
        ms(times.last()),
        most as f64 / 1e6
    );
    Ok(())
}
