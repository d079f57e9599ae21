//! The graph of values and nodes, with every shape checked.
//!
//! Values are numbered; each is the network's input or the output of exactly one node, and a
//! node's inputs come before it. Constants are not values: they belong to the nodes.

pub(crate) mod layout;
pub(crate) mod resize;

use layout::Digit;
use resize::Interpolation;
use std::sync::Arc;

/// The number of a value.
pub(crate) type ValueId = usize;

/// The number of channels that kernels work on at once: fewer take as long.
pub(crate) const LANES: usize = 8;

/// Height, width and channels of a value; vectors have height and width 1. Batch is always 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
}

impl Shape {
    pub(crate) const fn pixels(self) -> usize {
        self.height * self.width
    }

    pub(crate) const fn values(self) -> usize {
        self.pixels() * self.channels
    }
}

/// An activation applied to every value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Activation {
    #[default]
    None,
    Relu,
    Relu6,
    HardSwish,
    Logistic,
}
/// A convolution's weights (`[output][y][x][input]`) and biases, or a depthwise one's
/// (`[y][x][channel]`).
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) values: Arc<Vec<f32>>,
    pub(crate) bias: Arc<Vec<f32>>,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// How far a window moves, how far apart its taps are, and how many rows above and columns left of the picture it
/// reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) stride_y: usize,
    pub(crate) stride_x: usize,
    pub(crate) dilation_y: usize,
    pub(crate) dilation_x: usize,
    pub(crate) top: usize,
    pub(crate) left: usize,
}

impl Reach {
    /// A window of one pixel that goes from each to the next.
    pub(crate) const UNIT: Self =
        Self { stride_y: 1, stride_x: 1, dilation_y: 1, dilation_x: 1, top: 0, left: 0 };

    /// Rows and columns from the first tap of a window of so many to the last.
    pub(crate) const fn extent(&self, height: usize, width: usize) -> (usize, usize) {
        ((height - 1) * self.dilation_y + 1, (width - 1) * self.dilation_x + 1)
    }
}

/// The operation of a node on its inputs. The rewritten forms name the chain that they stand for.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Inputs: x. Optional extra inputs: a gate (`x * gate` before), a residual (added after).
    Conv { weights: Weights, reach: Reach, activation: Activation, gate: bool, residual: bool },
    /// Inputs: x. With `add_input`, `x + result`.
    Depthwise { weights: Weights, reach: Reach, activation: Activation, add_input: bool },
    /// Inputs: x. A 1x1 convolution, a depthwise one of its result, and perhaps a 1x1 one of that, to which a second
    /// input may be added: what lies between is never stored whole.
    Expand {
        conv: Weights,
        between: Activation,
        weights: Weights,
        reach: Reach,
        activation: Activation,
        project: Option<Weights>,
        residual: bool,
    },
    /// Inputs: x. 2x2 kernel, stride 2: each pixel becomes four.
    TransposeConv { weights: Weights, activation: Activation },
    /// Inputs: a, and b of one shape or one that [`Spread`] names.
    Add { activation: Activation },
    /// Inputs: a, and b of one shape or one that [`Spread`] names.
    Mul { activation: Activation },
    /// Inputs: x.
    Unary(Activation),
    /// Inputs: x; the mean over all pixels. With `plus`, a second input is resized to the first
    /// one's shape and added before.
    Mean { plus: Option<Interpolation> },
    /// Inputs: x.
    Resize(Interpolation),
    /// Inputs: skip, gate, z: `skip * gate + resize(z)`.
    GateAdd(Interpolation),
    /// Inputs: skip, z: `skip + resize(z)`.
    ResizeAdd(Interpolation),
    /// Inputs: x; the same values in another order.
    Move(Vec<Digit>),
    /// Inputs: x; over the channels of each pixel.
    Softmax,
    /// Inputs: x; the sum of each row's pixels.
    SumRows,
    /// Inputs: x; the greatest value of each channel in a window, of what lies in the picture.
    MaxPool { height: usize, width: usize, reach: Reach },
    /// Inputs: x; with rows of zeros above and columns left of it, and as many after as the output's shape says.
    Pad { top: usize, left: usize },
}

/// How a smaller value meets each of a picture's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// They have one shape.
    Each,
    /// A vector meets every pixel.
    Vector,
    /// One pixel of each row meets the whole row.
    Row,
    /// One channel meets all channels of its pixel.
    Pixel,
}

impl Spread {
    /// How a value of shape `b` meets one of shape `a`, if it can.
    pub(crate) fn of(a: Shape, b: Shape) -> Option<Self> {
        match b {
            _ if a == b => Some(Self::Each),
            Shape { height: 1, width: 1, channels } if channels == a.channels => Some(Self::Vector),
            Shape { height, width: 1, channels }
                if (height, channels) == (a.height, a.channels) =>
            {
                Some(Self::Row)
            }
            Shape { channels: 1, .. } if (b.height, b.width) == (a.height, a.width) => {
                Some(Self::Pixel)
            }
            _ => None,
        }
    }
}

impl Op {
    /// The number of its weights.
    pub(crate) fn weights(&self) -> u64 {
        match self {
            Self::Conv { weights, .. }
            | Self::Depthwise { weights, .. }
            | Self::TransposeConv { weights, .. } => weights.values.len() as u64,
            _ => 0,
        }
    }

    /// Whether a kernel runs it, from its first input's shape to its output's; else the plain loops
    /// do.
    pub(crate) const fn has_kernel(&self, from: Shape, to: Shape) -> bool {
        match self {
            Self::Unary(_) | Self::Move(_) | Self::Softmax => true,
            Self::Pad { .. } => false,
            Self::TransposeConv { .. } => to.channels == 1 && from.channels.is_multiple_of(LANES),
            _ => to.channels.is_multiple_of(LANES),
        }
    }
}

/// One step of the computation.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) op: Op,
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) output: ValueId,
}

/// A network.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// The shape of each value; value 0 is the network's input.
    pub(crate) shapes: Vec<Shape>,
    /// In an order that allows computing them.
    pub(crate) nodes: Vec<Node>,
    /// One or more.
    pub(crate) outputs: Vec<ValueId>,
}

impl Graph {
    /// The nodes that use a value, by their index.
    pub(crate) fn consumers(&self, value: ValueId) -> Vec<usize> {
        let uses = |n: &Node| n.inputs.contains(&value);
        self.nodes.iter().enumerate().filter(|(_, n)| uses(n)).map(|(i, _)| i).collect()
    }

    /// The node that computes a value, by its index; the network's input has none.
    pub(crate) fn producer(&self, value: ValueId) -> Option<usize> {
        self.nodes.iter().position(|n| n.output == value)
    }

    /// Whether exactly one node uses a value, and it isn't an output of the network.
    pub(crate) fn has_one_use(&self, value: ValueId) -> bool {
        !self.outputs.contains(&value) && self.consumers(value).len() == 1
    }
}
