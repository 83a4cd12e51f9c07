//! What may stand between the booth and the server: a proxy, a gateway that wants headers or a certificate, an authority
//! nobody else trusts. The API itself has no authentication (section 1.1).

use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Identity, Url};

use crate::call::Call;
use crate::config::Config;
use crate::error::Error;
use crate::secret::Secret;

/// A proxy to go through.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is, `http` or `https`; without credentials, which would end up in logs.
    pub url: Url,
    /// The name it asks for.
    pub username: Option<String>,
    /// The password it asks for.
    pub password: Option<Secret>,
}

impl Proxy {
    /// What cannot work about it. The setting is named, never its value.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        if !matches!(self.url.scheme(), "http" | "https") || self.url.host_str().is_none() {
            Some("proxy: not an http or https address")
        } else if !self.url.username().is_empty() || self.url.password().is_some() {
            Some("proxy: carries credentials in its address")
        } else if self.username.is_none() && self.password.is_some() {
            Some("proxy: a password without a name")
        } else {
            None
        }
    }

    fn build(&self) -> Result<reqwest::Proxy, Error> {
        let proxy = reqwest::Proxy::all(self.url.clone())
            .map_err(|error| Error::bad_config(Call::Configure, "proxy: not an address").caused_by(error))?;
        let Some(username) = &self.username else {
            return Ok(proxy);
        };
        // EXPOSE: it goes into the header the proxy asks for.
        let password = self.password.as_ref().map(Secret::expose).unwrap_or_default();
        Ok(proxy.basic_auth(username, password))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("host", &self.url.host_str())
            .field("port", &self.url.port_or_known_default())
            .finish_non_exhaustive()
    }
}

/// Makes ready to connect; connects to nothing.
pub(crate) fn connector(config: &Config) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(&config.user_agent)
        .default_headers(extra_headers(config)?)
        .connect_timeout(config.timeouts.connect)
        // Only for `Client::greet`: whose certificate it is was checked by then.
        .tls_info(true)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        // A connection kept from an earlier call may be dead by now, and a call that dies with it leaves open
        // whether it arrived. There are a handful of calls a case: each has a connection of its own.
        .pool_max_idle_per_host(0);
    match &config.proxy {
        Some(proxy) => builder = builder.proxy(proxy.build()?),
        // What the system has set is for the world outside.
        None if config.is_loopback() => builder = builder.no_proxy(),
        None => {}
    }
    let proxy_has_tls = config
        .proxy
        .as_ref()
        .is_some_and(|proxy| proxy.url.scheme() == "https");
    if config.base_url.scheme() == "http" && !proxy_has_tls {
        // No redirect is followed, so TLS cannot come up: a machine that trusts no certificate at all, as a bare
        // installation does, can practise all the same.
        builder = builder.tls_certs_only([]);
    } else {
        builder = builder.tls_certs_merge(trusted_roots(config)?);
        if let Some(identity) = &config.client_identity {
            builder = builder.identity(client_identity(identity)?);
        }
    }
    builder.build().map_err(|error| {
        let what = "user_agent, client_identity, trusted_roots, or this system's certificates";
        Error::bad_config(Call::Configure, what).caused_by(error)
    })
}

fn extra_headers(config: &Config) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in &config.extra_headers {
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| Error::bad_config(Call::Configure, "extra_headers: not a header's name"))?;
        // EXPOSE: it goes into the header, marked as not to be printed.
        let mut value = HeaderValue::from_str(value.expose())
            .map_err(|_| Error::bad_config(Call::Configure, "extra_headers: not a header's value"))?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

fn trusted_roots(config: &Config) -> Result<Vec<Certificate>, Error> {
    let wrong = || Error::bad_config(Call::Configure, "trusted_roots: not certificates in PEM");
    let mut roots = Vec::new();
    for pem in &config.trusted_roots {
        let found = Certificate::from_pem_bundle(pem).map_err(|error| wrong().caused_by(error))?;
        if found.is_empty() {
            return Err(wrong());
        }
        roots.extend(found);
    }
    Ok(roots)
}

fn client_identity(pem: &Secret) -> Result<Identity, Error> {
    // EXPOSE: the key proves to the gateway who calls.
    Identity::from_pem(pem.expose().as_bytes()).map_err(|_| {
        // The cause is left out: it could quote what it could not read.
        Error::bad_config(
            Call::Configure,
            "client_identity: not a certificate and its key in PEM",
        )
    })
}
