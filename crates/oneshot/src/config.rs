//! Where the server is, on whose behalf it is called, and how long to wait.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::call::Call;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::gateway::Proxy;
use crate::secret::Secret;

/// The vendor's shared sandbox (section 1.2). It answers only registration authorities assigned by the vendor.
pub const SHARED_SANDBOX: &str = "https://optimizer-developers.uanataca.com/oneshot/api/v1";

/// Where a request is read back, below the base URL. Presumed: the vendor's pages do not show it (section 3, 9).
pub const DEFAULT_REQUEST_PATH: &str = "request/{request_pk}";

const PLACEHOLDER: &str = "{request_pk}";

/// Which side of the certification service the request is made on (section 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Env {
    /// Trial requests: nothing legally binding comes out of them.
    Sandbox,
    /// Real ones.
    Prod,
}

/// Who pays for the request (section 1.1). The server may have this in its own settings instead.
#[derive(Clone, PartialEq, Eq)]
pub struct Billing {
    /// The billing account's name.
    pub username: String,
    /// Its password as it is; the API wants it in Base64, and that is done when it is sent.
    pub password: Secret,
}

impl fmt::Debug for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Billing(..)")
    }
}

impl Billing {
    /// The password as the API wants it: Base64, which hides nothing.
    pub(crate) fn encoded_password(&self) -> Zeroizing<String> {
        // EXPOSE: it goes into the body of the create call.
        Zeroizing::new(STANDARD.encode(self.password.expose()))
    }
}

/// How long each call may take in all, sending and answer together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// For creating a request: the server calls the certification service meanwhile.
    pub create: Duration,
    /// For the evidences: a few megabytes.
    pub evidences: Duration,
    /// For the video: tens of megabytes, perhaps over a phone's connection.
    pub video: Duration,
    /// For an officer's decision: the server signs twice at the certification service meanwhile (section 4.6).
    pub officer: Duration,
    /// For a document or the contract, either way.
    pub document: Duration,
    /// For signing: every document, each with a timestamp.
    pub sign: Duration,
    /// For whatever is small: reading a request, asking for a code, tokens, settings.
    pub read: Duration,
    /// How long an upload may stand still before it is given up, whatever its own limit says.
    pub stall: Duration,
}

impl Default for Timeouts {
    /// No limit of the server is documented (section 5): these are generous.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            create: Duration::from_secs(120),
            evidences: Duration::from_secs(15 * 60),
            video: Duration::from_secs(60 * 60),
            officer: Duration::from_secs(5 * 60),
            document: Duration::from_secs(15 * 60),
            sign: Duration::from_secs(10 * 60),
            read: Duration::from_secs(60),
            stall: Duration::from_secs(90),
        }
    }
}

/// Paths that the vendor's pages leave open or spell in several ways (section 3): `None` is the dialect's own. Each has
/// `{request_pk}` in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// Of the service contract.
    pub contract: Option<String>,
    /// Of the list of documents: the current dialect has none in its pages, and the older one's is taken there.
    pub documents: Option<String>,
}

/// How a visible signature is written in the current dialect, whose schema nobody shows (section 4.17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppearanceShape {
    /// One for all documents where all are to look alike, otherwise one for each, by its uid.
    #[default]
    ByAgreement,
    /// One for all documents; stamps that differ are refused here.
    Single,
    /// One for each document, by its uid.
    ByDocument,
    /// As in the older dialect, under `options`.
    Options,
}

