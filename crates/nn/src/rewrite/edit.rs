//! Edits that several passes need.

use crate::graph::layout::Digit;
use crate::graph::{Graph, Node, Op, Shape, ValueId, Weights};
use std::sync::Arc;

/// Makes everything that used `old` use `new`.
pub(crate) fn replace_uses(graph: &mut Graph, old: ValueId, new: ValueId) {
    for node in &mut graph.nodes {
        node.inputs.iter_mut().filter(|i| **i == old).for_each(|i| *i = new);
    }
    graph.outputs.iter_mut().filter(|o| **o == old).for_each(|o| *o = new);
}

/// Gives a node another operation, with a result of another shape, of which a node after it takes the values of its
/// result of before.
pub(crate) fn compute_and_move(
    graph: &mut Graph,
    index: usize,
    (op, shape): (Op, Shape),
    digits: Vec<Digit>,
) {
    let value = graph.shapes.len();
    graph.shapes.push(shape);
    let node = &mut graph.nodes[index];
    let moved = Node { op: Op::Move(digits), inputs: vec![value], output: node.output };
    (node.op, node.output) = (op, value);
    graph.nodes.insert(index + 1, moved);
}

/// Removes nodes whose results nothing needs.
pub(crate) fn remove_unused(graph: &mut Graph) {
    let mut needed = vec![false; graph.shapes.len()];
    graph.outputs.iter().for_each(|o| needed[*o] = true);
    for node in graph.nodes.iter().rev() {
        if needed[node.output] {
            node.inputs.iter().for_each(|i| needed[*i] = true);
        }
    }
    graph.nodes.retain(|n| needed[n.output]);
}

/// The weights of a convolution, transposed or not, and a 1x1 one of its result: `second * first`.
pub(crate) fn folded(first: &Weights, second: &Weights) -> Weights {
    let (between, outputs) = (first.bias.len(), second.bias.len());
    let each = first.values.len() / between;
    let mut values = vec![0.0; outputs * each];
    let mut bias = second.bias.to_vec();
    for (o, row) in second.values.chunks_exact(between).enumerate() {
        let to = &mut values[o * each..][..each];
        for (m, (weight, from)) in row.iter().zip(first.values.chunks_exact(each)).enumerate() {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
            bias[o] += weight * first.bias[m];
        }
    }
    Weights { values: Arc::new(values), bias: Arc::new(bias), ..*first }
}
