//! The graph of values and nodes, with every shape checked.
//!
//! Values are numbered; each is the network's input or the output of exactly one node, and a
//! node's inputs come before it. Constants are not values: they belong to the nodes.

use crate::ModelError;
use crate::layout::{Digit, Layout};
use crate::resize::Interpolation;
use crate::tflite::{Activation, File, Operator, OperatorKind, Shape, TensorData, Window};
use std::sync::Arc;

/// The number of a value.
pub(crate) type ValueId = usize;

/// The most multiply-adds of a kernel that a network may take as long as; selfie multiclass needs 4.2
/// thousand million. The finest matte of a picture runs the network 34 times: within these limits that takes
/// less than 10 seconds.
const MAX_WORK: u64 = 6_000_000_000;
/// The most values that a network may compute; selfie multiclass computes 57 million.
const MAX_VALUES: u64 = 1 << 26;
/// The most pixels of the picture that a network takes, and of the mask that it returns; the selfie
/// networks have 65 536.
const MAX_PIXELS: usize = 1 << 20;
/// The number of channels that kernels work on at once: fewer take as long.
const LANES: usize = 8;
/// How many times as long as a kernel the plain loops take, which also copy what they read.
const PLAIN: u64 = 4;
/// The most classes that a network tells apart; one that finds the parts of a body has 24.
const MAX_CLASSES: usize = 64;
/// The most weights of all nodes together: nodes may share stored weights, but each packs its own
/// copy.
const MAX_WEIGHTS: u64 = 1 << 24;

/// A convolution's weights (`[output][y][x][input]`) and biases, or a depthwise one's
/// (`[y][x][channel]`).
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) values: Arc<Vec<f32>>,
    pub(crate) bias: Arc<Vec<f32>>,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// How many rows above and columns left of the picture a window reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) stride_y: usize,
    pub(crate) stride_x: usize,
    pub(crate) top: usize,
    pub(crate) left: usize,
}

impl Reach {
    /// A window of one pixel that goes from each to the next.
    pub(crate) const UNIT: Self = Self { stride_y: 1, stride_x: 1, top: 0, left: 0 };
}

/// The operation of a node on its inputs. The rewritten forms name the chain that they stand for.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Inputs: x. Optional extra inputs: a gate (`x * gate` before), a residual (added after).
    Conv { weights: Weights, reach: Reach, activation: Activation, gate: bool, residual: bool },
    /// Inputs: x. With `add_input`, `x + result`.
    Depthwise { weights: Weights, reach: Reach, activation: Activation, add_input: bool },
    /// Inputs: x. A 1x1 convolution and a depthwise one of its result, which is never stored whole.
    Expand {
        conv: Weights,
        between: Activation,
        weights: Weights,
        reach: Reach,
        activation: Activation,
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
    fn weights(&self) -> u64 {
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
    pub(crate) output: ValueId,
}

impl Graph {
    /// Checks a file and turns it into a graph.
    pub(crate) fn from_file(file: &File) -> Result<Self, ModelError> {
        check_pixels("input", &file.tensors[file.input].dims)?;
        check_pixels("mask", &file.tensors[file.output].dims)?;
        let mut builder = Builder::new(file)?;
        for (index, operator) in file.operators.iter().enumerate() {
            builder.add(index, operator)?;
        }
        let output = builder.values[file.output]
            .ok_or(ModelError::Graph("its output is not computed by any operator"))?;
        let graph = Self { shapes: builder.shapes, nodes: builder.nodes, output };
        let (input, mask) = (graph.shapes[0], graph.shapes[output]);
        if input.channels != 3 {
            return Err(ModelError::Graph("its input does not have three channels (RGB)"));
        }
        if mask.channels > MAX_CLASSES || mask.pixels() < 2 {
            return Err(ModelError::Graph("its output is not one picture of probabilities"));
        }
        Ok(graph)
    }

    /// The nodes that use a value, by their index.
    pub(crate) fn consumers(&self, value: ValueId) -> Vec<usize> {
        let uses = |n: &Node| n.inputs.contains(&value);
        self.nodes.iter().enumerate().filter(|(_, n)| uses(n)).map(|(i, _)| i).collect()
    }

    /// The node that computes a value, by its index; the network's input has none.
    pub(crate) fn producer(&self, value: ValueId) -> Option<usize> {
        self.nodes.iter().position(|n| n.output == value)
    }

    /// Whether exactly one node uses a value, and it isn't the network's output.
    pub(crate) fn has_one_use(&self, value: ValueId) -> bool {
        value != self.output && self.consumers(value).len() == 1
    }
}

struct Builder<'a> {
    file: &'a File,
    /// Constants by tensor, including those behind DEQUANTIZE.
    constants: Vec<Option<&'a TensorData>>,
    /// Values by tensor.
    values: Vec<Option<ValueId>>,
    /// Tensors that are a value in another order.
    moved: Vec<Option<(ValueId, Layout)>>,
    shapes: Vec<Shape>,
    nodes: Vec<Node>,
    work: u64,
    computed: u64,
    weights: u64,
}

