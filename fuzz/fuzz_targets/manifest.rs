//! The manifest of a sealed case: what is read is written the same again, to the byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::Manifest;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::from_canonical(bytes) {
        assert_eq!(manifest.to_canonical().as_deref(), Ok(bytes));
        let _ = seal::verify(&Manifest::chain_subject(manifest.case), &manifest.events);
        assert!(!format!("{:?}", manifest.fields).contains("value: \""), "no Debug prints a field");
    }
});
