//! Where the server is, on whose behalf it is called, and how long to wait.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde::Serialize;

use crate::error::{Call, Error, ErrorKind};

/// The vendor's shared sandbox (section 1.2). It answers only registration authorities assigned by the vendor.
pub const SHARED_SANDBOX: &str = "https://optimizer-developers.uanataca.com/oneshot/api/v1";

/// Where a request is read back, below the base URL. Presumed: the vendor's pages do not show it (section 3, 9).
pub const DEFAULT_REQUEST_PATH: &str = "request/{request_pk}";

const PLACEHOLDER: &str = "{request_pk}";

/// A password, an API key: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the secret as typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself. Each use says why.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billing {
    /// The billing account's name.
    pub username: String,
    /// Its password as it is; the API wants it in Base64, and that is done when it is sent.
    pub password: Secret,
}

impl Billing {
    /// The password as the API wants it: Base64, which hides nothing.
    pub(crate) fn encoded_password(&self) -> String {
        // EXPOSE: it goes into the body of the create call.
        STANDARD.encode(self.password.expose())
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
    /// For reading a request, or the head of a download.
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
            read: Duration::from_secs(60),
            stall: Duration::from_secs(90),
        }
    }
}

/// Everything [`crate::Client`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The whole prefix of every path, `https://host/oneshot/api/v1`: nothing is ever added to it but the call's own
    /// path (section 0.1). A trailing slash makes no difference.
    pub base_url: Url,
    /// The registration authority's number, in digits; the API wants it as a string.
    pub registration_authority: String,
    /// The certificate profile, such as `PFnubeQAFCiudadano`.
    pub profile: String,
    /// Left out of the body where the server has it in its settings.
    pub env: Option<Env>,
    /// Left out of the body where the server has it in its settings.
    pub billing: Option<Billing>,
    /// Headers for a gateway in front of the server: the API itself has no authentication (section 1.1).
    pub extra_headers: Vec<(String, Secret)>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Path of the call that reads a request, below the base URL, with `{request_pk}` in it.
    pub get_request_path: String,
    /// How this program names itself.
    pub user_agent: String,
}

impl Config {
    /// The least there is to say; the rest takes its default and can be set afterwards.
    pub fn new(base_url: Url, registration_authority: impl Into<String>, profile: impl Into<String>) -> Self {
        Self {
            base_url,
            registration_authority: registration_authority.into(),
            profile: profile.into(),
            env: None,
            billing: None,
            extra_headers: Vec::new(),
            timeouts: Timeouts::default(),
            get_request_path: DEFAULT_REQUEST_PATH.to_owned(),
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
        self.get_request_path
            .trim_start_matches('/')
            .replace(PLACEHOLDER, &request_pk.to_string())
    }
}

fn request_path_is_usable(template: &str) -> bool {
    template.contains(PLACEHOLDER)
        && !template.contains(['?', '#', '\\'])
        && !template.split('/').any(|segment| segment == "..")
}

impl Error {
    pub(crate) fn bad_config(call: Call, what: &str) -> Self {
        Self::local(call, ErrorKind::BadConfig, Some(what.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestPk;

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
