//! What a network's inputs and outputs are called, what they hold, and what is what.

use ort::value::{Outlet, TensorElementType, ValueType};
use std::fmt;

/// The order of a picture's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One plane for each channel: 1 x channels x height x width.
    Planes,
    /// All channels of a pixel together: 1 x height x width x channels.
    Pixels,
}

/// What computes a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provider {
    /// This processor.
    #[default]
    Cpu,
    /// NVIDIA's cards.
    Cuda,
    /// Intel's.
    OpenVino,
    /// Whatever Vulkan finds.
    WebGpu,
}

/// One side of a picture as a network has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// So many.
    Of(usize),
    /// As many as there are.
    Open,
}

/// An input or output of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<Side>,
    /// The type of its numbers.
    pub(crate) numbers: TensorElementType,
}

/// The sizes of the pictures that a network is shown, where it takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// This width and height.
    Fixed(usize, usize),
    /// The source's shape, with a long side of so many pixels; both sides are multiples of 32.
    LongSide(usize),
}

/// What is what. The default is a network that takes a single picture and nothing else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wiring {
    /// The picture's input; `None` is the only one that is neither a state nor a constant.
    pub picture: Option<String>,
    /// The size of the picture; `None` where the network says it.
    pub sizes: Option<Sizes>,
    /// The order of the picture's values; `None` if its shape tells.
    pub layout: Option<Layout>,
    /// The order of the outputs' values; `None` is the picture's.
    pub output_layout: Option<Layout>,
    /// The outputs that are read, by their numbers.
    pub outputs: Vec<usize>,
    /// What is remembered: the input, and the output that it gets the next time.
    pub states: Vec<[String; 2]>,
    /// Inputs that always get the same: one number for all of their values, or one for each.
    pub constants: Vec<(String, Vec<f32>)>,
    /// What computes it.
    pub provider: Provider,
}

impl Port {
    /// `None` if it holds no numbers.
    pub(crate) fn of(outlet: &Outlet) -> Option<Self> {
        let ValueType::Tensor { ty, shape, .. } = outlet.dtype() else { return None };
        let side = |side: &i64| usize::try_from(*side).map_or(Side::Open, Side::Of);
        let shape = shape.iter().map(side).collect();
        Some(Self { name: outlet.name().to_owned(), shape, numbers: *ty })
    }
}

/// `data (1x3x?x?)`
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = self.shape.iter().map(|side| match side {
            Side::Of(side) => side.to_string(),
            Side::Open => "?".into(),
        });
        write!(f, "{} ({})", self.name, sides.collect::<Vec<_>>().join("x"))
    }
}

impl Provider {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::OpenVino => "openvino",
            Self::WebGpu => "webgpu",
        }
    }
}
