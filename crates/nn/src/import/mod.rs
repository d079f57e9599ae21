//! Reads files of networks: what a file has becomes tensors and operators, whatever its format, and those a graph.

mod builder;
mod check;
mod graph;
mod half;
mod tflite;

pub(crate) use graph::graph;
pub(crate) use tflite::read as read_tflite;

use crate::graph::Activation;
use std::sync::Arc;

/// A tensor as the file has it.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    /// All dimensions, outermost first.
    pub(crate) dims: Vec<usize>,
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
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: usize,
}

/// Stride and padding of an operator that moves a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) same: bool,
    pub(crate) stride_y: usize,
    pub(crate) stride_x: usize,
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
        }
    }
}

/// A file's one graph.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) operators: Vec<Operator>,
    pub(crate) input: usize,
    pub(crate) output: usize,
}
