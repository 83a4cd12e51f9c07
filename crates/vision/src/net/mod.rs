//! Networks: numbers in, numbers out, whoever computes them.

mod files;
mod onnxruntime;
mod rten_engine;

use std::path::Path;

pub use files::{DETECT_TEXT, FIND_FACES, KNOW_FACES, Network, READ_EYES, READ_TEXT, READ_TEXT_GLYPHS};

/// What computes a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// onnxruntime's library, two to four times as fast; there only after [`use_library`].
    Onnxruntime,
    /// rten, part of the program.
    Rten,
}

/// Why a network gave no answer. None of these says anything about the picture.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The network could not be read by the engine.
    #[error("the network {network} cannot be loaded: {cause}")]
    Load {
        /// Which one.
        network: &'static str,
        /// What the engine said.
        cause: String,
    },
    /// onnxruntime's library could not be taken into use.
    #[error("onnxruntime cannot be used: {0}")]
    Library(String),
    /// The network could not be run.
    #[error("the network {network} cannot be run: {cause}")]
    Run {
        /// Which one.
        network: &'static str,
        /// What the engine said.
        cause: String,
    },
}

/// An array of numbers: row-major, the last side changes fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The sides, outermost first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f32>,
}

/// A loaded network.
pub trait Net: Send + Sync {
    /// Runs it on `input` of `shape` (batch, channels, height, width) and returns every output, in the order of the
    /// network's file. Single-threaded: the caller decides how many cores are used.
    ///
    /// # Errors
    /// [`NetError::Run`] when the engine refuses; the shape is ours, so this is a defect and not a bad picture.
    fn run(&self, shape: [usize; 4], input: Vec<f32>) -> Result<Vec<Tensor>, NetError>;
}

/// Takes the onnxruntime library (1.24 or later) at `path` into use for networks that are loaded from now on, for as
/// long as the program runs. Where such a file may be trusted to lie is the caller's to know: its code is run.
///
/// # Errors
/// [`NetError::Library`] when there is none, or one that is too old; everything goes on with [`Engine::Rten`] then.
pub fn use_library(path: &Path) -> Result<(), NetError> {
    onnxruntime::use_library(path)
}

/// The faster of the engines that are there.
#[must_use]
pub fn fastest() -> Engine {
    if onnxruntime::is_there() {
        Engine::Onnxruntime
    } else {
        Engine::Rten
    }
}

/// Loads a network with the fastest engine there is.
///
/// # Errors
/// [`NetError::Load`] when the engine does not take it.
pub fn load(network: &Network) -> Result<Box<dyn Net>, NetError> {
    load_in(fastest(), network)
}

/// Loads a network with one engine: for comparing the two.
///
/// # Errors
/// [`NetError::Load`] when the engine does not take it, [`NetError::Library`] when it is not there.
pub fn load_in(engine: Engine, network: &Network) -> Result<Box<dyn Net>, NetError> {
    Ok(match engine {
        Engine::Onnxruntime => Box::new(onnxruntime::OnnxruntimeNet::load(network)?),
        Engine::Rten => Box::new(rten_engine::RtenNet::load(network)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes the library into use that lies where the set-up puts it: beside what is built.
    fn is_library_there() -> bool {
        let program = std::env::current_exe().unwrap();
        let name = format!(
            "{}onnxruntime{}",
            std::env::consts::DLL_PREFIX,
            std::env::consts::DLL_SUFFIX
        );
        let found = program
            .ancestors()
            .map(|a| a.join("onnxruntime").join(&name))
            .find(|p| p.is_file());
        let Some(found) = found else {
            eprintln!("SKIPPED: onnxruntime's library is not there, the networks run in rten only");
            return false;
        };
        use_library(&found).unwrap();
        true
    }

    #[test]
    fn every_network_runs_and_answers_in_the_shape_that_is_read() {
        let run = |network, [n, c, h, w]: [usize; 4]| {
            let net = load_in(Engine::Rten, network).unwrap();
            let outputs = net.run([n, c, h, w], vec![0.5; n * c * h * w]).unwrap();
            outputs.into_iter().map(|o| o.shape).collect::<Vec<_>>()
        };
        assert_eq!(run(&DETECT_TEXT, [1, 3, 64, 96]), [[1, 1, 64, 96]]);
        let classes = READ_TEXT_GLYPHS.lines().count() + 2;
        assert_eq!(run(&READ_TEXT, [2, 3, 48, 320]), [[2, 40, classes]]);
        assert_eq!(run(&FIND_FACES, [1, 3, 64, 96]).len(), 12);
        assert_eq!(run(&KNOW_FACES, [1, 3, 112, 112]), [[1, 128]]);
        let eye = run(&READ_EYES, [1, 3, 64, 64]);
        assert_eq!(eye, [[1, 71 * 3], [1, 5 * 3]]);
    }

    #[test]
    fn both_engines_say_the_same() {
        if !is_library_there() {
            return;
        }
        assert_eq!(fastest(), Engine::Onnxruntime);
        for (network, shape, most) in [
            (&DETECT_TEXT, [1, 3, 64, 96], 1.0),
            (&READ_TEXT, [2, 3, 48, 320], 1.0),
            (&FIND_FACES, [1, 3, 64, 96], 255.0),
            (&KNOW_FACES, [1, 3, 112, 112], 255.0),
            (&READ_EYES, [1, 3, 64, 64], 1.0),
        ] {
            let input: Vec<f32> = (0..shape.iter().product())
                .map(|i: usize| f32::from(u8::try_from(i * 7919 % 251).unwrap()) / 251.0 * most)
                .collect();
            let [ours, theirs] = [Engine::Rten, Engine::Onnxruntime].map(|engine| {
                load_in(engine, network)
                    .unwrap()
                    .run(shape, input.clone())
                    .unwrap()
            });
            assert_eq!(ours.len(), theirs.len());
            for (a, b) in ours.iter().zip(&theirs) {
                assert_eq!(a.shape, b.shape, "{}", network.name);
                let apart = a
                    .data
                    .iter()
                    .zip(&b.data)
                    .map(|(a, b)| (a - b).abs())
                    .fold(0.0, f32::max);
                assert!(apart < 1e-3, "{}: {apart}", network.name);
            }
        }
    }

    #[test]
    fn a_file_that_is_no_library_is_refused() {
        if fastest() == Engine::Rten {
            assert!(use_library(Path::new("no such library")).is_err());
        }
    }
}
