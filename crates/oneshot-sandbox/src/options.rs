//! The options of the sandbox as a program, for every program that starts one.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::fault::{Fault, Operation};
use crate::settings::{
    BillingUser, Dialects, ErrorShape, OfficerAccount, OtpRules, Quirks, RegistrationAuthority, Settings,
    WebhookFormat, WebhookTarget,
};

/// How a sandbox is started from a command line.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Listen on an address that other machines can reach; all of them can then see what is held
    #[arg(long)]
    allow_other_machines: bool,

    /// Which generation of the API is served
    #[arg(long, value_enum, default_value_t = DialectChoice::Both)]
    dialect: DialectChoice,

    /// A registration authority that may use VideoID (repeatable)
    #[arg(long = "ra", value_name = "ID", default_values_t = ["139".to_owned()])]
    authorities: Vec<String>,

    /// A registration authority that may not (repeatable)
    #[arg(long = "ra-without-videoid", value_name = "ID", default_values_t = ["44".to_owned()])]
    authorities_without: Vec<String>,

    /// A registration authority that may, and whose officers validate before they approve (repeatable) [default: 124]
    #[arg(long = "two-step", value_name = "ID")]
    authorities_two_step: Vec<String>,

    /// An officer who may approve and refuse (repeatable); the first one has a token from the start
    #[arg(long = "officer", value_name = "RAO:USERNAME:PASSWORD:PIN", value_parser = officer)]
    officers: Vec<OfficerAccount>,

    /// Require one of these for billing (repeatable); without any, billing is set on the server
    #[arg(long = "billing", value_name = "USER:PASSWORD", value_parser = billing_user)]
    billing_users: Vec<BillingUser>,

    /// Require `env` with each new request, instead of having it set on the server
    #[arg(long)]
    no_env: bool,

    /// How long it processes after the last upload, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    delay: u64,

    /// How long an approval takes, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    approve_delay: u64,

    /// How long signing takes besides the work itself, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    sign_delay: u64,

    /// Send always this code
    #[arg(long, value_name = "CODE")]
    otp: Option<String>,

    /// Between two codes for a request, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 60_000)]
    otp_spacing: u64,

    /// An external way of unlocking that was agreed on (repeatable)
    #[arg(long = "ext-unlock", value_name = "TYPE", default_values_t = ["biometric".to_owned()])]
    ext_unlock_types: Vec<String>,

    /// Tell this address of each change, in the current form (repeatable, one for each registration authority)
    #[arg(long = "webhook", value_name = "RA=URL", value_parser = target)]
    webhooks: Vec<(String, String)>,

    /// Tell this address of each change, in the legacy form (repeatable, one for each registration authority)
    #[arg(long = "webhook-legacy", value_name = "RA=URL", value_parser = target)]
    webhooks_legacy: Vec<(String, String)>,

    /// How often a webhook that was not taken is sent again
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    webhook_retries: u32,

    /// Say errors of the current dialect as `{"status": "error", "message": …}` instead of `{"detail": …}`
    #[arg(long)]
    status_errors: bool,

    /// Answer with the 4xx they mean instead of the 500s the vendor documents
    #[arg(long)]
    no_500: bool,

    /// The largest body taken, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Settings::default().body_limit)]
    body_limit: u64,

    /// How many requests are kept; the oldest go first
    #[arg(long, value_name = "NUMBER", default_value_t = Settings::default().keep_requests)]
    keep_requests: usize,

    /// How many bytes are kept over all requests; the oldest requests go first
    #[arg(long, value_name = "BYTES", default_value_t = Settings::default().keep_bytes)]
    keep_bytes: u64,

    /// Make the next call of a kind fail, e.g. `upload_video=drop_after`, `create_videoid=delay:2000` (repeatable)
    #[arg(long = "fail", value_name = "CALL=FAULT", value_parser = knob)]
    faults: Vec<(Operation, Fault)>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DialectChoice {
    Both,
    Current,
    Legacy,
}

