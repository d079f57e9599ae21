//! A checked and rewritten network.

use crate::execute::plan;
use crate::graph::{Graph, Shape};
use crate::{ModelError, import, reference, rewrite};
use std::sync::Arc;

/// The most memory that a session may take for values; the largest of the selfie networks takes a
/// 60th.
const MAX_FLOATS: usize = 1 << 26;

/// A network that any number of sessions can run.
#[derive(Clone, Debug)]
pub struct Model {
    original: Arc<Graph>,
    rewritten: Arc<Graph>,
}

/// Height, width and channels of a network's input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorShape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values for each pixel.
    pub channels: usize,
}

impl From<Shape> for TensorShape {
    fn from(shape: Shape) -> Self {
        Self { height: shape.height, width: shape.width, channels: shape.channels }
    }
}

impl Model {
    /// Reads a whole TensorFlow Lite file. The bytes may come from anywhere: it trusts nothing in
    /// them.
    ///
    /// # Errors
    /// Returns an error that says which part of the file is damaged, which operator is unsupported,
    /// or why the network doesn't segment pictures.
    pub fn from_tflite(bytes: &[u8]) -> Result<Self, ModelError> {
        let original = import::graph(&import::read_tflite(bytes)?)?;
        let rewritten = rewrite::all(original.clone());
        let (_, floats) = plan::place(&rewritten);
        if floats > MAX_FLOATS {
            let (found, limit) = (4 * floats as u64, 4 * MAX_FLOATS as u64);
            return Err(ModelError::TooLarge { what: "the memory in bytes", found, limit });
        }
        Ok(Self::from_graph(original, rewritten))
    }

    /// A network, and the form in which sessions run it.
    pub(crate) fn from_graph(original: Graph, rewritten: Graph) -> Self {
        Self { original: Arc::new(original), rewritten: Arc::new(rewritten) }
    }

    /// The picture that the network takes: RGB, in the network's own range, `0.0..=1.0` for the selfie
    /// segmentation ones.
    pub fn input(&self) -> TensorShape {
        self.original.shapes[0].into()
    }

    /// What it returns: with one channel the person's probability, `0.0..=1.0`; with several whatever the
    /// network says of each of its classes.
    pub fn output(&self) -> TensorShape {
        self.original.shapes[self.original.output].into()
    }

    pub(crate) fn graph(&self) -> &Arc<Graph> {
        &self.rewritten
    }

    /// Runs the network as the file has it, with plain loops: slow, and the specification of
    /// [`Session::run`](crate::Session::run).
    ///
    /// # Panics
    /// If `input` doesn't have the input's number of values.
    pub fn run_reference(&self, input: &[f32]) -> Vec<f32> {
        assert_eq!(input.len(), self.original.shapes[0].values(), "the input's size");
        reference::run(&self.original, input)
    }
}
