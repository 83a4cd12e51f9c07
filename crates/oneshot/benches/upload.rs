//! What submitting a large case costs: memory over idle, and speed beside curl sending the same bytes to the same
//! sandbox, which runs as a process of its own.
//!
//! `cargo xtask bench upload`, or by hand:
//! `cargo bench -p oneshot --bench upload -- --sandbox PATH-OF-oneshot-sandbox [--rounds 7]`
//!
//! Each round submits one case with the client and one with curl, in turns, so that whatever else the machine does
//! meets both. The client submits in a process that has done nothing else: what it needs is then not hidden in memory
//! that preparing the case left behind. What arrived is fetched back and compared.

#[path = "upload/case.rs"]
mod case;
#[path = "upload/measure.rs"]
mod measure;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use oneshot::{Client, Config, NewRequest, Numbers, RequestPk, Url, VideoidPk};

use case::Case;
use measure::{Measured, median};

/// Pictures and video together, in bytes.
const PICTURES: usize = 6_000_000;
const VIDEO: usize = 100_000_000;

/// What the client may need more than at idle, and how fast it has to be beside curl.
const MEMORY_WANTED: u64 = 16_000_000;
const RATIO_WANTED: f64 = 0.9;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let (mut sandbox, mut rounds) = (None, 7);
    while let Some(word) = words.next() {
        match word.as_str() {
            // Cargo adds this to every bench.
            "--bench" => {}
            "--sandbox" => sandbox = words.next().map(PathBuf::from),
            "--rounds" => {
                let number = words.next().context("--rounds needs a number")?;
                rounds = number.parse().context("--rounds needs a number")?;
            }
            // The process that is measured, started by the one that measures.
            "--submit" => return submit(&words.collect::<Vec<_>>()),
            other => bail!("what is {other}?"),
        }
    }
    ensure!(rounds > 0, "a round is the least");
    let sandbox =
        sandbox.context("--sandbox PATH: `cargo xtask bench upload` builds it and says where it is")?;
    compare(&sandbox, rounds)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    // The same as the doors run on.
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

fn client(base: &str) -> Result<Client> {
    let config = Config::new(Url::parse(base)?, "139", "PFnubeQAFCiudadano");
    Ok(Client::new(config)?)
}

fn compare(program: &Path, rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let case = Case::write(folder.path(), PICTURES, VIDEO)?;
    let sandbox = Running::start(program)?;
    let client = client(&sandbox.base)?;
    let runtime = runtime()?;

    let curl_says = Command::new("curl")
        .arg("--version")
        .output()
        .context("curl is needed to compare with")?;
    let version = String::from_utf8_lossy(&curl_says.stdout)
        .split(" (")
        .next()
        .unwrap_or_default()
        .to_owned();
    say(&format!(
        "{} of pictures in {} of JSON, {} of video; loopback, {rounds} rounds; beside {version}",
        mb(PICTURES as u64),
        mb(case.evidences_len()?),
        mb(VIDEO as u64),
    ));

    let (mut ours, mut curls) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // Who goes first changes each round.
        for ours_now in [round % 2 == 0, round % 2 != 0] {
            let created = runtime.block_on(client.create_videoid(&NewRequest {
                mobile_phone_number: "+34699999999".to_owned(),
                email: "mail@domain".to_owned(),
            }))?;
            let numbers = Numbers::new(created.request_pk, created.videoid_pk);
            if ours_now {
                ours.push(submitted_by_a_fresh_process(
                    &sandbox.base,
                    numbers,
                    folder.path(),
                )?);
            } else {
                curls.push(case.submitted_by_curl(&sandbox.base, numbers.videoid_pk)?);
            }
            let (hash, len) =
                runtime.block_on(async { client.download_video(numbers).await?.sha256().await })?;
            ensure!(
                (hash, len) == (case.video_sha256, VIDEO as u64),
                "what arrived is not what was sent"
            );
        }
    }
    report(&ours, &curls)
}

/// The client's part, in a process of its own: `BASE REQUEST_PK VIDEOID_PK FOLDER`.
fn submit(words: &[String]) -> Result<()> {
    let [base, request_pk, videoid_pk, folder] = words else {
        bail!("--submit BASE REQUEST_PK VIDEOID_PK FOLDER");
    };
    let numbers = Numbers::new(
        RequestPk::new(request_pk.parse()?),
        VideoidPk::new(videoid_pk.parse()?),
    );
    let runtime = runtime()?;
    let client = client(base)?;
    let case = Case::open(Path::new(folder))?;
    let measured = runtime.block_on(case.submitted_by(&client, numbers))?;
    say(&measured.line());
    Ok(())
}

fn submitted_by_a_fresh_process(base: &str, numbers: Numbers, folder: &Path) -> Result<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--submit", base])
        .args([
            numbers.request_pk.get().to_string(),
            numbers.videoid_pk.get().to_string(),
        ])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "submitting failed");
    Measured::parse(&String::from_utf8(output.stdout)?)
}

fn report(ours: &[Measured], curls: &[f64]) -> Result<()> {
    let sent = ours.first().context("a round was run")?.bytes;
    let rate = |seconds: f64| sent as f64 / 1e6 / seconds;
    let (client, curl) = (
        median(ours.iter().map(|run| run.seconds)),
        median(curls.iter().copied()),
    );
    let ratio = curl / client;
    say(&format!(
        "\n  client           {:.0} MB/s ({client:.3} s, median)",
        rate(client)
    ));
    say(&format!(
        "  curl             {:.0} MB/s ({curl:.3} s, median)",
        rate(curl)
    ));
    say(&format!(
        "  client to curl   {ratio:.2} (wanted: {RATIO_WANTED} or more)"
    ));
    let more = ours.iter().map(Measured::more).max().unwrap_or(0);
    if ours.iter().all(|run| run.peak == 0) {
        say("  memory           not measured on this system");
    } else {
        say(&format!(
            "  memory           {} over idle at most, idle {} (wanted: less than {})",
            mb(more),
            mb(ours[0].idle),
            mb(MEMORY_WANTED)
        ));
    }
    ensure!(more < MEMORY_WANTED, "submitting takes too much memory");
    ensure!(ratio >= RATIO_WANTED, "submitting is slower than it has to be");
    Ok(())
}

/// The sandbox as a process of its own, ended when this is dropped.
struct Running {
    child: Child,
    /// Kept open: what it prints later must have somewhere to go.
    said: BufReader<ChildStdout>,
    base: String,
}

impl Running {
    fn start(program: &Path) -> Result<Self> {
        // A case with a large video is larger than what a proxy would usually let through.
        let mut child = Command::new(program)
            .args(["--body-limit", &(2 * VIDEO).to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let said = child.stdout.take().context("its output is read")?;
        let mut running = Self {
            child,
            said: BufReader::new(said),
            base: String::new(),
        };
        running.said.read_line(&mut running.base)?;
        running.base = running.base.trim().to_owned();
        ensure!(
            running.base.starts_with("http://127.0.0.1:"),
            "the sandbox did not start"
        );
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_by_itself = self.child.kill();
        let _nothing_left_to_know = self.child.wait();
    }
}

fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[expect(clippy::print_stdout, reason = "figures are what a bench is for")]
fn say(line: &str) {
    println!("{line}");
    let _nobody_reads = std::io::stdout().flush();
}
