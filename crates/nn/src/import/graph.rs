//! Checks what a file has, operator by operator, and makes a graph of it.

use super::builder::{Builder, shape_of, values};
use super::check::Checked;
use super::{File, Operator, OperatorKind};
use crate::ModelError;
use crate::graph::{Graph, Op, Shape};

/// The most pixels of the picture that a network takes, and of the mask that it returns; the selfie
/// networks have 65 536.
const MAX_PIXELS: usize = 1 << 20;
/// The most classes that a network tells apart; one that finds the parts of a body has 24.
const MAX_CLASSES: usize = 64;
/// Checks a file and turns it into a graph.
pub(crate) fn graph(file: &File) -> Result<Graph, ModelError> {
    check_pixels("input", &file.tensors[file.input].dims)?;
    check_pixels("mask", &file.tensors[file.output].dims)?;
    let mut builder = Builder::new(file)?;
    for (index, operator) in file.operators.iter().enumerate() {
        builder.add(index, operator)?;
    }
    let output = builder.values[file.output]
        .ok_or(ModelError::Graph("its output is not computed by any operator"))?;
    let graph = Graph { shapes: builder.shapes, nodes: builder.nodes, output };
    let (input, mask) = (graph.shapes[0], graph.shapes[output]);
    if input.channels != 3 {
        return Err(ModelError::Graph("its input does not have three channels (RGB)"));
    }
    if mask.channels > MAX_CLASSES || mask.pixels() < 2 {
        return Err(ModelError::Graph("its output is not one picture of probabilities"));
    }
    Ok(graph)
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

impl<'a> Builder<'a> {
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
}