/// An operator during its check.
struct Checked<'a, 'b> {
    builder: &'b Builder<'a>,
    index: usize,
    operator: &'a Operator,
}

fn shape_of(dims: &[usize]) -> Option<Shape> {
    match *dims {
        [1, height, width, channels] => Some(Shape { height, width, channels }),
        [1, channels] => Some(Shape { height: 1, width: 1, channels }),
        _ => None,
    }
}

/// Refuses a picture far larger than any that a segmentation network takes or returns.
fn check_pixels(what: &'static str, dims: &[usize]) -> Result<(), ModelError> {
    match shape_of(dims) {
        Some(Shape { height, width, .. }) if height.saturating_mul(width) > MAX_PIXELS => {
            Err(ModelError::LargePicture { what, width, height, limit: MAX_PIXELS })
        }
        _ => Ok(()),
    }
}

/// The time for a pixel, in channels.
const fn padded(channels: usize) -> u64 {
    channels.next_multiple_of(LANES) as u64
}

/// The time for a picture's values.
const fn values(shape: Shape) -> u64 {
    shape.pixels() as u64 * padded(shape.channels)
}

impl<'a> Builder<'a> {
    fn new(file: &'a File) -> Result<Self, ModelError> {
        let stored = |data: &'a TensorData| match data {
            TensorData::Computed => None,
            other => Some(other),
        };
        let constants = file.tensors.iter().map(|t| stored(&t.data)).collect();
        let mut values = vec![None; file.tensors.len()];
        values[file.input] = Some(0);
        let input = shape_of(&file.tensors[file.input].dims)
            .ok_or(ModelError::Graph("its input is not one picture (1 x height x width x 3)"))?;
        let (shapes, nodes) = (vec![input], Vec::new());
        let moved = vec![None; file.tensors.len()];
        Ok(Self { file, constants, values, moved, shapes, nodes, work: 0, computed: 0, weights: 0 })
    }

    fn add(&mut self, index: usize, operator: &'a Operator) -> Result<(), ModelError> {
        let name = operator.kind.name();
        let wrong = |problem| ModelError::Operator { index, name, problem };
        let is_known = self.values[operator.output].is_some()
            || self.moved[operator.output].is_some()
            || self.constants[operator.output].is_some();
        if is_known {
            return Err(wrong("its output already exists, so the graph has a loop or overwrites"));
        }
        if operator.kind == OperatorKind::Dequantize {
            let source = operator.inputs.first().and_then(|i| self.constants[*i]);
            let constant = source.ok_or(wrong("it does not dequantise stored weights"))?;
            self.constants[operator.output] = Some(constant);
            return Ok(());
        }
        let declared = shape_of(&self.file.tensors[operator.output].dims);
        if matches!(operator.kind, OperatorKind::Reshape | OperatorKind::Transpose) {
            let (value, layout) = Checked { builder: self, index, operator }.moved()?;
            self.moved[operator.output] = Some((value, layout.clone()));
            let Some(shape) = declared else { return Ok(()) };
            let digits = layout.digits();
            let is_as_stored = digits.iter().all(|digit| digit.stride == 1);
            if is_as_stored && shape == self.shapes[value] {
                self.values[operator.output] = Some(value);
                return Ok(());
            }
            return self.push(operator, (Op::Move(digits), vec![value], shape, values(shape)));
        }
        let (op, inputs, shape, work) = Checked { builder: self, index, operator }.node()?;
        if declared != Some(shape) {
            return Err(wrong("the shape of its output does not follow from its inputs"));
        }
        self.push(operator, (op, inputs, shape, work))
    }

    fn push(&mut self, operator: &Operator, node: CheckedNode) -> Result<(), ModelError> {
        let (op, inputs, shape, work) = node;
        let work = self.time(&op, &inputs, shape, work);
        self.count(work, values(shape), op.weights())?;
        let output = self.shapes.len();
        self.shapes.push(shape);
        self.values[operator.output] = Some(output);
        self.nodes.push(Node { op, inputs, output });
        Ok(())
    }
}

