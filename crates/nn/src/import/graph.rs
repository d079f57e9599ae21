//! Checks what a file has, operator by operator, and makes a graph of it.

use super::builder::{Builder, shape_of, values};
use super::check::Checked;
use super::{File, Operator, OperatorKind, Output};
use crate::ModelError;
use crate::graph::{Graph, Op, Shape};

/// The most pixels of the picture that a network takes, and of the mask that it returns; the selfie
/// networks have 65 536.
const MAX_PIXELS: usize = 1 << 20;
/// The most classes that a network tells apart; one that finds the parts of a body has 24.
const MAX_CLASSES: usize = 64;
/// Checks a file and turns it into a graph.
pub(crate) fn graph(file: &File) -> Result<Graph, ModelError> {
    check_pixels("input", file, file.input)?;
    for output in &file.outputs {
        check_pixels("mask", file, output.tensor)?;
    }
    let mut builder = Builder::new(file)?;
    for operator in &file.operators {
        builder.add(operator)?;
    }
    let mut outputs = Vec::new();
    for Output { tensor, .. } in &file.outputs {
        let output = builder.values[*tensor]
            .ok_or(ModelError::Graph("its output is not computed by any operator"))?;
        let mask = builder.shapes[output];
        check_shape("mask", mask)?;
        if mask.channels > MAX_CLASSES || mask.pixels() < 2 {
            return Err(ModelError::Graph("its output is not one picture of probabilities"));
        }
        // What a run returns lies together, as what other nodes read may not.
        let is_read = builder.nodes.iter().any(|node| node.inputs.contains(&output));
        let is_own = output != 0 && !is_read && !outputs.contains(&output);
        outputs.push(if is_own { output } else { builder.copy(output)? });
    }
    let graph = Graph { shapes: builder.shapes, nodes: builder.nodes, outputs };
    if graph.shapes[0].channels != 3 {
        return Err(ModelError::Graph("its input does not have three channels (RGB)"));
    }
    Ok(graph)
}

/// Refuses a picture far larger than any that a segmentation network takes or returns.
fn check_pixels(what: &'static str, file: &File, tensor: usize) -> Result<(), ModelError> {
    let shape = file.tensors[tensor].dims.as_deref().and_then(shape_of);
    shape.map_or(Ok(()), |shape| check_shape(what, shape))
}

fn check_shape(what: &'static str, shape: Shape) -> Result<(), ModelError> {
    let Shape { height, width, .. } = shape;
    if height.saturating_mul(width) > MAX_PIXELS {
        return Err(ModelError::LargePicture { what, width, height, limit: MAX_PIXELS });
    }
    Ok(())
}

impl<'a> Builder<'a> {
    fn add(&mut self, operator: &'a Operator) -> Result<(), ModelError> {
        let wrong = |problem| ModelError::Operator { operator: operator.label.clone(), problem };
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
        let dims = self.file.tensors[operator.output].dims.as_deref();
        let declared = dims.and_then(shape_of);
        if matches!(operator.kind, OperatorKind::Reshape | OperatorKind::Transpose) {
            let (value, layout) = Checked { builder: self, operator }.moved()?;
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
        let (op, inputs, shape, work) = Checked { builder: self, operator }.node()?;
        if dims.is_some() && declared != Some(shape) {
            return Err(wrong("the shape of its output does not follow from its inputs"));
        }
        self.push(operator, (op, inputs, shape, work))
    }
}