/// Everything [`crate::Client`] needs to know.
#[derive(Clone)]
pub struct Config {
    /// The whole prefix of every path, `https://host/oneshot/api/v1`: nothing is ever added to it but the call's own
    /// path (section 0.1). A trailing slash makes no difference.
    pub base_url: Url,
    /// The server's generation: which paths and bodies it understands.
    pub dialect: Dialect,
    /// The registration authority's number, in digits; the API wants it as a string.
    pub registration_authority: String,
    /// The certificate profile, such as `PFnubeQAFCiudadano`.
    pub profile: String,
    /// Left out of the body where the server has it in its settings.
    pub env: Option<Env>,
    /// Left out of the body where the server has it in its settings.
    pub billing: Option<Billing>,
    /// More fields of the create call, name and value, for a profile that needs them (section 4.1). One of the API's own
    /// is passed over.
    pub extra: Vec<(String, String)>,
    /// Whether the create call says `videoid_mode: 1`: the older guide does, no schema has it.
    pub videoid_mode: bool,
    /// Headers for a gateway in front of the server: the API itself has no authentication (section 1.1).
    pub extra_headers: Vec<(String, Secret)>,
    /// The proxy to go through. Without one the system's is taken, except to this machine itself.
    pub proxy: Option<Proxy>,
    /// A certificate that proves to a gateway who calls: PEM, the chain and its private key (PKCS #8, SEC 1 or PKCS #1).
    pub client_identity: Option<Secret>,
    /// Authorities to be trusted besides the system's, PEM each.
    pub trusted_roots: Vec<Vec<u8>>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The most bytes a second an upload hands to the connection; none: as many as it takes. An upload's time grows with
    /// it.
    pub most_bytes_s: Option<NonZeroU64>,
    /// Path of the calls that read, update and cancel a request, below the base URL, with `{request_pk}` in it.
    pub get_request_path: String,
    /// Other paths.
    pub paths: Paths,
    /// How a visible signature is written in the current dialect.
    pub appearance: AppearanceShape,
    /// How this program names itself.
    pub user_agent: String,
}

impl Config {
    /// The least there is to say; the rest takes its default and can be set afterwards.
    pub fn new(base_url: Url, registration_authority: impl Into<String>, profile: impl Into<String>) -> Self {
        Self {
            base_url,
            dialect: Dialect::default(),
            registration_authority: registration_authority.into(),
            profile: profile.into(),
            env: None,
            billing: None,
            extra: Vec::new(),
            videoid_mode: false,
            extra_headers: Vec::new(),
            proxy: None,
            client_identity: None,
            trusted_roots: Vec::new(),
            timeouts: Timeouts::default(),
            most_bytes_s: None,
            get_request_path: DEFAULT_REQUEST_PATH.to_owned(),
            paths: Paths::default(),
            appearance: AppearanceShape::default(),
            user_agent: concat!("Proofbooth/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Finds what could never work, before anything is sent. The message names the setting, never its value.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let url = &self.base_url;
        let wrong = if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            "base_url: not an http or https address"
        } else if !url.username().is_empty() || url.password().is_some() {
            // It would end up in logs; a gateway's credentials belong into `extra_headers`.
            "base_url: carries credentials"
        } else if url.query().is_some() || url.fragment().is_some() {
            "base_url: carries a query or a fragment"
        } else if self.registration_authority.trim().is_empty() {
            "registration_authority: empty"
        } else if self.profile.trim().is_empty() {
            "profile: empty"
        } else if !request_path_is_usable(&self.get_request_path) {
            "get_request_path: not a path with {request_pk} in it"
        } else if [&self.paths.contract, &self.paths.documents]
            .into_iter()
            .flatten()
            .any(|path| !request_path_is_usable(path))
        {
            "paths: not a path with {request_pk} in it"
        } else if let Some(wrong) = self.proxy.as_ref().and_then(Proxy::fault) {
            wrong
        } else {
            return Ok(());
        };
        Err(Error::bad_config(Call::Configure, wrong))
    }

    /// Whether the server is this machine: then no proxy may come in between.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.base_url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || bare
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// The address of a path below the prefix.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        let prefix = self.base_url.path().trim_end_matches('/');
        url.set_path(&format!("{prefix}/{path}"));
        url
    }

    pub(crate) fn request_path(&self, request_pk: crate::RequestPk) -> String {
        filled(&self.get_request_path, request_pk)
    }
}

