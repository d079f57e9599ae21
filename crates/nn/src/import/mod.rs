//! Reads files of networks: what a file has becomes tensors and operators, whatever its format, and those a graph.

mod builder;
mod check;
mod graph;
mod half;
mod tfjs;
mod tflite;

pub(crate) use builder::Limits;
pub(crate) use graph::graph;
pub use tfjs::{TfjsFile, TfjsNetwork};
pub(crate) use tflite::read as read_tflite;

use crate::ModelError;
use crate::graph::Activation;
use std::sync::Arc;

/// A tensor as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    /// All dimensions, outermost first; `None` if they are what comes out.
    pub(crate) dims: Option<Vec<usize>>,
    pub(crate) data: TensorData,
}

/// The stored data of a tensor.
#[derive(Clone, Debug)]
pub(crate) enum TensorData {
    /// Nothing: it is computed.
    Computed,
    Floats(Arc<Vec<f32>>),
    Ints(Arc<Vec<i32>>),
}

/// An operator as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    pub(crate) kind: OperatorKind,
    /// What messages call it.
    pub(crate) label: String,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: usize,
}

/// Stride and padding of an operator that moves a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) same: bool,
    pub(crate) stride_y: usize,
    pub(crate) stride_x: usize,
    pub(crate) dilation_y: usize,
    pub(crate) dilation_x: usize,
}

/// The operation of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperatorKind {
    Dequantize,
    Conv {
        window: Window,
        activation: Activation,
    },
    Depthwise {
        window: Window,
        activation: Activation,
    },
    /// Named as MediaPipe's own operator, or TensorFlow Lite's, which takes the output's shape first.
    TransposeConv {
        builtin: bool,
        activation: Activation,
    },
    Add {
        activation: Activation,
    },
    Mul {
        activation: Activation,
    },
    Unary(Activation),
    Mean,
    AveragePool {
        window: Window,
        height: usize,
        width: usize,
        activation: Activation,
    },
    Resize {
        nearest: bool,
        align_corners: bool,
        half_pixel: bool,
    },
    Reshape,
    Transpose,
    Softmax,
    Sum {
        keeps: bool,
    },
    MaxPool {
        window: Window,
        height: usize,
        width: usize,
    },
    /// Zeros before and after rows, and before and after columns.
    Pad {
        rows: [usize; 2],
        columns: [usize; 2],
    },
}

impl OperatorKind {
    /// The name in the schema.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Dequantize => "DEQUANTIZE",
            Self::Conv { .. } => "CONV_2D",
            Self::Depthwise { .. } => "DEPTHWISE_CONV_2D",
            Self::TransposeConv { builtin: false, .. } => "Convolution2DTransposeBias",
            Self::TransposeConv { builtin: true, .. } => "TRANSPOSE_CONV",
            Self::Add { .. } => "ADD",
            Self::Mul { .. } => "MUL",
            Self::Unary(Activation::Relu) => "RELU",
            Self::Unary(Activation::Relu6) => "RELU6",
            Self::Unary(Activation::HardSwish) => "HARD_SWISH",
            Self::Unary(_) => "LOGISTIC",
            Self::Mean => "MEAN",
            Self::AveragePool { .. } => "AVERAGE_POOL_2D",
            Self::Resize { nearest: false, .. } => "RESIZE_BILINEAR",
            Self::Resize { nearest: true, .. } => "RESIZE_NEAREST_NEIGHBOR",
            Self::Reshape => "RESHAPE",
            Self::Transpose => "TRANSPOSE",
            Self::Softmax => "SOFTMAX",
            Self::Sum { .. } => "SUM",
            Self::MaxPool { .. } => "MAX_POOL_2D",
            Self::Pad { .. } => "PAD",
        }
    }
}

/// A file's one graph.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) operators: Vec<Operator>,
    pub(crate) input: usize,
    /// What is to be computed.
    pub(crate) outputs: Vec<Output>,
    /// What the network may take.
    pub(crate) limits: Limits,
}

/// Something that a network returns.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) tensor: usize,
    pub(crate) name: String,
}

impl File {
    /// Keeps the outputs of these names, in this order, and what they need.
    fn keep(&mut self, wanted: &[&str]) -> Result<(), ModelError> {
        let find = |name: &&str| {
            let found = self.outputs.iter().find(|output| output.name == **name);
            found.cloned().ok_or_else(|| ModelError::NoOutput { name: (*name).to_owned() })
        };
        self.outputs = wanted.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let mut needed = vec![false; self.tensors.len()];
        self.outputs.iter().for_each(|output| needed[output.tensor] = true);
        for operator in self.operators.iter().rev() {
            if needed[operator.output] {
                operator.inputs.iter().for_each(|input| needed[*input] = true);
            }
        }
        self.operators.retain(|operator| needed[operator.output]);
        Ok(())
    }
}
