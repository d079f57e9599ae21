//! A checked and rewritten network.

use crate::execute::plan;
use crate::graph::{Graph, Shape};
use crate::import::TfjsNetwork;
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
    outputs: Arc<[TensorShape]>,
    names: Arc<[String]>,
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
        Self::from_file(&import::read_tflite(bytes, None)?)
    }

    /// As [`Model::from_tflite`], for these of the file's outputs only: nothing else is computed.
    ///
    /// # Errors
    /// As [`Model::from_tflite`], and if the file doesn't have these outputs.
    pub fn from_tflite_for(bytes: &[u8], outputs: &[&str]) -> Result<Self, ModelError> {
        Self::from_file(&import::read_tflite(bytes, Some(outputs))?)
    }

    pub(crate) fn from_file(file: &import::File) -> Result<Self, ModelError> {
        let original = import::graph(file)?;
        let rewritten = rewrite::all(original.clone());
        let (_, floats) = plan::place(&rewritten);
        if floats > MAX_FLOATS {
            let (found, limit) = (4 * floats as u64, 4 * MAX_FLOATS as u64);
            return Err(ModelError::TooLarge { what: "the memory in bytes", found, limit });
        }
        let names = file.outputs.iter().map(|output| output.name.clone()).collect();
        Ok(Self { names, ..Self::from_graph(original, rewritten) })
    }

    /// A network, and the form in which sessions run it.
    pub(crate) fn from_graph(original: Graph, rewritten: Graph) -> Self {
        let outputs = original.outputs.iter().map(|output| original.shapes[*output].into());
        Self {
            outputs: outputs.collect(),
            names: Arc::default(),
            original: Arc::new(original),
            rewritten: Arc::new(rewritten),
        }
    }

    /// The picture that the network takes: RGB, in the network's own range, `0.0..=1.0` for the selfie
    /// segmentation ones.
    pub fn input(&self) -> TensorShape {
        self.original.shapes[0].into()
    }

    /// The first of what it returns: with one channel mostly the person's probability, `0.0..=1.0`; with
    /// several whatever the network says of each of its classes.
    pub fn output(&self) -> TensorShape {
        self.outputs[0]
    }

    /// All that it returns, one or more.
    pub fn outputs(&self) -> &[TensorShape] {
        &self.outputs
    }

    /// What the file calls [`Model::outputs`].
    pub fn output_names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn graph(&self) -> &Arc<Graph> {
        &self.rewritten
    }

    /// Runs the network as the file has it, with plain loops: slow, and the specification of
    /// [`Session::run`](crate::Session::run). Returns all outputs.
    ///
    /// # Panics
    /// If `input` doesn't have the input's number of values.
    pub fn run_reference(&self, input: &[f32]) -> Vec<Vec<f32>> {
        assert_eq!(input.len(), self.original.shapes[0].values(), "the input's size");
        reference::run(&self.original, input)
    }
}

impl TfjsNetwork {
    /// The network for pictures of one size, with what these nodes compute as its outputs.
    ///
    /// # Errors
    /// Returns an error that names the node that can't be run, or says why the network can't be run on pictures of this
    /// size.
    pub fn model_for(
        &self,
        height: usize,
        width: usize,
        outputs: &[&str],
    ) -> Result<Model, ModelError> {
        Model::from_file(&self.file([height, width], outputs)?)
    }
}
