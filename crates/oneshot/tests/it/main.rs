//! The client against a server that does exactly what a script says, fixture by fixture and fault by fault.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod calls;
mod dialects;
mod documents;
mod download;
mod evidences;
mod faults;
mod fixtures;
mod gateway;
mod housekeeping;
mod redaction;
mod review;
mod sandbox;
mod script;
mod signing;
mod slashes;
mod video;
mod webhooks;

use std::path::PathBuf;
use std::time::Duration;

use oneshot::{Client, Config, Dialect, NewRequest};

/// The files both sides are held to.
fn fixtures_dir() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oneshot"))
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures_dir().join(name)).unwrap_or_else(|error| panic!("fixture {name}: {error}"))
}

fn fixture_json(name: &str) -> serde_json::Value {
    serde_json::from_slice(&fixture(name)).unwrap_or_else(|error| panic!("fixture {name}: {error}"))
}

/// The configuration of the documents' samples, with waits a test can sit out.
fn config(base: &str) -> Config {
    let mut config = Config::new(base.parse().unwrap(), "139", "PFnubeQAFCiudadano");
    config.timeouts.connect = Duration::from_secs(5);
    config.timeouts.stall = Duration::from_secs(30);
    config
}

fn client(base: &str) -> Client {
    Client::new(config(base)).unwrap()
}

/// The same for a server of the older generation.
fn legacy(base: &str) -> Client {
    client(base).with_dialect(Dialect::Legacy)
}

/// The person of the documents' samples.
fn person() -> NewRequest {
    NewRequest {
        mobile_phone_number: "+34699999999".into(),
        email: "mail@domain".into(),
    }
}
