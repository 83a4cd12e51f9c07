//! Which server, and the client for it.

use std::path::Path;

use evidence::Problem;
use oneshot::{AppearanceShape, Billing, Client, Config, Dialect, Env, Greeting, Paths, Proxy, Secret, Url};
use oneshot_sandbox::Sandbox;
use tokio::sync::OnceCell;

use crate::booth::Booth;
use crate::credentials::{Credential, Credentials};
use crate::settings::{DialectChoice, ServerSettings, SignatureForm, wrong};
use crate::{Settings, problems};

/// What the sandbox inside the program is told on create. It knows this registration authority.
const PRACTICE_AUTHORITY: &str = "139";
const PRACTICE_PROFILE: &str = "PFnubeQAFCiudadano";

/// The server: the client for it, once it is known which dialect it speaks.
pub(crate) struct Server {
    client: Client,
    /// The server is to be asked for its dialect, once; until it answered, no call is made.
    probe: bool,
    probed: OnceCell<Client>,
}

impl Server {
    /// How it is reached.
    pub fn config(&self) -> &Config {
        self.client.config()
    }

    /// Looks at the server without asking it for anything.
    pub async fn greet(&self) -> Result<Greeting, oneshot::Error> {
        self.client.greet().await
    }

    async fn client(&self) -> Result<Client, Problem> {
        if !self.probe {
            return Ok(self.client.clone());
        }
        let probe = || async {
            let dialect = self.client.probe_dialect().await?;
            tracing::info!(%dialect, "the server was asked for its dialect");
            Ok(self.client.with_dialect(dialect))
        };
        let found = self.probed.get_or_try_init(probe).await;
        found.cloned().map_err(|error| problems::from_call(&error))
    }
}

impl Booth {
    /// The client for the server.
    ///
    /// # Errors
    /// The settings leave the dialect to be found out, and the server does not say.
    pub(crate) async fn client(&self) -> Result<Client, Problem> {
        self.0.client.client().await
    }

    /// The authorities (PEM) whose certificates a document may be signed with; empty where none were given.
    ///
    /// # Errors
    /// The file of the settings cannot be read, or has no certificate in it.
    pub(crate) fn trusted_signers(&self) -> Result<Vec<u8>, Problem> {
        let server = self.0.settings.server.as_ref();
        match (
            server.and_then(|server| server.trusted_signers.as_deref()),
            self.sandbox(),
        ) {
            (Some(file), _) => certificates(file, "trusted_signers"),
            (None, Some(sandbox)) => Ok(sandbox.ca_pem().into_bytes()),
            (None, None) => Ok(Vec::new()),
        }
    }
}

/// In practice without a server of its own: the sandbox, on a free loopback port.
pub(crate) async fn sandbox_for(settings: &Settings) -> Result<Option<Sandbox>, Problem> {
    if !settings.practice || settings.server.is_some() {
        return Ok(None);
    }
    let sandbox = Sandbox::start(oneshot_sandbox::Settings::default()).await;
    sandbox
        .map(Some)
        .map_err(|error| wrong(format!("the sandbox cannot start: {}", error.kind())))
}

