//! Which server, and the client for it.

use evidence::Problem;
use oneshot::{Billing, Client, Config, Env, Secret, Url};
use oneshot_sandbox::Sandbox;

use crate::settings::{BILLING_PASSWORD, ServerSettings, wrong};
use crate::{Settings, problems};

/// What the sandbox inside the program is told on create. It knows this registration authority.
const PRACTICE_AUTHORITY: &str = "139";
const PRACTICE_PROFILE: &str = "PFnubeQAFCiudadano";

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
pub(crate) fn client_for(settings: &Settings, sandbox: Option<&Sandbox>) -> Result<Client, Problem> {
    let mut config = match (&settings.server, sandbox) {
        (Some(server), _) => from_settings(server)?,
        (None, Some(sandbox)) => {
            Config::new(parse(&sandbox.base_url())?, PRACTICE_AUTHORITY, PRACTICE_PROFILE)
        }
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
    Client::new(config).map_err(|error| problems::from_call(&error))
}

/// Host and port, for the screen.
pub(crate) fn shown_server(client: &Client) -> String {
    let url = &client.config().base_url;
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn from_settings(server: &ServerSettings) -> Result<Config, Problem> {
    let base = parse(&server.base_url)?;
    let mut config = Config::new(
        base,
        server.registration_authority.clone(),
        server.profile.clone(),
    );
    config.env = match server.env.as_deref() {
        None => None,
        Some("sandbox") => Some(Env::Sandbox),
        Some("prod") => Some(Env::Prod),
        Some(_) => return Err(wrong("env is neither sandbox nor prod".to_owned())),
    };
    if let Some(username) = &server.billing_username {
        let password = std::env::var(BILLING_PASSWORD)
            .map_err(|_| wrong(format!("billing_username is set, and {BILLING_PASSWORD} is not")))?;
        config.billing = Some(Billing {
            username: username.clone(),
            password: Secret::new(password),
        });
    }
    if let Some(path) = &server.request_path {
        config.get_request_path.clone_from(path);
    }
    Ok(config)
}

fn parse(address: &str) -> Result<Url, Problem> {
    Url::parse(address).map_err(|error| wrong(format!("base_url: {error}")))
}

fn is_loopback(url: &Url) -> bool {
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

    fn refused(text: &str) -> String {
        let settings = Settings::parse(text).expect("well-formed settings");
        let problem = client_for(&settings, None).expect_err("they cannot work");
        problem
            .detail
            .map(|detail| detail.into_exposed())
            .unwrap_or_default()
    }

    #[test]
    fn practice_never_talks_to_another_machine() {
        let server = "[server]\nbase_url = \"https://optimizer.example/api\"\nregistration_authority = \"1\"\nprofile = \"P\"";
        assert!(refused(&format!("practice = true\n{server}")).contains("loopback"));
    }

    #[test]
    fn a_branch_without_a_server_is_told_so() {
        assert!(refused("").contains("[server]"));
    }
}
