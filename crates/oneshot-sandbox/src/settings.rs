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
    /// The registration authorities the server knows. Default: `139`, enabled for VideoID, and `44`, which is not.
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
    /// How many bytes of pictures and video are kept over all requests; the oldest requests go first. Default 512 MiB.
    pub keep_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_other_machines: false,
            registration_authorities: vec![
                RegistrationAuthority {
                    id: "139".to_owned(),
                    videoid_enabled: true,
                },
                RegistrationAuthority {
                    id: "44".to_owned(),
                    videoid_enabled: false,
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
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            messsage: true,
            missing_is_400: false,
        }
    }
}
