//! What runs a network.

use backlot_kernels::Level;
use backlot_nn::TensorShape;
use std::fmt::Debug;

/// What runs a network: our executor, or another one.
pub trait Engine: Debug + Send + Sync {
    /// The picture that the network takes for a source's pictures of that width and height. Most
    /// networks take one size only.
    fn input(&self, width: usize, height: usize) -> TensorShape;

    /// Puts the network to work on pictures of a shape that [`Engine::input`] answered, and
    /// allocates everything.
    ///
    /// # Errors
    /// One sentence if the network can't be run.
    fn start(&self, input: TensorShape, level: Level) -> Result<Box<dyn Running>, EngineError>;

    /// As [`Engine::start`], on several threads where it can use them.
    ///
    /// # Errors
    /// As [`Engine::start`].
    fn start_on(
        &self,
        threads: usize,
        input: TensorShape,
        level: Level,
    ) -> Result<Box<dyn Running>, EngineError> {
        let _ = threads;
        self.start(input, level)
    }
}

/// A network at work on one stream of pictures.
pub trait Running: Debug + Send {
    /// The memory for the picture, in the network's own range and order of colours: height x width
    /// x 3, rows from top to bottom. It is written before each run.
    fn input_mut(&mut self) -> &mut [f32];

    /// Runs the network.
    ///
    /// # Errors
    /// One sentence; there are no outputs then.
    fn run(&mut self) -> Result<(), EngineError>;

    /// What the last run returned: height x width x channels. There is one at least.
    fn output(&self, index: usize) -> &[f32];

    /// The shape of an output; `None` if there is none of that number.
    fn output_shape(&self, index: usize) -> Option<TensorShape>;

    /// Forgets earlier pictures, if it remembers any.
    fn forget(&mut self) {}
}

/// Why an engine can't run a network, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(pub String);
