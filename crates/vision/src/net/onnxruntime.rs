//! onnxruntime: a library beside the program, loaded while it runs.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::Session;

use super::{Net, NetError, Network, Tensor};

/// The library serves the whole process; letting go of its environment would end it.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

pub fn use_library(path: &Path) -> Result<(), NetError> {
    if is_there() {
        return Ok(());
    }
    let environment = ort::init_from(path)
        .map_err(|error| NetError::Library(error.to_string()))?
        .with_telemetry(false)
        .build()
        .map_err(|error| NetError::Library(error.to_string()))?;
    // Another thread may have been faster, with the same library: both environments are the process's one.
    ENVIRONMENT.get_or_init(|| environment);
    Ok(())
}

pub fn is_there() -> bool {
    ENVIRONMENT.get().is_some()
}

pub struct OnnxruntimeNet {
    name: &'static str,
    /// One run at a time: the session keeps its scratch memory.
    session: Mutex<Session>,
}

impl OnnxruntimeNet {
    pub fn load(network: &Network) -> Result<Self, NetError> {
        let environment = ENVIRONMENT
            .get()
            .ok_or_else(|| NetError::Library("no library was taken into use".to_owned()))?;
        let session = session(environment, network.bytes).map_err(|error| NetError::Load {
            network: network.name,
            cause: error.to_string(),
        })?;
        Ok(Self {
            name: network.name,
            session: Mutex::new(session),
        })
    }
}

/// One thread that sleeps when there is nothing to do: preview and recording want the cores.
fn session(environment: &Environment, bytes: &[u8]) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_memory(bytes)
}

impl Net for OnnxruntimeNet {
    fn run(&self, shape: [usize; 4], input: Vec<f32>) -> Result<Vec<Tensor>, NetError> {
        let failed = |error: ort::Error| NetError::Run {
            network: self.name,
            cause: error.to_string(),
        };
        let input = ort::value::Tensor::from_array((shape, input)).map_err(failed)?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![input]).map_err(failed)?;
        outputs
            .values()
            .map(|value| {
                let (shape, data) = value.try_extract_tensor::<f32>().map_err(failed)?;
                Ok(Tensor {
                    shape: shape
                        .iter()
                        .map(|&side| usize::try_from(side).unwrap_or(0))
                        .collect(),
                    data: data.to_vec(),
                })
            })
            .collect()
    }
}
