//! What nodes do, in terms of the operators that the executor has.

use super::json::{Attribute, Node};
use super::network::Network;
use crate::ModelError;
use crate::graph::Activation;
use crate::import::{OperatorKind, Window};

/// The most that windows move, or their taps are apart.
const MAX_STRIDE: i64 = 64;

/// A form in which stored numbers are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum As {
    /// As they are.
    Stored,
    /// The weights of a convolution, in the order `[output][y][x][input]`.
    Convolution,
    /// The weights of a depthwise convolution, with the dimensions `1 x height x width x channels`.
    Depthwise,
    /// With the other sign.
    Negative,
}

/// One of the operators that a node becomes, in their order. Values and constants are nodes by their place.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The network's input.
    Input,
    /// The same value.
    Same(usize),
    /// An operator on a value, or on the result of the step before, perhaps on others, and on stored numbers.
    Operator {
        kind: OperatorKind,
        value: Option<usize>,
        others: Vec<usize>,
        stored: Vec<(usize, As)>,
    },
    /// An operator on the result of the step before, with a number for each channel.
    Scale { kind: OperatorKind, values: Vec<f32> },
    /// A resizing to a height and width.
    Resize { kind: OperatorKind, value: usize, size: [i32; 2] },
}

impl Step {
    /// The nodes whose values it needs.
    pub(super) fn values(&self) -> Vec<usize> {
        match self {
            Self::Input | Self::Scale { .. } => vec![],
            Self::Same(value) | Self::Resize { value, .. } => vec![*value],
            Self::Operator { value, others, .. } => value.iter().chain(others).copied().collect(),
        }
    }
}

/// What a node becomes.
pub(super) fn steps(network: &Network, node: &Node) -> Result<Vec<Step>, ModelError> {
    let at = At { network, node };
    match &node.op[..] {
        "Placeholder" => Ok(vec![Step::Input]),
        "Identity" => Ok(vec![Step::Same(network.input(node, 0)?)]),
        "Const" => Err(node.wrong("it is stored and not computed")),
        "Conv2D" | "DepthwiseConv2dNative" => at.convolution(),
        "_FusedConv2D" | "FusedDepthwiseConv2dNative" => at.fused(),
        "BiasAdd" => at.with_number(add(), As::Stored),
        "Add" | "AddV2" => at.binary(add()),
        "Mul" => at.binary(mul()),
        "Sub" => match network.constant(node, 1)? {
            Some(_) => at.with_number(add(), As::Negative),
            None => Err(node.wrong("it takes off something that is not stored")),
        },
        "FusedBatchNorm" | "FusedBatchNormV2" | "FusedBatchNormV3" => at.normalisation(),
        "Relu" => at.unary(Activation::Relu),
        "Relu6" => at.unary(Activation::Relu6),
        "Sigmoid" => at.unary(Activation::Logistic),
        "Maximum" | "Minimum" => at.limit(),
        "MaxPool" => at.max_pool(),
        "Pad" => at.pad(),
        "ResizeBilinear" => at.resize(),
        "BatchToSpaceND" => at.dilated(),
        _ => Err(ModelError::UnknownOperator { operator: node.label() }),
    }
}

const fn add() -> OperatorKind {
    OperatorKind::Add { activation: Activation::None }
}

const fn mul() -> OperatorKind {
    OperatorKind::Mul { activation: Activation::None }
}

fn operator(kind: OperatorKind, value: usize, stored: Vec<(usize, As)>) -> Step {
    Step::Operator { kind, value: Some(value), others: vec![], stored }
}

/// A node while it is looked at.
#[derive(Clone, Copy)]
struct At<'a> {
    network: &'a Network,
    node: &'a Node,
}

