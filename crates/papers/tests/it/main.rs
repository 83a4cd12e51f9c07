//! Documents through the crate's front door.

#![expect(clippy::unwrap_used, reason = "what fails in a test's helper fails the test")]

mod attacks;
mod later;
mod pages;
mod stamps;
mod strangers;

/// A file of `tests/data`.
fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> papers::Anchors {
    papers::Anchors::from_pem(&file("root.pem")).expect("the root of the test data is sound")
}

/// The only signature of a document.
fn only(pdf: &[u8], anchors: &papers::Anchors) -> papers::Signature {
    let mut all = papers::signatures(pdf, anchors).expect("the document can be read");
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}
