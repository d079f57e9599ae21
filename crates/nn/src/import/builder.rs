//! A graph while it is made, and what it would take to run it: refused before that is too much.

use super::{File, Operator, TensorData};
use crate::ModelError;
use crate::graph::layout::Layout;
use crate::graph::{Activation, LANES, Node, Op, Shape, ValueId};

/// What a network may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Multiply-adds of a kernel that it takes as long as.
    work: u64,
    /// Values that it computes.
    values: u64,
    /// Weights of all nodes together: nodes may share stored weights, but each packs its own copy.
    weights: u64,
}

impl Limits {
    /// Networks that take one size. Selfie multiclass needs 4.2 thousand million multiply-adds and computes 57
    /// million values. The finest matte of a picture runs the network up to 34 times: within these limits that takes
    /// less than 10 seconds.
    pub(crate) const FIXED: Self = Self { work: 6_000_000_000, values: 1 << 26, weights: 1 << 24 };
    /// Networks that take pictures of any size: whoever asks for one chooses what it takes. BodyPix with ResNet50 has
    /// 24 million weights; for pictures of 641x513 it needs 40 thousand million multiply-adds, which take less than two
    /// seconds, and computes 200 million values, biases and activations that are operators of their own among them.
    pub(crate) const ANY_SIZE: Self =
        Self { work: 48_000_000_000, values: 1 << 28, weights: 1 << 25 };
}

/// How many times as long as a kernel the plain loops take, which also copy what they read.
const PLAIN: u64 = 4;
/// What has been made of a file so far.
pub(super) struct Builder<'a> {
    pub(super) file: &'a File,
    /// Constants by tensor, including those behind DEQUANTIZE.
    pub(super) constants: Vec<Option<&'a TensorData>>,
    /// Values by tensor.
    pub(super) values: Vec<Option<ValueId>>,
    /// Tensors that are a value in another order.
    pub(super) moved: Vec<Option<(ValueId, Layout)>>,
    pub(super) shapes: Vec<Shape>,
    pub(super) nodes: Vec<Node>,
    pub(super) work: u64,
    pub(super) computed: u64,
    pub(super) weights: u64,
}

/// A node to add: its operation, inputs, output's shape, and what it takes in multiply-adds of a kernel.
pub(super) type NewNode = (Op, Vec<ValueId>, Shape, u64);

pub(super) fn shape_of(dims: &[usize]) -> Option<Shape> {
    match *dims {
        [1, height, width, channels] => Some(Shape { height, width, channels }),
        [1, channels] => Some(Shape { height: 1, width: 1, channels }),
        _ => None,
    }
}

/// The time for a pixel, in channels.
pub(super) const fn padded(channels: usize) -> u64 {
    channels.next_multiple_of(LANES) as u64
}

/// The time for a picture's values.
pub(super) const fn values(shape: Shape) -> u64 {
    shape.pixels() as u64 * padded(shape.channels)
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: &'a File) -> Result<Self, ModelError> {
        let stored = |data: &'a TensorData| match data {
            TensorData::Computed => None,
            other => Some(other),
        };
        let constants = file.tensors.iter().map(|t| stored(&t.data)).collect();
        let mut values = vec![None; file.tensors.len()];
        values[file.input] = Some(0);
        let input =
            file.tensors[file.input].dims.as_deref().and_then(shape_of).ok_or(
                ModelError::Graph("its input is not one picture (1 x height x width x 3)"),
            )?;
        let (shapes, nodes) = (vec![input], Vec::new());
        let moved = vec![None; file.tensors.len()];
        Ok(Self { file, constants, values, moved, shapes, nodes, work: 0, computed: 0, weights: 0 })
    }

    pub(super) fn push(&mut self, operator: &Operator, node: NewNode) -> Result<(), ModelError> {
        let value = self.value(node)?;
        self.values[operator.output] = Some(value);
        Ok(())
    }

    /// The same value once more.
    pub(super) fn copy(&mut self, value: ValueId) -> Result<ValueId, ModelError> {
        let shape = self.shapes[value];
        self.value((Op::Unary(Activation::None), vec![value], shape, values(shape)))
    }

    fn value(&mut self, (op, inputs, shape, work): NewNode) -> Result<ValueId, ModelError> {
        let work = self.time(&op, &inputs, shape, work);
        self.count(work, values(shape), op.weights())?;
        let output = self.shapes.len();
        self.shapes.push(shape);
        self.nodes.push(Node { op, inputs, output });
        Ok(output)
    }

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
        let limits = self.file.limits;
        for (what, found, limit) in [
            ("the number of multiplications", self.work, limits.work),
            ("the number of computed values", self.computed, limits.values),
            ("the number of weights", self.weights, limits.weights),
        ] {
            if found > limit {
                return Err(ModelError::TooLarge { what, found, limit });
            }
        }
        Ok(())
    }
}