impl fmt::Debug for Config {
    /// Where the server is and how it is reached; no credentials, no fields of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url.as_str())
            .field("dialect", &self.dialect)
            .field("registration_authority", &self.registration_authority)
            .field("profile", &self.profile)
            .field("env", &self.env)
            .field("billing", &self.billing)
            .field("proxy", &self.proxy)
            .field("client_identity", &self.client_identity.is_some())
            .field("trusted_roots", &self.trusted_roots.len())
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// A path out of its template.
pub(crate) fn filled(template: &str, request_pk: crate::RequestPk) -> String {
    template
        .trim_start_matches('/')
        .replace(PLACEHOLDER, &request_pk.to_string())
}

fn request_path_is_usable(template: &str) -> bool {
    template.contains(PLACEHOLDER)
        && !template.contains(['?', '#', '\\'])
        && !template.split('/').any(|segment| segment == "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, RequestPk};

    fn config(base: &str) -> Config {
        Config::new(base.parse().unwrap(), "139", "PFnubeQAFCiudadano")
    }

    #[test]
    fn nothing_is_put_between_the_prefix_and_the_path() {
        for base in ["https://host/oneshot/api/v1", "https://host/oneshot/api/v1/"] {
            assert_eq!(
                config(base).url("videoid").as_str(),
                "https://host/oneshot/api/v1/videoid",
                "{base}"
            );
        }
        assert_eq!(
            config("https://host").url("videoid").as_str(),
            "https://host/videoid"
        );
        let doubled = config("https://host/oneshot/api/v1/api/v1").url("videoid");
        assert_eq!(
            doubled.path(),
            "/oneshot/api/v1/api/v1/videoid",
            "a doubled prefix is the operator's choice"
        );
    }

    #[test]
    fn the_path_of_a_request_can_be_set() {
        let mut config = config("https://host/oneshot/api/v1");
        assert_eq!(config.request_path(RequestPk::new(388141)), "request/388141");
        config.get_request_path = "/requests/{request_pk}/state".into();
        assert_eq!(
            config.request_path(RequestPk::new(388141)),
            "requests/388141/state"
        );
    }

    #[test]
    fn settings_that_cannot_work_are_found_at_once() {
        let refused = |change: fn(&mut Config)| {
            let mut config = config("https://host/oneshot/api/v1");
            change(&mut config);
            config.check().expect_err("the setting cannot work").kind
        };
        assert!(config("https://host/oneshot/api/v1").check().is_ok());
        for change in [
            (|c| c.base_url = "ftp://host/".parse().unwrap()) as fn(&mut Config),
            |c| c.base_url = "data:text/plain,x".parse().unwrap(),
            |c| c.base_url = "https://user:word@host/".parse().unwrap(),
            |c| c.base_url = "https://host/?key=word".parse().unwrap(),
            |c| c.registration_authority = " ".into(),
            |c| c.profile = String::new(),
            |c| c.get_request_path = "request".into(),
            |c| c.get_request_path = "../{request_pk}".into(),
        ] {
            assert_eq!(refused(change), ErrorKind::BadConfig);
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let mut config = config("https://host/");
        config.billing = Some(Billing {
            username: "b".into(),
            password: Secret::new("hunter2"),
        });
        config
            .extra_headers
            .push(("x-api-key".into(), Secret::new("k3y-0f-g4te")));
        let shown = format!("{config:?} {:?}", crate::Client::new(config.clone()).unwrap());
        for word in ["hunter2", "aHVudGVyMg", "k3y-0f-g4te"] {
            assert!(!shown.contains(word), "{word} leaks");
        }
    }

    #[test]
    fn loopback_is_recognised_in_every_spelling() {
        for base in ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:9/"] {
            assert!(config(base).is_loopback(), "{base}");
        }
        assert!(!config("https://optimizer.example/").is_loopback());
    }
}
