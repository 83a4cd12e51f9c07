//! What anybody may send to the address for a server's messages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oneshot::webhook;

fuzz_target!(|body: &[u8]| {
    if let Ok(event) = webhook::parse(body) {
        assert!(event.key().len() < 300, "a stranger cannot make it keep much");
        assert!(event.request_pk.is_none_or(|pk| pk.get() > 0));
        let _ = format!("{event:?}");
    }
});