impl Builder<'_> {
    /// What a node takes, in multiply-adds of a kernel.
    fn time(&self, op: &Op, inputs: &[ValueId], to: Shape, work: u64) -> u64 {
        if op.has_kernel(self.shapes[inputs[0]], to) {
            return work;
        }
        let read: u64 = inputs.iter().map(|input| values(self.shapes[*input])).sum();
        PLAIN.saturating_mul(work.saturating_add(read))
    }

    /// Adds the cost of a node to the total.
    fn count(&mut self, work: u64, values: u64, weights: u64) -> Result<(), ModelError> {
        self.work = self.work.saturating_add(work);
        self.computed = self.computed.saturating_add(values);
        self.weights = self.weights.saturating_add(weights);
        for (what, found, limit) in [
            ("the number of multiplications", self.work, MAX_WORK),
            ("the number of computed values", self.computed, MAX_VALUES),
            ("the number of weights", self.weights, MAX_WEIGHTS),
        ] {
            if found > limit {
                return Err(ModelError::TooLarge { what, found, limit });
            }
        }
        Ok(())
    }
}

type CheckedNode = (Op, Vec<ValueId>, Shape, u64);

/// A factor and a summand for each channel: a depthwise convolution of single pixels.
fn per_channel(
    x: ValueId,
    shape: Shape,
    [factors, summands]: [Vec<f32>; 2],
    activation: Activation,
) -> CheckedNode {
    let (factors, bias) = (Arc::new(factors), Arc::new(summands));
    let weights = Weights { values: factors, bias, height: 1, width: 1 };
    let op = Op::Depthwise { weights, reach: Reach::UNIT, activation, add_input: false };
    (op, vec![x], shape, 3 * values(shape))
}

impl Checked<'_, '_> {
    fn wrong(&self, problem: &'static str) -> ModelError {
        ModelError::Operator { index: self.index, name: self.operator.kind.name(), problem }
    }

    fn tensor(&self, place: usize) -> Result<usize, ModelError> {
        let found = self.operator.inputs.get(place).copied();
        found.ok_or_else(|| self.wrong("an input is missing"))
    }

    fn value(&self, place: usize) -> Result<(ValueId, Shape), ModelError> {
        let value = self.builder.values[self.tensor(place)?];
        let value =
            value.ok_or_else(|| self.wrong("an input is not computed before it, or is a loop"))?;
        Ok((value, self.builder.shapes[value]))
    }

    fn floats(&self, place: usize) -> Result<(&[usize], Arc<Vec<f32>>), ModelError> {
        let tensor = self.tensor(place)?;
        match self.builder.constants[tensor] {
            Some(TensorData::Floats(values)) => {
                let dims = &self.builder.file.tensors[tensor].dims[..];
                // Behind DEQUANTIZE, another tensor holds the values.
                if values.len() != dims.iter().product::<usize>() {
                    return Err(self.wrong("the number of weights does not fit their shape"));
                }
                if values.iter().any(|v| !v.is_finite()) {
                    return Err(self.wrong("a weight is infinite or not a number"));
                }
                Ok((dims, values.clone()))
            }
            _ => Err(self.wrong("its weights are not stored as float16 or float32")),
        }
    }

    fn ints(&self, place: usize) -> Result<&[i32], ModelError> {
        match self.builder.constants[self.tensor(place)?] {
            Some(TensorData::Ints(values)) => Ok(values),
            _ => Err(self.wrong("a parameter is not stored as int32")),
        }
    }

    fn node(&self) -> Result<CheckedNode, ModelError> {
        match self.operator.kind {
            OperatorKind::Dequantize => Err(self.wrong("it has no constant input")),
            OperatorKind::Conv { window, activation } => self.conv(window, activation),
            OperatorKind::Depthwise { window, activation } => self.depthwise(window, activation),
            OperatorKind::TransposeConv { builtin, activation } => {
                self.transpose_conv(builtin, activation)
            }
            OperatorKind::Add { activation } => self.add(activation),
            OperatorKind::Mul { activation } => self.mul(activation),
            OperatorKind::Unary(activation) => {
                let (x, shape) = self.value(0)?;
                Ok((Op::Unary(activation), vec![x], shape, shape.values() as u64))
            }
            OperatorKind::Mean => self.mean(),
            OperatorKind::AveragePool { window, height, width, activation } => {
                self.average_pool(window, height, width, activation)
            }
            OperatorKind::Resize { nearest, align_corners, half_pixel } => {
                self.resize(Interpolation { nearest, align_corners, half_pixel })
            }
            OperatorKind::Reshape | OperatorKind::Transpose => {
                Err(self.wrong("it computes nothing"))
            }
            OperatorKind::Softmax => {
                let (x, shape) = self.value(0)?;
                Ok((Op::Softmax, vec![x], shape, 16 * shape.values() as u64))
            }
            OperatorKind::Sum { keeps } => self.sum(keeps),
        }
    }

