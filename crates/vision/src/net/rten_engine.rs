//! rten: an engine in Rust, part of the program, there on every machine.

use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor as RtenTensor};

use super::{Net, NetError, Network, Tensor};

pub struct RtenNet {
    name: &'static str,
    model: Model,
    alone: Arc<ThreadPool>,
}

impl RtenNet {
    pub fn load(network: &Network) -> Result<Self, NetError> {
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = options
            .load_static_slice(network.bytes)
            .map_err(|error| NetError::Load {
                network: network.name,
                cause: error.to_string(),
            })?;
        Ok(Self {
            name: network.name,
            model,
            alone: Arc::new(ThreadPool::with_num_threads(1)),
        })
    }

    fn failed(&self, cause: impl ToString) -> NetError {
        NetError::Run {
            network: self.name,
            cause: cause.to_string(),
        }
    }
}

impl Net for RtenNet {
    fn run(&self, shape: [usize; 4], input: Vec<f32>) -> Result<Vec<Tensor>, NetError> {
        let input = NdTensor::from_data(shape, input);
        let first = *self
            .model
            .input_ids()
            .first()
            .ok_or_else(|| self.failed("no input"))?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.alone)));
        self.model
            .run(
                vec![(first, input.into())],
                self.model.output_ids(),
                Some(options),
            )
            .map_err(|error| self.failed(error))?
            .into_iter()
            .map(|value| {
                let tensor: RtenTensor<f32> = value
                    .try_into()
                    .map_err(|_| self.failed("an output of other numbers"))?;
                Ok(Tensor {
                    shape: tensor.shape().to_vec(),
                    data: tensor.to_vec(),
                })
            })
            .collect()
    }
}
