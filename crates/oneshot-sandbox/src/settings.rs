//! How a sandbox is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How a sandbox is set up. The default needs no thought: loopback, a free port, the RA `139`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one. Default `127.0.0.1:0`.
    pub listen: SocketAddr,
    /// Listen on an address that other machines can reach. What the sandbox holds is then readable by all of them, so
    /// this is off, and starting on such an address is refused.
    pub allow_other_machines: bool,
    /// The registration authorities the server knows. Default: `139`, enabled for VideoID; `44`, which is not; `124`,
    /// which is and reviews in two steps.
    pub registration_authorities: Vec<RegistrationAuthority>,
    /// The profiles an RA may ask for; another one is answered with the vendor's 403. (Our choice: no source says what
    /// leads to it.) Default: `PFnubeQAFCiudadano`, `PFnubeNC`.
    pub profiles: Vec<String>,
    /// Who may be billed. Empty (the default): billing is set on the server, and what a call says about it is only
    /// checked for its encoding. Otherwise each new request must name one of them.
    pub billing_users: Vec<BillingUser>,
    /// The `env` of the server's own settings, used by calls that send none. `None`: calls must send it. Default `sandbox`.
    pub env: Option<String>,
    /// Answers that differ from what a reader of the documentation expects.
    pub quirks: Quirks,
    /// Between the last upload and `VIDEOREVIEW`; the request is `VIDEOINCOMPLETE` meanwhile. Default none.
    pub processing_delay: Duration,
    /// The largest body taken, in bytes; a larger one is answered as a proxy in front would (413, HTML). Default 64 MiB.
    pub body_limit: u64,
    /// How old the moment of acceptance may be. (Our choice: this catches seconds sent for milliseconds, and leaves room
    /// for a case that waited for a network.) Default 30 days.
    pub acceptance_max_age: Duration,
    /// How many requests are kept; the oldest go first. Default 50.
    pub keep_requests: usize,
    /// How many bytes of pictures, videos and documents are kept over all requests; the oldest requests go first.
    /// Default 512 MiB.
    pub keep_bytes: u64,
    /// Which dialects are served. Default both.
    pub dialects: Dialects,
    /// The officers who may approve and refuse. The first one has a token from the start. Default one: RAO `1400`,
    /// `1000001` / `Gy6F89xK` / `p1n` (the vendor's own placeholders).
    pub officers: Vec<OfficerAccount>,
    /// How codes are made, and how long they are good.
    pub otp: OtpRules,
    /// How the current dialect says an error.
    pub error_shape: ErrorShape,
    /// How long an approval (or a validation) takes. Default none.
    pub approve_delay: Duration,
    /// How long signing takes, besides the work itself. Default none.
    pub sign_delay: Duration,
    /// The external ways of unlocking that were agreed on. No source lists the values; default `biometric`, the one in
    /// the vendor's sample.
    pub ext_unlock_types: Vec<String>,
    /// Documents one request may hold, and one call may bring. Default 10.
    pub most_documents: usize,
    /// How long a webhook's receiver may take. Default 5 s.
    pub webhook_timeout: Duration,
    /// How often a webhook that was not answered with 2xx is sent again. Default never.
    pub webhook_retries: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_other_machines: false,
            registration_authorities: vec![
                RegistrationAuthority::new("139"),
                RegistrationAuthority::disabled("44"),
                RegistrationAuthority {
                    two_step: true,
                    ..RegistrationAuthority::new("124")
                },
            ],
            profiles: vec!["PFnubeQAFCiudadano".to_owned(), "PFnubeNC".to_owned()],
            billing_users: Vec::new(),
            env: Some("sandbox".to_owned()),
            quirks: Quirks::default(),
            processing_delay: Duration::ZERO,
            body_limit: 64 * 1024 * 1024,
            acceptance_max_age: Duration::from_secs(30 * 24 * 60 * 60),
            keep_requests: 50,
            keep_bytes: 512 * 1024 * 1024,
            dialects: Dialects::default(),
            officers: vec![OfficerAccount::default()],
            otp: OtpRules::default(),
            error_shape: ErrorShape::default(),
            approve_delay: Duration::ZERO,
            sign_delay: Duration::ZERO,
            ext_unlock_types: vec!["biometric".to_owned()],
            most_documents: 10,
            webhook_timeout: Duration::from_secs(5),
            webhook_retries: 0,
        }
    }
}

/// A registration authority the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationAuthority {
    /// Its id, digits, as calls send it.
    pub id: String,
    /// Whether it may use VideoID; if not, creating answers 400.
    pub videoid_enabled: bool,
    /// Whether an officer validates the identification first (`CREATED`) and approves the request afterwards.
    pub two_step: bool,
    /// Who is told of each change of its requests.
    pub webhook: Option<WebhookTarget>,
}