    /// Output length and padding before, along one side.
    fn window(
        &self,
        same: bool,
        length: usize,
        kernel: usize,
        stride: usize,
    ) -> Result<(usize, usize), ModelError> {
        if same {
            let out = length.div_ceil(stride);
            let padding = ((out - 1) * stride + kernel).saturating_sub(length);
            return Ok((out, padding / 2));
        }
        let room = length.checked_sub(kernel);
        let room = room.ok_or_else(|| self.wrong("its window is larger than the picture"))?;
        Ok((room / stride + 1, 0))
    }

    fn reach(&self, window: Window, x: Shape, w: [usize; 2]) -> Result<(Reach, Shape), ModelError> {
        if w[0] > x.height + 64 || w[1] > x.width + 64 || w[0] > 64 || w[1] > 64 {
            return Err(self.wrong("its window is far larger than the picture"));
        }
        let (height, top) = self.window(window.same, x.height, w[0], window.stride_y)?;
        let (width, left) = self.window(window.same, x.width, w[1], window.stride_x)?;
        let reach = Reach { stride_y: window.stride_y, stride_x: window.stride_x, top, left };
        Ok((reach, Shape { height, width, channels: 0 }))
    }

    fn bias(&self, place: usize, channels: usize) -> Result<Arc<Vec<f32>>, ModelError> {
        let (_, bias) = self.floats(place)?;
        let fits = bias.len() == channels;
        fits.then_some(bias)
            .ok_or_else(|| self.wrong("the number of biases is not that of channels"))
    }

