//! Networks: numbers in, numbers out, whoever computes them.

mod files;
mod rten_engine;

pub use files::{DETECT_TEXT, FIND_FACES, Network, READ_TEXT, READ_TEXT_GLYPHS};

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

/// Loads a network with the fastest engine there is.
///
/// # Errors
/// [`NetError::Load`] when no engine takes it.
pub fn load(network: &Network) -> Result<Box<dyn Net>, NetError> {
    Ok(Box::new(rten_engine::RtenNet::load(network)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_runs_and_answers_in_the_shape_that_is_read() {
        let run = |network, [n, c, h, w]: [usize; 4]| {
            let net = load(network).unwrap();
            let outputs = net.run([n, c, h, w], vec![0.5; n * c * h * w]).unwrap();
            outputs.into_iter().map(|o| o.shape).collect::<Vec<_>>()
        };
        assert_eq!(run(&DETECT_TEXT, [1, 3, 64, 96]), [[1, 1, 64, 96]]);
        let classes = READ_TEXT_GLYPHS.lines().count() + 2;
        assert_eq!(run(&READ_TEXT, [2, 3, 48, 320]), [[2, 40, classes]]);
        assert_eq!(run(&FIND_FACES, [1, 3, 64, 96]).len(), 12);
    }
}
