//! Everything around one run of the real program: screen, sandbox, settings, WebDriver.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use oneshot_sandbox::Sandbox;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::children::{Child, Program};
use crate::page::Page;
use crate::residue;
use crate::screen::{SMALL, Screen, Size};

/// One window at a time: two cores carry no second one, and figures of time would mean nothing.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Part of webkit2gtk-driver.
const DRIVER: &str = "WebKitWebDriver";

/// All that our own parts would ever write to a log.
const EVERYTHING_WE_SAY: &str =
    "warn,proofbooth_app=trace,station=trace,evidence=trace,vault=trace,oneshot=trace,capture=debug";
/// What locks the evidence of a booth that asks for it.
pub const PASSPHRASE: &str = "correct horse battery";
/// What must not be in one.
const PERSONAL: [&str; 10] = [
    PASSPHRASE,
    "Alma",
    "Muestra",
    "U0427315A",
    "600000000",
    "600 000 000",
    "@example.org",
    // The holder of the card in the clips.
    "ESPAÑOLA",
    "CARMEN",
    "99999999R",
];

/// How a run is set up.
pub struct Plan {
    pub size: Size,
    /// The server's prefix; by default the stage's own sandbox.
    pub base_url: Option<String>,
    /// The registration authority; the sandbox knows 139.
    pub registration_authority: &'static str,
    /// The generation of the API that is spoken: `current` or `legacy`.
    pub dialect: &'static str,
    /// Lines put into the settings before `[server]`.
    pub general: String,
    /// Where the vault's key is: `file`, or `passphrase`.
    pub vault: &'static str,
    /// What is put into `[eyes]`. By default nothing happens by itself: the tests press what there is to press, and say
    /// what was claimed to the last word.
    pub eyes: &'static str,
    /// Lines put into `[cameras]`.
    pub cameras: String,
    /// Whether replays may stand in for cameras.
    pub practice: bool,
    /// More of the program's command line.
    pub arguments: Vec<String>,
    /// The screen it opens with.
    pub first_step: &'static str,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            size: SMALL,
            base_url: None,
            registration_authority: "139",
            dialect: "current",
            general: String::new(),
            vault: "file",
            eyes: "auto_capture = false\nchallenge = false\nread = false",
            cameras: String::new(),
            practice: true,
            arguments: Vec::new(),
            first_step: "home",
        }
    }
}

/// A running window. Dropped, everything of it is gone.
pub struct Stage {
    pub page: Page,
    pub sandbox: Sandbox,
    // Fields are dropped in this order: the program before its screen, the folder last.
    _driver: Child,
    port: u16,
    started_with: Vec<PathBuf>,
    screen: Screen,
    folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Stage {
    /// Opens the window and waits for its first screen.
    pub async fn open(plan: Plan) -> anyhow::Result<Self> {
        let alone = ALONE.lock().await;
        let folder = tempfile::Builder::new().prefix("proofbooth-e2e-").tempdir()?;
        let sandbox = Sandbox::start(oneshot_sandbox::Settings::default()).await?;
        let screen = Screen::start(plan.size, folder.path())?;
        let own = match plan.dialect {
            "legacy" => sandbox.legacy_base_url(),
            _ => sandbox.base_url(),
        };
        let base_url = plan.base_url.clone().unwrap_or(own);
        let anchors = folder.path().join("ca.pem");
        std::fs::write(&anchors, sandbox.ca_pem())?;
        std::fs::write(
            folder.path().join("settings.toml"),
            plan.settings(&base_url, &anchors),
        )?;
        let (driver, port) = start_driver(&screen, folder.path()).await?;
        let mut started_with = arguments(folder.path());
        started_with.extend(plan.arguments.iter().map(PathBuf::from));
        let client = window(port, &started_with, folder.path()).await?;
        let page = Page::new(client, plan.size, screen.pixels().clone());
        let stage = Self {
            page,
            sandbox,
            _driver: driver,
            port,
            started_with,
            screen,
            folder,
            _alone: alone,
        };
        stage.page.step(plan.first_step).await?;
        Ok(stage)
    }

    /// The same after the program was ended and started again: what is on the disk is all it knows.
    pub async fn started_again(mut self) -> anyhow::Result<Self> {
        self.page.client.clone().close().await?;
        let client = window(self.port, &self.started_with, self.folder.path()).await?;
        self.page = Page::new(client, self.page.size(), self.screen.pixels().clone());
        self.page.step("home").await?;
        Ok(self)
    }

    /// The screen it is on.
    pub fn display(&self) -> &str {
        self.screen.display()
    }

    /// A folder of this run, gone with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program that shows or does something on this screen, for what WebDriver cannot reach.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.screen.environment());
        command
    }