    fn conv(&self, window: Window, activation: Activation) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let (dims, values) = self.floats(1)?;
        let [channels, height, width, inputs] = *dims else {
            return Err(self.wrong("its weights do not have four dimensions"));
        };
        if inputs != shape.channels {
            return Err(self.wrong("its weights take another number of channels"));
        }
        let (reach, out) = self.reach(window, shape, [height, width])?;
        let shape = Shape { channels, ..out };
        let weights = Weights { values, bias: self.bias(2, channels)?, height, width };
        let window = (height * width * inputs) as u64;
        let work = shape.pixels() as u64 * window * padded(channels);
        let op = Op::Conv { weights, reach, activation, gate: false, residual: false };
        Ok((op, vec![x], shape, work))
    }

    fn depthwise(&self, window: Window, activation: Activation) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let (dims, values) = self.floats(1)?;
        let [1, height, width, channels] = *dims else {
            return Err(
                self.wrong("its weights do not have the shape 1 x height x width x channels")
            );
        };
        if channels != shape.channels {
            return Err(self.wrong("its weights take another number of channels"));
        }
        let (reach, out) = self.reach(window, shape, [height, width])?;
        let shape = Shape { channels, ..out };
        let weights = Weights { values, bias: self.bias(2, channels)?, height, width };
        // Each value serves only one channel, so this takes three times as long.
        let work = 3 * (shape.pixels() * height * width) as u64 * padded(channels);
        Ok((Op::Depthwise { weights, reach, activation, add_input: false }, vec![x], shape, work))
    }

    /// The value behind a tensor whose order changes, and that order.
    fn moved(&self) -> Result<(ValueId, Layout), ModelError> {
        let (from, to) = (self.tensor(0)?, self.operator.output);
        let before = match &self.builder.moved[from] {
            Some(known) => known.clone(),
            None => {
                let (value, Shape { height, width, channels }) = self.value(0)?;
                (value, Layout::stored(&[1, height, width, channels]))
            }
        };
        let after = if self.operator.kind == OperatorKind::Transpose {
            before.1.transposed(self.ints(1)?)
        } else {
            before.1.reshaped(&self.builder.file.tensors[to].dims)
        };
        let fits = |layout: &Layout| layout.has_dims(&self.builder.file.tensors[to].dims);
        let layout = after.filter(fits).ok_or_else(|| self.wrong("the new order is no order"))?;
        Ok((before.0, layout))
    }

    fn sum(&self, keeps: bool) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        if !keeps || !matches!(self.ints(1)?, [2 | -2]) {
            return Err(self.wrong("only the sum over the width is supported"));
        }
        Ok((Op::SumRows, vec![x], Shape { width: 1, ..shape }, shape.values() as u64))
    }

    fn transpose_conv(
        &self,
        builtin: bool,
        activation: Activation,
    ) -> Result<CheckedNode, ModelError> {
        // TensorFlow Lite's takes the output's shape first, and the bias last.
        let (at, bias) = if builtin { (2, 3) } else { (0, 2) };
        let (x, shape) = self.value(at)?;
        let (dims, values) = self.floats(1)?;
        let [channels, 2, 2, inputs] = *dims else {
            return Err(self.wrong("its weights do not have the shape channels x 2 x 2 x channels"));
        };
        if inputs != shape.channels {
            return Err(self.wrong("its weights take another number of channels"));
        }
        let weights = Weights { values, bias: self.bias(bias, channels)?, height: 2, width: 2 };
        let work = (shape.pixels() * 4 * inputs) as u64 * padded(channels);
        let shape = Shape { height: 2 * shape.height, width: 2 * shape.width, channels };
        Ok((Op::TransposeConv { weights, activation }, vec![x], shape, work))
    }

    fn add(&self, activation: Activation) -> Result<CheckedNode, ModelError> {
        if let Some((x, shape, stored)) = self.with_stored()? {
            return Ok(per_channel(x, shape, [vec![1.0; stored.len()], stored], activation));
        }
        let (inputs, shape) = self.pair()?;
        Ok((Op::Add { activation }, inputs, shape, shape.values() as u64))
    }

    fn mul(&self, activation: Activation) -> Result<CheckedNode, ModelError> {
        if let Some((x, shape, stored)) = self.with_stored()? {
            return Ok(per_channel(
                x,
                shape,
                [stored.clone(), vec![0.0; stored.len()]],
                activation,
            ));
        }
        let (inputs, shape) = self.pair()?;
        Ok((Op::Mul { activation }, inputs, shape, shape.values() as u64))
    }

    /// Two values of which the second may be spread over the first.
    fn pair(&self) -> Result<(Vec<ValueId>, Shape), ModelError> {
        let (mut a, mut b) = (self.value(0)?, self.value(1)?);
        if a.1.values() < b.1.values() {
            std::mem::swap(&mut a, &mut b);
        }
        match Spread::of(a.1, b.1) {
            Some(_) => Ok((vec![a.0, b.0], a.1)),
            None => Err(self.wrong("its inputs have different shapes")),
        }
    }

    /// A value and stored numbers for each of its channels, if that is what the operator takes.
    fn with_stored(&self) -> Result<Option<(ValueId, Shape, Vec<f32>)>, ModelError> {
        let is_stored = |place| self.tensor(place).map(|t| self.builder.constants[t].is_some());
        let (at, stored) = match (is_stored(0)?, is_stored(1)?) {
            (false, true) => (0, 1),
            (true, false) => (1, 0),
            _ => return Ok(None),
        };
        let ((x, shape), (_, stored)) = (self.value(at)?, self.floats(stored)?);
        if stored.len() != shape.channels {
            return Err(self.wrong("it stores another number of values than there are channels"));
        }
        Ok(Some((x, shape, stored.to_vec())))
    }

    fn mean(&self) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let mut axes = self.ints(1)?.to_vec();
        axes.sort_unstable();
        if axes != [1, 2] {
            return Err(self.wrong("only the mean over height and width is supported"));
        }
        let mean = Shape { height: 1, width: 1, channels: shape.channels };
        Ok((Op::Mean { plus: None }, vec![x], mean, shape.values() as u64))
    }

    fn average_pool(
        &self,
        window: Window,
        height: usize,
        width: usize,
        activation: Activation,
    ) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let whole = (height, width) == (shape.height, shape.width) && !window.same;
        if !whole || activation != Activation::None {
            return Err(self.wrong("only a window that covers the whole picture is supported"));
        }
        let mean = Shape { height: 1, width: 1, channels: shape.channels };
        Ok((Op::Mean { plus: None }, vec![x], mean, shape.values() as u64))
    }

    fn resize(&self, interpolation: Interpolation) -> Result<CheckedNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let size = |n: i32| match n {
            1..=4096 => Ok(n as usize),
            _ => Err(self.wrong("it resizes to less than 1 or more than 4096 pixels")),
        };
        let [height, width] = *self.ints(1)? else {
            return Err(self.wrong("it does not specify height and width"));
        };
        if interpolation.align_corners && interpolation.half_pixel {
            return Err(self.wrong("it aligns both corners and pixel centres"));
        }
        let out = Shape { height: size(height)?, width: size(width)?, channels: shape.channels };
        Ok((Op::Resize(interpolation), vec![x], out, 4 * out.values() as u64))
    }
}