/// The client for the server of the settings, or for the sandbox.
pub(crate) async fn client_for(settings: &Settings, sandbox: Option<&Sandbox>) -> Result<Server, Problem> {
    let mut config = match (&settings.server, sandbox) {
        (Some(server), _) => from_settings(server, &settings.credentials()).await?,
        (None, Some(sandbox)) => Config::new(
            address(&sandbox.base_url(), "base_url")?,
            PRACTICE_AUTHORITY,
            PRACTICE_PROFILE,
        ),
        (None, None) => return Err(wrong("no [server]: set one, or start with --practice".to_owned())),
    };
    if settings.practice && !is_loopback(&config.base_url) {
        return Err(wrong(
            "practice never leaves the machine: base_url is not a loopback address".to_owned(),
        ));
    }
    config.user_agent = format!(
        "Proofbooth/{} ({}; {})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    config.most_bytes_s = settings.delivery.most_bytes_s()?;
    let dialect = settings.server.as_ref().map(|server| server.dialect);
    let client = Client::new(config).map_err(|error| problems::from_call(&error))?;
    Ok(Server {
        client,
        probe: dialect == Some(DialectChoice::Probe),
        probed: OnceCell::new(),
    })
}

/// Host and port, for the screen.
pub(crate) fn shown_server(server: &Server) -> String {
    let url = &server.config().base_url;
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

async fn from_settings(server: &ServerSettings, credentials: &Credentials) -> Result<Config, Problem> {
    let base = address(&server.base_url, "base_url")?;
    if base.scheme() == "http" && !is_loopback(&base) && !server.allow_http {
        return Err(wrong(
            "base_url: plain http to another machine shows everything to whoever is on the way; use https, or set \
             allow_http = true on a closed test network"
                .to_owned(),
        ));
    }
    let mut config = Config::new(
        base,
        server.registration_authority.clone(),
        server.profile.clone(),
    );
    config.dialect = match server.dialect {
        DialectChoice::Current | DialectChoice::Probe => Dialect::Current,
        DialectChoice::Legacy => Dialect::Legacy,
    };
    config.env = match server.env.as_deref() {
        None => None,
        Some("sandbox") => Some(Env::Sandbox),
        Some("prod") => Some(Env::Prod),
        Some(_) => return Err(wrong("env: neither sandbox nor prod".to_owned())),
    };
    if let Some(username) = &server.billing_username {
        config.billing = Some(Billing {
            username: username.clone(),
            password: needed(credentials, &Credential::BillingPassword, "billing_username").await?,
        });
    }
    config.extra = server.create_fields.clone().into_iter().collect();
    config.videoid_mode = server.videoid_mode;
    if let Some(path) = &server.request_path {
        config.get_request_path.clone_from(path);
    }
    config.paths = Paths {
        contract: server.contract_path.clone(),
        documents: server.documents_path.clone(),
    };
    config.appearance = match server.signature_form {
        SignatureForm::ByAgreement => AppearanceShape::ByAgreement,
        SignatureForm::Single => AppearanceShape::Single,
        SignatureForm::ByDocument => AppearanceShape::ByDocument,
        SignatureForm::Options => AppearanceShape::Options,
    };
    through_gateway(server, credentials, &mut config).await?;
    Ok(config)
}

/// What stands between: headers, proxy, certificates.
async fn through_gateway(
    server: &ServerSettings,
    credentials: &Credentials,
    config: &mut Config,
) -> Result<(), Problem> {
    for name in &server.extra_headers {
        let value = needed(credentials, &Credential::header(name), "extra_headers").await?;
        config.extra_headers.push((name.trim().to_owned(), value));
    }
    if let Some(proxy) = &server.proxy {
        let password = match &server.proxy_username {
            Some(_) => Some(needed(credentials, &Credential::ProxyPassword, "proxy_username").await?),
            None => None,
        };
        config.proxy = Some(Proxy {
            url: address(proxy, "proxy")?,
            username: server.proxy_username.clone(),
            password,
        });
    } else if server.proxy_username.is_some() {
        return Err(wrong("proxy_username: there is no proxy".to_owned()));
    }
    config.client_identity = match (&server.client_certificate, &server.client_key) {
        (Some(certificate), Some(key)) => Some(identity(certificate, key)?),
        (None, None) => None,
        (Some(_), None) => {
            return Err(wrong(
                "client_certificate: there is no client_key to it".to_owned(),
            ));
        }
        (None, Some(_)) => {
            return Err(wrong(
                "client_key: there is no client_certificate to it".to_owned(),
            ));
        }
    };
    if let Some(file) = &server.ca_file {
        config.trusted_roots.push(certificates(file, "ca_file")?);
    }
    Ok(())
}

/// A credential the settings cannot do without. What is said names where it was looked for.
async fn needed(
    credentials: &Credentials,
    credential: &Credential,
    setting: &str,
) -> Result<Secret, Problem> {
    let variable = credential.variable();
    match credentials.get(credential).await {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(wrong(format!(
            "{setting} is set, and {credential} is neither in {variable} nor in the system's store of credentials"
        ))),
        Err(problem) => {
            // EXPOSE: what failed in the store, for the person who has to set it up.
            let cause = problem
                .detail
                .map(evidence::Sensitive::into_exposed)
                .unwrap_or_default();
            Err(Problem::new(problem.code, problem.try_again)
                .because(format!("{setting} is set, {variable} is not, and {cause}")))
        }
    }
}

fn address(text: &str, setting: &str) -> Result<Url, Problem> {
    Url::parse(text).map_err(|error| wrong(format!("{setting}: {error}")))
}

/// Certificates out of a file.
fn certificates(file: &Path, setting: &str) -> Result<Vec<u8>, Problem> {
    let pem = contents(file, setting)?;
    // EXPOSE: certificates are public.
    if !pem.expose().contains("-----BEGIN CERTIFICATE-----") {
        return Err(wrong(format!(
            "{setting}: {}: no certificate in PEM",
            file.display()
        )));
    }
    Ok(pem.expose().as_bytes().to_vec())
}

/// The certificate that says who calls, its chain and its key in one.
fn identity(certificate: &Path, key: &Path) -> Result<Secret, Problem> {
    let chain = certificates(certificate, "client_certificate")?;
    let key_pem = contents(key, "client_key")?;
    // EXPOSE: only to see what kind of file it is, and to hand it to the client.
    let key_text = key_pem.expose();
    let fault = if key_text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        || key_text.contains("Proc-Type: 4,ENCRYPTED")
    {
        "the key is encrypted"
    } else if !key_text.contains("PRIVATE KEY-----") {
        "no private key in PEM"
    } else {
        let chain = String::from_utf8_lossy(&chain);
        return Ok(Secret::new(format!("{chain}\n{key_text}")));
    };
    Err(wrong(format!("client_key: {}: {fault}", key.display())))
}

fn contents(file: &Path, setting: &str) -> Result<Secret, Problem> {
    std::fs::read_to_string(file)
        .map(Secret::new)
        .map_err(|error| wrong(format!("{setting}: {}: {}", file.display(), error.kind())))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(text: &str) -> String {
        let mut settings = Settings::parse(text).expect("well-formed settings");
        settings.secrets = crate::credentials::Source::in_memory([]);
        let problem = client_for(&settings, None).await.err().expect("they cannot work");
        problem
            .detail
            .map(|detail| detail.into_exposed())
            .unwrap_or_default()
    }

    #[tokio::test]
    async fn practice_never_talks_to_another_machine() {
        let server = "[server]\nbase_url = \"https://optimizer.example/api\"\nregistration_authority = \"1\"\nprofile = \"P\"";
        let said = refused(&format!("practice = true\n{server}")).await;
        assert!(said.contains("loopback"), "{said}");
    }

    #[tokio::test]
    async fn a_branch_without_a_server_is_told_so() {
        assert!(refused("").await.contains("[server]"));
    }

    const SERVER: &str = "[server]\nbase_url = \"https://optimizer.example/api\"\nregistration_authority = \"1\"\nprofile = \"P\"\n";

    async fn config<const N: usize>(more: &str, variables: [(&str, &str); N]) -> Config {
        let mut settings = Settings::parse(&format!("{SERVER}{more}")).expect("well-formed settings");
        settings.secrets = crate::credentials::Source::in_memory(variables);
        let server = client_for(&settings, None).await;
        server
            .map(|server| server.config().clone())
            .expect("they can work")
    }

    #[tokio::test]
    async fn plain_http_goes_to_another_machine_only_where_it_is_allowed() {
        let server =
            "[server]\nbase_url = \"http://10.0.0.7/api\"\nregistration_authority = \"1\"\nprofile = \"P\"\n";
        assert!(refused(server).await.contains("allow_http"));
        let allowed = Settings::parse(&format!("{server}allow_http = true\n")).expect("settings");
        assert!(client_for(&allowed, None).await.is_ok());
        let here = Settings::parse(&server.replace("10.0.0.7", "[::1]:8080")).expect("settings");
        assert!(client_for(&here, None).await.is_ok(), "this machine is no other");
    }

    #[tokio::test]
    async fn a_gateway_gets_its_headers_and_a_proxy_its_password_from_where_secrets_are() {
        let more = "extra_headers = [\"X-Api-Key\"]\nproxy = \"http://proxy.example:3128\"\nproxy_username = \"booth\"\n\
                    billing_username = \"b\"\ncreate_fields = { cost_center = \"7\" }\nvideoid_mode = true\n\
                    contract_path = \"contracts/{request_pk}\"\nsignature_form = \"options\"\ndialect = \"legacy\"\n";
        let config = config(
            more,
            [
                ("PROOFBOOTH_HEADER_X_API_KEY", "k3y"),
                ("PROOFBOOTH_PROXY_PASSWORD", "w0rd"),
                ("PROOFBOOTH_BILLING_PASSWORD", "b1ll"),
            ],
        )
        .await;
        // EXPOSE: a test's own secrets.
        assert_eq!(config.extra_headers[0].0, "X-Api-Key");
        assert_eq!(config.extra_headers[0].1.expose(), "k3y");
        let proxy = config.proxy.expect("there is one");
        assert_eq!(proxy.username.as_deref(), Some("booth"));
        assert_eq!(proxy.password.expect("it has one").expose(), "w0rd");
        assert_eq!(config.billing.expect("it pays").password.expose(), "b1ll");
        assert_eq!(config.extra, [("cost_center".to_owned(), "7".to_owned())]);
        assert!(config.videoid_mode);
        assert_eq!(config.paths.contract.as_deref(), Some("contracts/{request_pk}"));
        assert_eq!(
            (config.appearance, config.dialect),
            (AppearanceShape::Options, Dialect::Legacy)
        );
    }

    #[tokio::test]
    async fn what_is_missing_or_of_another_kind_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path.display().to_string()
        };
        let certificate = file("c.pem", "-----BEGIN CERTIFICATE-----\n");
        let locked = file("k.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        let other = file("o.pem", "nothing of the kind");
        for (more, said) in [
            (
                "extra_headers = [\"X-Api-Key\"]".to_owned(),
                "PROOFBOOTH_HEADER_X_API_KEY",
            ),
            (
                "billing_username = \"b\"".to_owned(),
                "PROOFBOOTH_BILLING_PASSWORD",
            ),
            ("proxy_username = \"b\"".to_owned(), "there is no proxy"),
            ("proxy = \"proxy.example:3128\"".to_owned(), "proxy"),
            ("env = \"test\"".to_owned(), "env"),
            (
                "ca_file = \"/nowhere/ca.pem\"".to_owned(),
                "ca_file: /nowhere/ca.pem",
            ),
            (format!("ca_file = \"{other}\""), "o.pem: no certificate"),
            (format!("client_certificate = \"{certificate}\""), "no client_key"),
            (format!("client_key = \"{locked}\""), "no client_certificate"),
            (
                format!("client_certificate = \"{certificate}\"\nclient_key = \"{locked}\""),
                "k.pem: the key is encrypted",
            ),
            (
                format!("client_certificate = \"{certificate}\"\nclient_key = \"{other}\""),
                "o.pem: no private key",
            ),
        ] {
            let detail = refused(&format!("{SERVER}{more}\n")).await;
            assert!(detail.contains(said), "{more}: {detail}");
        }
    }
}
