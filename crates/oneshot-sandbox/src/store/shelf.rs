//! What belongs to the whole server and to no request: tokens, images, metadata, settings.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Store, random};
use crate::settings::Settings;

/// Kept in the order of their uids.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) images: BTreeMap<String, Image>,
    pub(crate) metadata: BTreeMap<String, Value>,
    pub(crate) saved: Map<String, Value>,
}

/// Stored credentials of an officer, by part.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) username: String,
    pub(crate) password: Option<String>,
    pub(crate) pin: Option<String>,
    /// Made by the sandbox itself at its start.
    pub(crate) ours: bool,
}

/// A picture for visible signatures.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) bytes: Bytes,
    pub(crate) file_name: String,
    /// Width and height, pixels.
    pub(crate) size: (u32, u32),
    pub(crate) uploaded_at: Timestamp,
}

impl Shelf {
    pub(crate) fn begin(settings: &Settings, token: &str) -> Self {
        let first = settings.officers.first().map(|officer| Token {
            username: officer.username.clone(),
            password: Some(officer.password.clone()),
            pin: Some(officer.pin.clone()),
            ours: true,
        });
        let saved = json!({
            "tsa": { "tsa_url": "" },
            "request": { "default_profile": "", "default_ra": "" },
            "billing": { "billing_username": "", "billing_password": "" },
            "general": {
                "environment": settings.env.clone().unwrap_or_default(),
                "rootstore": "",
                "configuration": "",
                "usepdfclean": "",
            },
            "proxy": {
                "useproxy": "",
                "proxy_host": "",
                "proxy_port": "",
                "proxy_protocol": "",
                "proxy_username": "",
                "proxy_password": "",
                "useproxycredentials": "",
            },
        });
        Self {
            tokens: first.map(|it| (key(token), it)).into_iter().collect(),
            saved: saved.as_object().cloned().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The token of this name, with or without dashes: the dialects write the same one differently.
    pub(crate) fn token(&self, uid: &str) -> Option<&Token> {
        self.tokens.get(&key(uid))
    }

    /// A setting that was saved and says something.
    pub(crate) fn saved(&self, group: &str, name: &str) -> Option<String> {
        let value = self.saved.get(group)?.get(name)?.as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    }
}

impl Store {
    /// Looks at the shelf, or changes it, with nobody else in between.
    pub(crate) fn shelf<T>(&self, act: impl FnOnce(&mut Shelf) -> T) -> T {
        act(&mut self.state.lock().shelf)
    }
}

/// How a token is kept: 32 hex digits.
pub(crate) fn key(uid: &str) -> String {
    uid.chars()
        .filter(|it| *it != '-')
        .map(|it| it.to_ascii_lowercase())
        .collect()
}

/// A new name for something, like `604b889f-6b3a-4af7-a24a-b5e610e7f7c1`.
pub(crate) fn new_uid() -> String {
    with_dashes(&format!("{:016x}{:016x}", random(), random()))
}

/// 32 hex digits with dashes where a UUID has them.
pub(crate) fn with_dashes(hex: &str) -> String {
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}