impl RegistrationAuthority {
    /// One that may use VideoID, in one step, and tells nobody.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            videoid_enabled: true,
            two_step: false,
            webhook: None,
        }
    }

    /// One that may not use VideoID.
    #[must_use]
    pub fn disabled(id: &str) -> Self {
        Self {
            videoid_enabled: false,
            ..Self::new(id)
        }
    }
}

/// Who is told of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookTarget {
    /// Where to, `http://…`. On this machine only, unless other machines are allowed.
    pub url: String,
    /// In which words.
    pub format: WebhookFormat,
}

/// The two forms in which the vendor's servers tell of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookFormat {
    /// Older: `{"status", "date", "previous_status", "request": 46760, "registration_authority"}`.
    A,
    /// Newer: `{"event_type", "sent_at", "request": {…}, "certificates": […]}`.
    B,
}

/// One of the two generations of the API. The prefix of a path says which one is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `/oneshot/api/v1`
    Current,
    /// `/api/v1`
    Legacy,
}

impl Dialect {
    /// `current` or `legacy`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Legacy => "legacy",
        }
    }
}

/// Which dialects are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialects {
    /// Both at once, each under its prefix.
    #[default]
    Both,
    /// Only the current one; the other's prefix is not there.
    Current,
    /// Only the legacy one.
    Legacy,
}

impl Dialects {
    pub(crate) fn serve(self, dialect: Dialect) -> bool {
        match self {
            Self::Both => true,
            Self::Current => dialect == Dialect::Current,
            Self::Legacy => dialect == Dialect::Legacy,
        }
    }
}

/// How the current dialect says an error; no source shows one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorShape {
    /// `{"detail": …}`, as FastAPI does.
    #[default]
    Detail,
    /// `{"status": "error", "message": …}`.
    StatusError,
}

/// An officer of a registration authority (RAO).
#[derive(Clone, PartialEq, Eq)]
pub struct OfficerAccount {
    /// The officer's own id, digits, which calls send as `rao`.
    pub rao: String,
    /// As calls send it.
    pub username: String,
    /// In the clear, as calls send it.
    pub password: String,
    /// As calls send it.
    pub pin: String,
    /// Given name and surname, with a blank between.
    pub name: String,
}

impl Default for OfficerAccount {
    fn default() -> Self {
        Self {
            rao: "1400".to_owned(),
            username: "1000001".to_owned(),
            password: "Gy6F89xK".to_owned(),
            pin: "p1n".to_owned(),
            name: "Practice Officer".to_owned(),
        }
    }
}

impl std::fmt::Debug for OfficerAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfficerAccount")
            .field("rao", &self.rao)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// How codes are made, and how long they are good. Only the spacing is documented.
#[derive(Clone, PartialEq, Eq)]
pub struct OtpRules {
    /// Always this code instead of a new one each time. Default none.
    pub fixed: Option<String>,
    /// Between two codes for a request. Default 60 s.
    pub spacing: Duration,
    /// How long a code is good. Default 5 min.
    pub lifetime: Duration,
    /// Wrong codes after which the right one is no longer good either. Default 5.
    pub attempts: u32,
}

impl Default for OtpRules {
    fn default() -> Self {
        Self {
            fixed: None,
            spacing: Duration::from_secs(60),
            lifetime: Duration::from_secs(5 * 60),
            attempts: 5,
        }
    }
}

impl std::fmt::Debug for OtpRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OtpRules")
            .field("spacing", &self.spacing)
            .field("lifetime", &self.lifetime)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Somebody who may be billed.
#[derive(Clone, PartialEq, Eq)]
pub struct BillingUser {
    /// As calls send it.
    pub username: String,
    /// In the clear; calls send its Base64.
    pub password: String,
}

impl std::fmt::Debug for BillingUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BillingUser")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Answers that differ from what a reader of the documentation expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// Spell `message` as `messsage` in the answer to create, as the vendor's server was seen to do. Default on.
    pub messsage: bool,
    /// Answer what is not found with HTTP 400 and `404 Not Found` in the body, as the older specification lists it.
    /// Default off.
    pub missing_is_400: bool,
    /// Answer with the 500s the vendor documents: a 412 of the back end wrapped in one, a billing password that is not
    /// Base64. Off, each of these is the 4xx it means, so that an API fuzzer may take every 5xx for a mistake. Default on.
    pub wrapped_500: bool,
    /// Refuse to approve a person whose fields cannot be used with the older `500 Cannot approve Request …` instead of
    /// `412 Error occured during request approval: …`. Default off.
    pub fields_500: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            messsage: true,
            missing_is_400: false,
            wrapped_500: true,
            fields_500: false,
        }
    }
}