impl Options {
    /// The settings to start with.
    ///
    /// # Errors
    /// A sentence for a person, where two options contradict each other.
    pub fn settings(&self) -> Result<Settings, String> {
        let defaults = Settings::default();
        let mut authorities = self.authorities();
        let current = self.webhooks.iter().map(|it| (it, WebhookFormat::B));
        let legacy = self.webhooks_legacy.iter().map(|it| (it, WebhookFormat::A));
        for ((id, url), format) in current.chain(legacy) {
            let authority = authorities.iter_mut().find(|it| it.id == *id);
            let authority = authority
                .ok_or_else(|| format!("there is no registration authority {id} to tell {url} of"))?;
            let target = WebhookTarget {
                url: url.clone(),
                format,
            };
            if authority.webhook.replace(target).is_some() {
                return Err(format!("registration authority {id} has two webhooks"));
            }
        }
        let officers = if self.officers.is_empty() {
            defaults.officers.clone()
        } else {
            self.officers.clone()
        };
        Ok(Settings {
            listen: self.listen,
            allow_other_machines: self.allow_other_machines,
            dialects: match self.dialect {
                DialectChoice::Both => Dialects::Both,
                DialectChoice::Current => Dialects::Current,
                DialectChoice::Legacy => Dialects::Legacy,
            },
            registration_authorities: authorities,
            officers,
            billing_users: self.billing_users.clone(),
            env: defaults.env.clone().filter(|_| !self.no_env),
            processing_delay: Duration::from_millis(self.delay),
            approve_delay: Duration::from_millis(self.approve_delay),
            sign_delay: Duration::from_millis(self.sign_delay),
            otp: OtpRules {
                fixed: self.otp.clone(),
                spacing: Duration::from_millis(self.otp_spacing),
                ..defaults.otp.clone()
            },
            ext_unlock_types: self.ext_unlock_types.clone(),
            webhook_retries: self.webhook_retries,
            error_shape: if self.status_errors {
                ErrorShape::StatusError
            } else {
                ErrorShape::Detail
            },
            quirks: Quirks {
                wrapped_500: !self.no_500,
                ..defaults.quirks
            },
            body_limit: self.body_limit,
            keep_requests: self.keep_requests,
            keep_bytes: self.keep_bytes,
            ..defaults
        })
    }

    /// Who may do what. What is said later of an id goes before what was said earlier.
    fn authorities(&self) -> Vec<RegistrationAuthority> {
        let two_step = |id: &String| RegistrationAuthority {
            two_step: true,
            ..RegistrationAuthority::new(id)
        };
        let known = self.authorities.iter().map(|id| RegistrationAuthority::new(id));
        let without = self.authorities_without.iter();
        let known = known
            .chain(without.map(|id| RegistrationAuthority::disabled(id)))
            .chain(self.authorities_two_step.iter().map(two_step));
        let mut authorities: Vec<RegistrationAuthority> = Vec::new();
        for authority in known {
            authorities.retain(|other| other.id != authority.id);
            authorities.push(authority);
        }
        let practice = two_step(&"124".to_owned());
        if self.authorities_two_step.is_empty() && authorities.iter().all(|it| it.id != practice.id) {
            authorities.push(practice);
        }
        authorities
    }

    /// The faults to set before anybody calls.
    #[must_use]
    pub fn faults(&self) -> &[(Operation, Fault)] {
        &self.faults
    }
}

fn billing_user(text: &str) -> Result<BillingUser, String> {
    let (username, password) = text
        .split_once(':')
        .ok_or("a colon stands between user and password")?;
    Ok(BillingUser {
        username: username.to_owned(),
        password: password.to_owned(),
    })
}

fn officer(text: &str) -> Result<OfficerAccount, String> {
    let parts: Vec<&str> = text.splitn(4, ':').collect();
    let [rao, username, password, pin] = parts.as_slice() else {
        return Err("colons stand between RAO, user, password and pin".to_owned());
    };
    Ok(OfficerAccount {
        rao: (*rao).to_owned(),
        username: (*username).to_owned(),
        password: (*password).to_owned(),
        pin: (*pin).to_owned(),
        ..OfficerAccount::default()
    })
}

fn target(text: &str) -> Result<(String, String), String> {
    let (authority, url) = text
        .split_once('=')
        .ok_or("an equals sign stands between registration authority and address")?;
    if !url.starts_with("http://") {
        return Err("the address begins with http://".to_owned());
    }
    Ok((authority.to_owned(), url.to_owned()))
}

fn knob(text: &str) -> Result<(Operation, Fault), String> {
    let (operation, fault) = text
        .split_once('=')
        .ok_or("an equals sign stands between call and fault")?;
    let operation = operation.parse::<Operation>();
    let fault = fault.parse::<Fault>();
    let said = |error: crate::FaultError| error.to_string();
    Ok((operation.map_err(said)?, fault.map_err(said)?))
}