impl At<'_> {
    fn wrong(&self, problem: &'static str) -> ModelError {
        self.node.wrong(problem)
    }

    /// What it takes that is computed.
    fn value(&self, place: usize) -> Result<usize, ModelError> {
        self.network.input(self.node, place)
    }

    /// What it takes that is stored.
    fn constant(&self, place: usize) -> Result<usize, ModelError> {
        let constant = self.network.constant(self.node, place)?;
        constant.ok_or_else(|| self.wrong("its weights are not stored in the model"))
    }

    fn unary(&self, activation: Activation) -> Result<Vec<Step>, ModelError> {
        Ok(vec![operator(OperatorKind::Unary(activation), self.value(0)?, vec![])])
    }

    /// A value with a stored number for each channel, or one for all.
    fn with_number(&self, kind: OperatorKind, form: As) -> Result<Vec<Step>, ModelError> {
        let (value, constant) = match self.network.constant(self.node, 0)? {
            Some(constant) if form == As::Stored => (self.value(1)?, constant),
            _ => (self.value(0)?, self.constant(1)?),
        };
        let dims = self.network.dims(constant);
        let (_, before) = dims.split_last().unwrap_or((&1, &[]));
        if before.iter().any(|dim| *dim != 1) {
            return Err(self.wrong("it takes other stored numbers than one for each channel"));
        }
        Ok(vec![operator(kind, value, vec![(constant, form)])])
    }

    fn binary(&self, kind: OperatorKind) -> Result<Vec<Step>, ModelError> {
        let is_stored = |place| self.network.constant(self.node, place).map(|c| c.is_some());
        if is_stored(0)? || is_stored(1)? {
            return self.with_number(kind, As::Stored);
        }
        let (value, others) = (Some(self.value(0)?), vec![self.value(1)?]);
        Ok(vec![Step::Operator { kind, value, others, stored: vec![] }])
    }

    /// `(x - mean) / sqrt(variance + epsilon) * scale + offset`, all four stored.
    fn normalisation(&self) -> Result<Vec<Step>, ModelError> {
        let floats = |place| self.network.for_channels(self.node, place);
        let [scale, offset, mean, variance] = [floats(1)?, floats(2)?, floats(3)?, floats(4)?];
        let channels = scale.len();
        if [&offset, &mean, &variance].iter().any(|list| list.len() != channels) {
            return Err(self.wrong("its four lists do not have one number for each channel"));
        }
        let epsilon = self.node.attr.epsilon.as_ref().and_then(|epsilon| epsilon.real());
        let epsilon = epsilon.unwrap_or(1e-4) as f32;
        let factors = scale.iter().zip(&variance).map(|(s, v)| s / (v + epsilon).sqrt());
        let factors: Vec<f32> = factors.collect();
        let summands = offset.iter().zip(&mean).zip(&factors).map(|((o, m), f)| o - m * f);
        let summands = summands.collect();
        Ok(vec![
            Step::Same(self.value(0)?),
            Step::Scale { kind: mul(), values: factors },
            Step::Scale { kind: add(), values: summands },
        ])
    }

    /// The value that a maximum or minimum is taken of, and the number that it is compared with.
    fn limited(&self) -> Result<Option<(usize, f32)>, ModelError> {
        let (value, constant) = match self.network.constant(self.node, 0)? {
            Some(constant) => (self.value(1)?, Some(constant)),
            None => (self.value(0)?, self.network.constant(self.node, 1)?),
        };
        let Some(constant) = constant else { return Ok(None) };
        Ok(self.network.number(constant).map(|limit| (value, limit)))
    }

    /// Of a maximum with 0 and a minimum with 6 old converters make ReLU6.
    fn limit(&self) -> Result<Vec<Step>, ModelError> {
        let wrong = || self.wrong("only ReLU and ReLU6 can be made of it");
        let (value, limit) = self.limited()?.ok_or_else(wrong)?;
        let before = Self { network: self.network, node: &self.network.nodes[value] };
        let inner = match (&before.node.op[..], &self.node.op[..]) {
            ("Minimum", "Maximum") | ("Maximum", "Minimum") => before.limited()?,
            ("Relu", "Minimum") => Some((before.value(0)?, 0.0)),
            _ => None,
        };
        let bounds = match &self.node.op[..] {
            "Maximum" => (limit, inner.map(|(_, limit)| limit)),
            _ => (inner.ok_or_else(wrong)?.1, Some(limit)),
        };
        let activation = match bounds {
            (0.0, Some(6.0)) => Activation::Relu6,
            (0.0, None) => Activation::Relu,
            _ => return Err(wrong()),
        };
        let value = inner.map_or(value, |(value, _)| value);
        Ok(vec![operator(OperatorKind::Unary(activation), value, vec![])])
    }

    fn resize(&self) -> Result<Vec<Step>, ModelError> {
        let size = <[i32; 2]>::try_from(self.network.ints(self.node, 1)?);
        let size = size.map_err(|_| self.wrong("it does not specify height and width"))?;
        let switch = |attribute: &Option<Box<Attribute>>| {
            attribute.as_ref().and_then(|a| a.switch()).unwrap_or(false)
        };
        let align_corners = switch(&self.node.attr.align_corners);
        let half_pixel = switch(&self.node.attr.half_pixel_centers);
        let kind = OperatorKind::Resize { nearest: false, align_corners, half_pixel };
        Ok(vec![Step::Resize { kind, value: self.value(0)?, size }])
    }
}

