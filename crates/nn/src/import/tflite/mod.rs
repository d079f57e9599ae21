//! Turns the tables of a TensorFlow Lite file into tensors and operators.
//!
//! Field numbers are those of the public schema (tensorflow/compiler/mlir/lite/schema/schema.fbs,
//! version 3).

mod flatbuffer;

use super::{File, Limits, Operator, OperatorKind, Output, Tensor, TensorData, Window, half};
use crate::ModelError;
use crate::graph::Activation;
use flatbuffer::{Bytes, Table};
use std::sync::Arc;

/// The most tensors or operators; no segmentation network has more.
const MAX_PARTS: usize = 4096;
/// The most values in one tensor.
const MAX_TENSOR_VALUES: usize = 1 << 24;
/// The most stored values: tensors may share their bytes, so a small file could ask for a lot.
const MAX_STORED_VALUES: usize = 1 << 24;
/// The most dimensions of a tensor, and inputs of an operator or a graph.
const MAX_LIST: usize = 8;

/// Reads a whole file; of its outputs those with these names, in this order, or all.
pub(crate) fn read(bytes: &[u8], wanted: Option<&[&str]>) -> Result<File, ModelError> {
    let root = Bytes::new(bytes).root()?;
    let codes = root.tables(1, "the list of operator codes")?;
    let graphs = root.tables(2, "the list of graphs")?;
    let buffers = root.tables(4, "the list of buffers")?;
    let [graph] = graphs[..] else {
        return Err(ModelError::Graph("it does not have exactly one graph"));
    };
    let tensor_tables = graph.tables(0, "the list of tensors")?;
    let operator_tables = graph.tables(3, "the list of operators")?;
    limit("the number of tensors", tensor_tables.len(), MAX_PARTS)?;
    limit("the number of operators", operator_tables.len(), MAX_PARTS)?;
    let mut room = MAX_STORED_VALUES;
    let read_tensor = |t| tensor(t, &buffers, &mut room);
    let tensors = tensor_tables.iter().map(read_tensor).collect::<Result<Vec<_>, _>>()?;
    let read_operator = |(index, table)| operator(index, table, &codes, tensors.len());
    let operators =
        operator_tables.iter().enumerate().map(read_operator).collect::<Result<Vec<_>, _>>()?;
    let one = |list: Vec<i32>, problem| match list[..] {
        [only] => tensor_index(only, tensors.len()).ok_or(ModelError::Graph(problem)),
        _ => Err(ModelError::Graph(problem)),
    };
    let input =
        one(graph.i32s(1, MAX_LIST, "the list of inputs")?, "it does not have exactly one input")?;
    let output = |index: i32| {
        let tensor = tensor_index(index, tensors.len());
        let tensor = tensor.ok_or(ModelError::Graph("an output is no tensor of its graph"))?;
        let name = tensor_tables[tensor].u8s(3, "a tensor's name")?;
        Ok(Output { tensor, name: printable(name) })
    };
    let outputs = graph.i32s(2, MAX_LIST, "the list of outputs")?.into_iter().map(output);
    let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
    if outputs.is_empty() {
        return Err(ModelError::Graph("it has no output"));
    }
    let mut file = File { tensors, operators, input, outputs, limits: Limits::FIXED };
    if let Some(wanted) = wanted {
        file.keep(wanted)?;
    }
    Ok(file)
}

/// A name that may hold anything, for messages.
fn printable(name: &[u8]) -> String {
    let printable = |c: char| if c.is_control() { '?' } else { c };
    String::from_utf8_lossy(name).chars().take(60).map(printable).collect()
}

fn limit(what: &'static str, found: usize, limit: usize) -> Result<(), ModelError> {
    if found <= limit {
        return Ok(());
    }
    Err(ModelError::TooLarge { what, found: found as u64, limit: limit as u64 })
}

/// What messages call an operator.
fn label(index: usize, name: &str) -> String {
    format!("operator {index} ({name})")
}

fn tensor_index(index: i32, count: usize) -> Option<usize> {
    usize::try_from(index).ok().filter(|i| *i < count)
}

