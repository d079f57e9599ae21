//! The checks of single operators: their tensors fit them and each other.

use super::builder::{Builder, NewNode, padded, values};
use super::{Operator, OperatorKind, TensorData, Window};
use crate::ModelError;
use crate::graph::layout::Layout;
use crate::graph::resize::Interpolation;
use crate::graph::{Activation, Op, Reach, Shape, Spread, ValueId, Weights};
use std::sync::Arc;

/// The most rows or columns that a window is larger than the picture, or that are added to it.
const LARGEST_WINDOW: usize = 64;

/// An operator during its check.
pub(super) struct Checked<'a, 'b> {
    pub(super) builder: &'b Builder<'a>,
    pub(super) operator: &'a Operator,
}

/// A factor and a summand for each channel: a depthwise convolution of single pixels.
fn per_channel(
    x: ValueId,
    shape: Shape,
    [factors, summands]: [Vec<f32>; 2],
    activation: Activation,
) -> NewNode {
    let (factors, bias) = (Arc::new(factors), Arc::new(summands));
    let weights = Weights { values: factors, bias, height: 1, width: 1 };
    let op = Op::Depthwise { weights, reach: Reach::UNIT, activation, add_input: false };
    (op, vec![x], shape, 3 * values(shape))
}

impl Checked<'_, '_> {
    fn wrong(&self, problem: &'static str) -> ModelError {
        ModelError::Operator { operator: self.operator.label.clone(), problem }
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
                let dims = self.builder.file.tensors[tensor].dims.as_deref().unwrap_or_default();
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

    pub(super) fn node(&self) -> Result<NewNode, ModelError> {
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
            OperatorKind::MaxPool { window, height, width } => {
                let (x, shape) = self.value(0)?;
                if (window.dilation_y, window.dilation_x) != (1, 1) {
                    return Err(self.wrong("only windows without dilation are supported"));
                }
                let (reach, out) = self.reach(window, shape, [height, width])?;
                let out = Shape { channels: shape.channels, ..out };
                let work = (height * width) as u64 * values(out);
                Ok((Op::MaxPool { height, width, reach }, vec![x], out, work))
            }
            OperatorKind::Pad { rows, columns } => self.pad(rows, columns),
        }
    }

    fn pad(&self, rows: [usize; 2], columns: [usize; 2]) -> Result<NewNode, ModelError> {
        let (x, shape) = self.value(0)?;
        if [rows, columns].as_flattened().iter().any(|zeros| *zeros > LARGEST_WINDOW) {
            return Err(self.wrong("it adds more than 64 rows or columns of zeros"));
        }
        let height = rows[0] + shape.height + rows[1];
        let width = columns[0] + shape.width + columns[1];
        let out = Shape { height, width, ..shape };
        Ok((Op::Pad { top: rows[0], left: columns[0] }, vec![x], out, values(out)))
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
        let Window { same, stride_y, stride_x, dilation_y, dilation_x } = window;
        let mut reach = Reach { stride_y, stride_x, dilation_y, dilation_x, top: 0, left: 0 };
        let too_large = || self.wrong("its window is far larger than the picture");
        if w[0] > 64 || w[1] > 64 || w[0] == 0 || w[1] == 0 {
            return Err(too_large());
        }
        let (high, wide) = reach.extent(w[0], w[1]);
        if high > x.height + LARGEST_WINDOW || wide > x.width + LARGEST_WINDOW {
            return Err(too_large());
        }
        let (height, width);
        (height, reach.top) = self.window(same, x.height, high, stride_y)?;
        (width, reach.left) = self.window(same, x.width, wide, stride_x)?;
        Ok((reach, Shape { height, width, channels: 0 }))
    }

    fn bias(&self, place: usize, channels: usize) -> Result<Arc<Vec<f32>>, ModelError> {
        if self.operator.inputs.len() <= place {
            return Ok(Arc::new(vec![0.0; channels]));
        }
        let (_, bias) = self.floats(place)?;
        let fits = bias.len() == channels;
        fits.then_some(bias)
            .ok_or_else(|| self.wrong("the number of biases is not that of channels"))
    }

    fn conv(&self, window: Window, activation: Activation) -> Result<NewNode, ModelError> {
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

    fn depthwise(&self, window: Window, activation: Activation) -> Result<NewNode, ModelError> {
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
    pub(super) fn moved(&self) -> Result<(ValueId, Layout), ModelError> {
        let (from, to) = (self.tensor(0)?, self.operator.output);
        let before = match &self.builder.moved[from] {
            Some(known) => known.clone(),
            None => {
                let (value, Shape { height, width, channels }) = self.value(0)?;
                (value, Layout::stored(&[1, height, width, channels]))
            }
        };
        let dims = self.builder.file.tensors[to].dims.as_deref().unwrap_or_default();
        let after = if self.operator.kind == OperatorKind::Transpose {
            before.1.transposed(self.ints(1)?)
        } else {
            before.1.reshaped(dims)
        };
        let fits = |layout: &Layout| layout.has_dims(dims);
        let layout = after.filter(fits).ok_or_else(|| self.wrong("the new order is no order"))?;
        Ok((before.0, layout))
    }

    fn sum(&self, keeps: bool) -> Result<NewNode, ModelError> {
        let (x, shape) = self.value(0)?;
        if !keeps || !matches!(self.ints(1)?, [2 | -2]) {
            return Err(self.wrong("only the sum over the width is supported"));
        }
        Ok((Op::SumRows, vec![x], Shape { width: 1, ..shape }, shape.values() as u64))
    }

    fn transpose_conv(&self, builtin: bool, activation: Activation) -> Result<NewNode, ModelError> {
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

    fn add(&self, activation: Activation) -> Result<NewNode, ModelError> {
        if let Some((x, shape, stored)) = self.with_stored()? {
            return Ok(per_channel(x, shape, [vec![1.0; stored.len()], stored], activation));
        }
        let (inputs, shape) = self.pair()?;
        Ok((Op::Add { activation }, inputs, shape, shape.values() as u64))
    }

    fn mul(&self, activation: Activation) -> Result<NewNode, ModelError> {
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
        match stored[..] {
            [all] => Ok(Some((x, shape, vec![all; shape.channels]))),
            _ if stored.len() == shape.channels => Ok(Some((x, shape, stored.to_vec()))),
            _ => Err(self.wrong("it stores another number of values than there are channels")),
        }
    }

    fn mean(&self) -> Result<NewNode, ModelError> {
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
    ) -> Result<NewNode, ModelError> {
        let (x, shape) = self.value(0)?;
        let whole = (height, width) == (shape.height, shape.width) && !window.same;
        if !whole || activation != Activation::None {
            return Err(self.wrong("only a window that covers the whole picture is supported"));
        }
        let mean = Shape { height: 1, width: 1, channels: shape.channels };
        Ok((Op::Mean { plus: None }, vec![x], mean, shape.values() as u64))
    }

    fn resize(&self, interpolation: Interpolation) -> Result<NewNode, ModelError> {
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
