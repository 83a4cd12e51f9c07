//! A document from a server or a person's disk: its first page, drawn small, and its signatures.
#![no_main]

use libfuzzer_sys::fuzz_target;
use papers::{Anchors, Paper, signatures};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(paper) = Paper::open(bytes.to_vec())
        && let Ok(page) = paper.render(0, 64)
    {
        assert_eq!(page.width, 64, "as it was asked for");
        assert!(page.png.starts_with(b"\x89PNG"));
    }
    for signature in signatures(bytes, &Anchors::none()).unwrap_or_default() {
        let _ = (signature.is_intact(), format!("{signature:?}"));
    }
});
