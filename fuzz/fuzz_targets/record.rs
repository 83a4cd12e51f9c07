//! A case's record as it lies on the disk: what is read is written the same again.
#![no_main]

use evidence::Case;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(case) = serde_json::from_slice::<Case>(bytes) {
        let json = serde_json::to_vec(&case).expect("a case is data");
        assert_eq!(serde_json::from_slice::<Case>(&json).expect("and comes back"), case);
    }
});