/// Reads a tensor; `room` is how many more values may be stored.
fn tensor(
    table: &Table<'_>,
    buffers: &[Table<'_>],
    room: &mut usize,
) -> Result<Tensor, ModelError> {
    let field = "a tensor's dimension";
    let dim = |d: i32| match usize::try_from(d) {
        Ok(d) if d > 0 => Ok(d),
        _ => Err(ModelError::Field { field, value: d.into(), expected: "1 or more" }),
    };
    let dims = table.i32s(0, MAX_LIST, "a tensor's shape")?.into_iter().map(dim);
    let dims = dims.collect::<Result<Vec<_>, _>>()?;
    let values = dims.iter().try_fold(1_usize, |n, d| n.checked_mul(*d));
    let values = values.filter(|n| *n <= MAX_TENSOR_VALUES).ok_or(ModelError::TooLarge {
        what: "the number of values in a tensor",
        found: values.unwrap_or(usize::MAX) as u64,
        limit: MAX_TENSOR_VALUES as u64,
    })?;
    let buffer = table.i32(2, 0, "a tensor's buffer")?;
    let buffer = usize::try_from(buffer).ok().and_then(|b| buffers.get(b));
    let stored = buffer.ok_or(ModelError::Damaged("a tensor's buffer"))?.u8s(0, "a buffer")?;
    let data = if stored.is_empty() {
        TensorData::Computed
    } else {
        *room = room.checked_sub(values).ok_or(ModelError::TooLarge {
            what: "the number of stored values",
            found: (MAX_STORED_VALUES - *room + values) as u64,
            limit: MAX_STORED_VALUES as u64,
        })?;
        tensor_data(table.i8(1, "a tensor's type")?, values, stored)?
    };
    Ok(Tensor { dims: Some(dims), data })
}

fn tensor_data(kind: i8, values: usize, stored: &[u8]) -> Result<TensorData, ModelError> {
    let field = "the length of a tensor's data";
    let chunks = |size: usize| {
        let value = stored.len() as i64;
        let wrong = ModelError::Field { field, value, expected: "what its shape needs" };
        (Some(stored.len()) == values.checked_mul(size))
            .then(|| stored.chunks_exact(size))
            .ok_or(wrong)
    };
    let word = |b: &[u8]| [b[0], b[1], b[2], b[3]];
    let half = |b: &[u8]| half::to_f32(u16::from_le_bytes([b[0], b[1]]));
    match kind {
        0 => {
            let floats = chunks(4)?.map(|b| f32::from_le_bytes(word(b))).collect();
            Ok(TensorData::Floats(Arc::new(floats)))
        }
        1 => Ok(TensorData::Floats(Arc::new(chunks(2)?.map(half).collect()))),
        2 => {
            let ints = chunks(4)?.map(|b| i32::from_le_bytes(word(b))).collect();
            Ok(TensorData::Ints(Arc::new(ints)))
        }
        3 => Err(ModelError::NumberType("uint8")),
        4 => Err(ModelError::NumberType("int64")),
        5 => Err(ModelError::NumberType("string")),
        6 => Err(ModelError::NumberType("bool")),
        7 => Err(ModelError::NumberType("int16")),
        9 => Err(ModelError::NumberType("int8")),
        10 => Err(ModelError::NumberType("float64")),
        other => Err(ModelError::Field {
            field: "a tensor's type",
            value: other.into(),
            expected: "0 (float32), 1 (float16) or 2 (int32)",
        }),
    }
}

fn operator(
    index: usize,
    table: &Table<'_>,
    codes: &[Table<'_>],
    tensors: usize,
) -> Result<Operator, ModelError> {
    let code = table.i32(0, 0, "an operator's code")?;
    let code = usize::try_from(code).ok().and_then(|c| codes.get(c));
    let code = code.ok_or(ModelError::Damaged("an operator's code"))?;
    let kind = operator_kind(index, table, code)?;
    let name = kind.name();
    let wrong = |problem| ModelError::Operator { operator: label(index, name), problem };
    let tensor = |i: i32| tensor_index(i, tensors).ok_or(wrong("it refers to a missing tensor"));
    let inputs = table.i32s(1, MAX_LIST, "an operator's inputs")?;
    let inputs = inputs.into_iter().map(tensor).collect::<Result<Vec<_>, _>>()?;
    let outputs = table.i32s(2, MAX_LIST, "an operator's outputs")?;
    let [output] = outputs[..] else { return Err(wrong("it does not have exactly one output")) };
    Ok(Operator { kind, label: label(index, name), inputs, output: tensor(output)? })
}

fn operator_kind(
    index: usize,
    table: &Table<'_>,
    code: &Table<'_>,
) -> Result<OperatorKind, ModelError> {
    // Old files have the code in a byte, newer ones in a word; the greater counts.
    let number =
        i32::from(code.i8(0, "an operator code")?).max(code.i32(3, 0, "an operator code")?);
    let options = table.table(4, "an operator's options")?;
    let options = Options { index, table: options };
    let unary = |activation| Ok(OperatorKind::Unary(activation));
    match number {
        0 => Ok(OperatorKind::Add { activation: options.activation("ADD", 0)? }),
        1 => options.pool(),
        3 => Ok(OperatorKind::Conv {
            window: options.window("CONV_2D", [4, 5])?,
            activation: options.activation("CONV_2D", 3)?,
        }),
        4 => options.depthwise(),
        6 => Ok(OperatorKind::Dequantize),
        14 => unary(Activation::Logistic),
        18 => Ok(OperatorKind::Mul { activation: options.activation("MUL", 0)? }),
        19 => unary(Activation::Relu),
        21 => unary(Activation::Relu6),
        22 => Ok(OperatorKind::Reshape),
        25 => options.softmax(),
        39 => Ok(OperatorKind::Transpose),
        67 => options.transpose_conv(),
        74 => Ok(OperatorKind::Sum { keeps: options.switch(0)? }),
        97 => Ok(OperatorKind::Resize {
            nearest: true,
            align_corners: options.switch(0)?,
            half_pixel: options.switch(1)?,
        }),
        23 => Ok(OperatorKind::Resize {
            nearest: false,
            align_corners: options.switch(2)?,
            half_pixel: options.switch(3)?,
        }),
        32 => custom(index, table, code),
        40 => Ok(OperatorKind::Mean),
        117 => unary(Activation::HardSwish),
        other => Err(ModelError::UnknownOperator { operator: label(index, &builtin_name(other)) }),
    }
}

/// The names of operators that users' models are likely to have.
fn builtin_name(number: i32) -> String {
    let name = match number {
        2 => "CONCATENATION",
        9 => "FULLY_CONNECTED",
        17 => "MAX_POOL_2D",
        34 => "PAD",
        54 => "PRELU",
        114 => "QUANTIZE",
        _ => return format!("builtin {number}"),
    };
    name.to_owned()
}

/// The one custom operator: a transposed convolution with a bias. Its options are three 32-bit
/// numbers: padding (1 same, 2 valid), stride across, stride down.
fn custom(index: usize, table: &Table<'_>, code: &Table<'_>) -> Result<OperatorKind, ModelError> {
    let name = code.u8s(1, "a custom operator's name")?;
    if name != b"Convolution2DTransposeBias" {
        return Err(ModelError::UnknownOperator { operator: label(index, &printable(name)) });
    }
    let name = "Convolution2DTransposeBias";
    let wrong = |problem| ModelError::Operator { operator: label(index, name), problem };
    let options = table.u8s(5, "a custom operator's options")?;
    let number = |i: usize| {
        let bytes = options.get(4 * i..4 * i + 4)?;
        Some(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    match (number(0), number(1), number(2)) {
        (Some(1), Some(2), Some(2)) => {
            Ok(OperatorKind::TransposeConv { builtin: false, activation: Activation::None })
        }
        _ => Err(wrong("only padding 'same' with stride 2 is supported")),
    }
}

/// An operator's options, with the schema's defaults for absent ones.
struct Options<'a> {
    index: usize,
    table: Option<Table<'a>>,
}

impl Options<'_> {
    fn i8(&self, field: usize) -> Result<i8, ModelError> {
        self.table.map_or(Ok(0), |t| t.i8(field, "an operator's option"))
    }

    fn i32(&self, field: usize, default: i32) -> Result<i32, ModelError> {
        self.table.map_or(Ok(default), |t| t.i32(field, default, "an operator's option"))
    }

    fn switch(&self, field: usize) -> Result<bool, ModelError> {
        Ok(self.i8(field)? != 0)
    }

    fn activation(&self, name: &'static str, field: usize) -> Result<Activation, ModelError> {
        match self.i8(field)? {
            0 => Ok(Activation::None),
            1 => Ok(Activation::Relu),
            3 => Ok(Activation::Relu6),
            _ => Err(ModelError::Operator {
                operator: label(self.index, name),
                problem: "its fused activation is not one of none, ReLU and ReLU6",
            }),
        }
    }

    /// Padding and strides (fields 0 to 2), and dilation across and down (fields `dilations`).
    fn window(&self, name: &'static str, dilations: [usize; 2]) -> Result<Window, ModelError> {
        let wrong = |problem| ModelError::Operator { operator: label(self.index, name), problem };
        let dilation = |field: usize| match self.i32(field, 1)? {
            value @ 1..=64 => Ok(value as usize),
            _ => Err(wrong("its dilation is not 1 to 64")),
        };
        let (dilation_x, dilation_y) = (dilation(dilations[0])?, dilation(dilations[1])?);
        let same = match self.i8(0)? {
            0 => true,
            1 => false,
            _ => return Err(wrong("its padding is neither 'same' nor 'valid'")),
        };
        let stride = |value: i32| match value {
            1..=64 => Ok(value as usize),
            _ => Err(wrong("its stride is not 1 to 64")),
        };
        let (stride_x, stride_y) = (stride(self.i32(1, 0)?)?, stride(self.i32(2, 0)?)?);
        Ok(Window { same, stride_y, stride_x, dilation_y, dilation_x })
    }

    fn depthwise(&self) -> Result<OperatorKind, ModelError> {
        let name = "DEPTHWISE_CONV_2D";
        if self.i32(3, 0)? > 1 {
            let problem = "its depth multiplier is not 1";
            return Err(ModelError::Operator { operator: label(self.index, name), problem });
        }
        let (window, activation) = (self.window(name, [5, 6])?, self.activation(name, 4)?);
        Ok(OperatorKind::Depthwise { window, activation })
    }

    fn softmax(&self) -> Result<OperatorKind, ModelError> {
        let beta = f32::from_bits(self.i32(0, 0)?.cast_unsigned());
        if beta == 1.0 {
            return Ok(OperatorKind::Softmax);
        }
        let (name, problem) = ("SOFTMAX", "its beta is not 1");
        Err(ModelError::Operator { operator: label(self.index, name), problem })
    }

    fn transpose_conv(&self) -> Result<OperatorKind, ModelError> {
        let name = "TRANSPOSE_CONV";
        if (self.i32(1, 0)?, self.i32(2, 0)?) != (2, 2) {
            let problem = "only stride 2 is supported";
            return Err(ModelError::Operator { operator: label(self.index, name), problem });
        }
        // With windows of 2 x 2, both ways of padding are the same.
        let activation = self.activation(name, 3)?;
        Ok(OperatorKind::TransposeConv { builtin: true, activation })
    }

    fn pool(&self) -> Result<OperatorKind, ModelError> {
        let name = "AVERAGE_POOL_2D";
        let side = |value: i32| {
            let problem = "its window is not 1 to 4096";
            let wrong = ModelError::Operator { operator: label(self.index, name), problem };
            if (1..=4096).contains(&value) { Ok(value as usize) } else { Err(wrong) }
        };
        let (width, height) = (side(self.i32(3, 0)?)?, side(self.i32(4, 0)?)?);
        let same = self.i8(0)? == 0;
        let window = Window { same, stride_y: 1, stride_x: 1, dilation_y: 1, dilation_x: 1 };
        Ok(OperatorKind::AveragePool {
            window,
            height,
            width,
            activation: self.activation(name, 5)?,
        })
    }
}
