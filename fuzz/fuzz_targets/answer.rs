//! What a server or a proxy answers: understood or refused, and never quoted by what is logged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oneshot::{Call, parse_answer};

fuzz_target!(|input: (u16, bool, &[u8])| {
    let (status, says_json, body) = input;
    let media_type = says_json.then_some("application/json");
    let answer = parse_answer(status, media_type, body);
    for call in Call::ALL {
        if let Err(error) = answer.clone().into_success(*call) {
            let _ = (error.outcome(), error.retry(), error.to_string(), format!("{error:?}"));
        } else {
            assert!((200..300).contains(&status), "HTTP says it is none");
        }
    }
});