    /// Starts the program once more beside the one that runs; says how it ended, or that it stayed.
    pub fn start_again(&self) -> anyhow::Result<Option<ExitStatus>> {
        let mut again = self.command("timeout");
        let ended = again
            .arg("20")
            .arg(program()?)
            .args(arguments(self.folder()))
            .status()?;
        // What `timeout` says of a program that it had to end.
        Ok(Some(ended).filter(|status| status.code() != Some(124)))
    }

    /// As [`Self::close`], and looks at what is left on the disk: before its end, and after it.
    pub async fn close_without_residue(self) -> anyhow::Result<()> {
        residue::none_below(self.folder())?;
        self.end().await?;
        residue::none_below(self.folder())
    }

    /// Ends the session in good order; a failure of the program shows here.
    pub async fn close(self) -> anyhow::Result<()> {
        self.end().await
    }

    async fn end(&self) -> anyhow::Result<()> {
        self.page.client.clone().close().await?;
        let log = said(self.folder.path());
        if log.contains("a defect") {
            bail!("the program panicked:\n{log}");
        }
        if let Some(word) = PERSONAL.iter().find(|word| log.contains(**word)) {
            bail!("{word:?} is in the log:\n{log}");
        }
        Ok(())
    }
}

impl Plan {
    fn settings(&self, base_url: &str, anchors: &Path) -> String {
        let Self {
            practice,
            general,
            vault,
            eyes,
            cameras,
            registration_authority,
            dialect,
            ..
        } = self;
        format!(
            "practice = {practice}\nbooth = \"Window test\"\n{general}\n\
             [vault]\nkey = {vault:?}\n\
             [server]\nbase_url = {base_url:?}\nregistration_authority = {registration_authority:?}\n\
             profile = \"PFnubeQAFCiudadano\"\nenv = \"sandbox\"\ndialect = {dialect:?}\n\
             trusted_signers = {anchors:?}\n\
             [eyes]\n{eyes}\n\
             [cameras]\nreplay_only = true\n{cameras}\n"
        )
    }
}

/// Opens the window under WebDriver.
async fn window(port: u16, started_with: &[PathBuf], folder: &Path) -> anyhow::Result<Client> {
    let capabilities = json!({
        "webkitgtk:browserOptions": { "binary": program()?, "args": started_with },
    });
    let capabilities = capabilities.as_object().cloned().context("an object")?;
    let opening = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await;
    match opening {
        Ok(client) => Ok(client),
        Err(error) => bail!("the window does not open: {error}\n{}", said(folder)),
    }
}

/// How the program is started.
fn arguments(folder: &Path) -> Vec<PathBuf> {
    let settings = folder.join("settings.toml");
    vec![
        "--kiosk".into(),
        "--settings".into(),
        settings,
        "--data-dir".into(),
        folder.join("data"),
    ]
}

/// The built program: `$PROOFBOOTH_APP`, or the one that lies beside this test.
fn program() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("PROOFBOOTH_APP") {
        return Ok(named.into());
    }
    // target/debug/deps/it-…
    let beside = std::env::current_exe()?
        .ancestors()
        .nth(2)
        .context("a target folder")?
        .join("proofbooth-app");
    if !beside.is_file() {
        bail!(
            "{} is not there: `cargo build -p proofbooth-app` first",
            beside.display()
        );
    }
    Ok(beside)
}

async fn start_driver(screen: &Screen, folder: &Path) -> anyhow::Result<(Child, u16)> {
    let mut environment = screen.environment();
    let log = std::env::var("PROOFBOOTH_LOG").unwrap_or_else(|_| EVERYTHING_WE_SAY.to_owned());
    for (name, value) in [
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
        ("NO_AT_BRIDGE", "1"),
        ("GDK_BACKEND", "x11"),
        ("LC_ALL", "C.UTF-8"),
        ("PROOFBOOTH_LOG", &log),
    ] {
        environment.push((name.to_owned(), value.to_owned()));
    }
    // Nothing of the person's own is read or written.
    for (name, place) in [
        ("HOME", "home"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "share"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "runtime"),
        ("TMPDIR", "tmp"),
    ] {
        let place = folder.join(place);
        std::fs::create_dir_all(&place)?;
        environment.push((name.to_owned(), place.to_string_lossy().into_owned()));
    }
    // Between finding a free port and its use somebody else may take it.
    for _ in 0..3 {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let driver = Program {
            name: DRIVER,
            arguments: vec![format!("--port={port}")],
            environment: environment.clone(),
        };
        let mut driver = Child::start(&driver, folder)?;
        let since = Instant::now();
        while driver.is_running() && since.elapsed() < Duration::from_secs(20) {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok((driver, port));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    bail!("{DRIVER} does not listen: is it installed?\n{}", said(folder))
}

/// What the program and the driver wrote to their logs.
fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(format!("{DRIVER}.log"))).unwrap_or_default()
}