/// Padding of a window.
enum Padding {
    Same,
    /// So many zeros before and after rows and columns.
    Given([[usize; 2]; 2]),
}

const NO_PADDING: [[usize; 2]; 2] = [[0; 2]; 2];

impl At<'_> {
    /// Two numbers of a list for batch, height, width and channels, of which batch and channels are 1.
    fn sides(&self, attribute: &Option<Box<Attribute>>) -> Result<[usize; 2], ModelError> {
        let Some(attribute) = attribute else { return Ok([1, 1]) };
        match attribute.whole_numbers().as_deref() {
            Some(&[1, height @ 1..=MAX_STRIDE, width @ 1..=MAX_STRIDE, 1]) => {
                Ok([height as usize, width as usize])
            }
            Some([]) => Ok([1, 1]),
            _ => Err(self
                .wrong("its strides, dilations or sizes are not 1 to 64, rows and columns only")),
        }
    }

    /// The window, without what pads it, and that.
    fn window(&self) -> Result<(Window, Padding), ModelError> {
        let attr = &self.node.attr;
        let format = attr.data_format.as_ref().and_then(|format| format.text());
        if format.is_some_and(|format| format != "NHWC") {
            return Err(self.wrong("it takes channels before rows: convert the model to NHWC"));
        }
        let [stride_y, stride_x] = self.sides(&attr.strides)?;
        let [dilation_y, dilation_x] = self.sides(&attr.dilations)?;
        let padding = attr.padding.as_ref().and_then(|padding| padding.text());
        let padding = match padding.as_deref() {
            Some("SAME") => Padding::Same,
            Some("VALID") => Padding::Given(NO_PADDING),
            Some("EXPLICIT") => {
                let list = attr.explicit_paddings.as_ref().and_then(|list| list.whole_numbers());
                let list = list.unwrap_or_default().into_iter().map(|zeros| zeros as i32);
                Padding::Given(self.zeros(&list.collect::<Vec<_>>())?)
            }
            _ => return Err(self.wrong("its padding is none of SAME, VALID and EXPLICIT")),
        };
        let same = matches!(padding, Padding::Same);
        Ok((Window { same, stride_y, stride_x, dilation_y, dilation_x }, padding))
    }

    /// Zeros before and after rows and columns, of a list for all four dimensions.
    fn zeros(&self, list: &[i32]) -> Result<[[usize; 2]; 2], ModelError> {
        match *list {
            [0, 0, top @ 0..=64, bottom @ 0..=64, left @ 0..=64, right @ 0..=64, 0, 0] => {
                Ok([[top as usize, bottom as usize], [left as usize, right as usize]])
            }
            _ => Err(self.wrong("it adds other zeros than 0 to 64 rows and columns")),
        }
    }

    /// A window's operator on a value, with zeros around that, and with stored numbers.
    fn windowed(
        &self,
        kind: OperatorKind,
        value: usize,
        padding: &Padding,
        stored: Vec<(usize, As)>,
    ) -> Vec<Step> {
        match padding {
            Padding::Given([rows, columns]) if [*rows, *columns] != NO_PADDING => {
                let pad = OperatorKind::Pad { rows: *rows, columns: *columns };
                let then = Step::Operator { kind, value: None, others: vec![], stored };
                vec![operator(pad, value, vec![]), then]
            }
            _ => vec![operator(kind, value, stored)],
        }
    }

    fn is_depthwise(&self) -> bool {
        matches!(&self.node.op[..], "DepthwiseConv2dNative" | "FusedDepthwiseConv2dNative")
    }

    fn kind(&self, window: Window, activation: Activation) -> (OperatorKind, As) {
        if self.is_depthwise() {
            (OperatorKind::Depthwise { window, activation }, As::Depthwise)
        } else {
            (OperatorKind::Conv { window, activation }, As::Convolution)
        }
    }

    fn convolution(&self) -> Result<Vec<Step>, ModelError> {
        let (window, padding) = self.window()?;
        let (kind, form) = self.kind(window, Activation::None);
        Ok(self.windowed(kind, self.value(0)?, &padding, vec![(self.constant(1)?, form)]))
    }

    /// A convolution with a bias, and perhaps an activation.
    fn fused(&self) -> Result<Vec<Step>, ModelError> {
        let with = self.node.attr.fused_ops.as_ref().and_then(|list| list.texts());
        let with = with.unwrap_or_default();
        let activation = match &with.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["BiasAdd"] => Activation::None,
            ["BiasAdd", "Relu"] => Activation::Relu,
            ["BiasAdd", "Relu6"] => Activation::Relu6,
            _ => return Err(self.wrong("it is fused with more than a bias, ReLU and ReLU6")),
        };
        let (window, padding) = self.window()?;
        let (kind, form) = self.kind(window, activation);
        let stored = vec![(self.constant(1)?, form), (self.constant(2)?, As::Stored)];
        Ok(self.windowed(kind, self.value(0)?, &padding, stored))
    }

    fn max_pool(&self) -> Result<Vec<Step>, ModelError> {
        let (window, padding) = self.window()?;
        let [height, width] = self.sides(&self.node.attr.ksize)?;
        if !matches!(padding, Padding::Same | Padding::Given(NO_PADDING)) {
            return Err(self.wrong("its padding is neither SAME nor VALID"));
        }
        let kind = OperatorKind::MaxPool { window, height, width };
        Ok(vec![operator(kind, self.value(0)?, vec![])])
    }

    fn pad(&self) -> Result<Vec<Step>, ModelError> {
        let [rows, columns] = self.zeros(&self.network.ints(self.node, 1)?)?;
        Ok(vec![operator(OperatorKind::Pad { rows, columns }, self.value(0)?, vec![])])
    }

    /// A convolution between SpaceToBatchND and BatchToSpaceND: old converters write one with dilation so.
    fn dilated(&self) -> Result<Vec<Step>, ModelError> {
        let wrong = || self.wrong("only a convolution with dilation can be made of it");
        let inner = Self { network: self.network, node: &self.network.nodes[self.value(0)?] };
        if !matches!(&inner.node.op[..], "Conv2D" | "DepthwiseConv2dNative") {
            return Err(wrong());
        }
        let first = Self { network: self.network, node: &self.network.nodes[inner.value(0)?] };
        if first.node.op != "SpaceToBatchND" {
            return Err(wrong());
        }
        let (mut window, padding) = inner.window()?;
        let is_plain = matches!(padding, Padding::Given(NO_PADDING))
            && [window.stride_y, window.stride_x, window.dilation_y, window.dilation_x] == [1; 4];
        let list = |at: &Self, place| self.network.ints(at.node, place);
        let (blocks, others) = (list(&first, 1)?, list(self, 1)?);
        let (zeros, cut) = (list(&first, 2)?, list(self, 2)?);
        let (&[down, across], true) = (&blocks[..], is_plain && blocks == others) else {
            return Err(wrong());
        };
        let (&[top, bottom, left, right], &[0, below, 0, beside]) = (&zeros[..], &cut[..]) else {
            return Err(wrong());
        };
        if !(1..=64).contains(&down) || !(1..=64).contains(&across) {
            return Err(wrong());
        }
        (window.dilation_y, window.dilation_x) = (down as usize, across as usize);
        let (bottom, right) = (bottom.saturating_sub(below), right.saturating_sub(beside));
        let zeros = self.zeros(&[0, 0, top, bottom, left, right, 0, 0])?;
        let (kind, form) = inner.kind(window, Activation::None);
        let stored = vec![(inner.constant(1)?, form)];
        Ok(self.windowed(kind, first.value(0)?, &Padding::Given(zeros), stored))
    }
}
