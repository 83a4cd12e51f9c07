//! The sandbox as a program: prints where it listens, and serves until it is interrupted.
#![expect(
    clippy::print_stdout,
    reason = "the addresses printed are what the program is for"
)]

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use oneshot_sandbox::{BillingUser, Fault, Operation, RegistrationAuthority, Sandbox, Settings};

/// A One-Shot server for practice: answers like the real one, keeps what it is sent in memory, shows it on a page.
///
/// Prints the base URL for a client on the first line and the page's address on the second. Ctrl-C stops it and forgets
/// everything.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Listen on an address that other machines can reach; all of them can then see what is held
    #[arg(long)]
    allow_other_machines: bool,

    /// A registration authority that may use VideoID (repeatable)
    #[arg(long = "ra", value_name = "ID", default_values_t = ["139".to_owned()])]
    authorities: Vec<String>,

    /// A registration authority that may not (repeatable)
    #[arg(long = "ra-without-videoid", value_name = "ID", default_values_t = ["44".to_owned()])]
    authorities_without: Vec<String>,

    /// Require one of these for billing (repeatable); without any, billing is set on the server
    #[arg(long = "billing", value_name = "USER:PASSWORD", value_parser = billing_user)]
    billing_users: Vec<BillingUser>,

    /// Require `env` with each new request, instead of having it set on the server
    #[arg(long)]
    no_env: bool,

    /// How long it processes after the last upload, in milliseconds
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    delay: u64,

    /// The largest body taken, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Settings::default().body_limit)]
    body_limit: u64,

    /// Make the next call of a kind fail, e.g. `upload_video=drop_after`, `create_videoid=delay:2000` (repeatable)
    #[arg(long = "fail", value_name = "CALL=FAULT", value_parser = knob)]
    faults: Vec<(Operation, Fault)>,
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

fn knob(text: &str) -> Result<(Operation, Fault), String> {
    let (operation, fault) = text
        .split_once('=')
        .ok_or("an equals sign stands between call and fault")?;
    let operation = operation
        .parse::<Operation>()
        .map_err(|error| error.to_string())?;
    Ok((
        operation,
        fault.parse::<Fault>().map_err(|error| error.to_string())?,
    ))
}

impl Arguments {
    fn settings(&self) -> Settings {
        let defaults = Settings::default();
        let known = |ids: &[String], videoid_enabled| -> Vec<RegistrationAuthority> {
            ids.iter()
                .map(|id| RegistrationAuthority {
                    id: id.clone(),
                    videoid_enabled,
                })
                .collect()
        };
        Settings {
            listen: self.listen,
            allow_other_machines: self.allow_other_machines,
            registration_authorities: [
                known(&self.authorities, true),
                known(&self.authorities_without, false),
            ]
            .concat(),
            billing_users: self.billing_users.clone(),
            env: defaults.env.clone().filter(|_| !self.no_env),
            processing_delay: Duration::from_millis(self.delay),
            body_limit: self.body_limit,
            ..defaults
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "oneshot-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: &Arguments) -> io::Result<()> {
    let sandbox = Sandbox::start(arguments.settings()).await?;
    for (operation, fault) in &arguments.faults {
        sandbox.fail_next(*operation, *fault);
    }
    println!("{}", sandbox.base_url());
    println!("{}", sandbox.page_url());
    io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}
