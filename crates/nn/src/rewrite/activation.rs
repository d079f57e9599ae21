//! Makes an activation after a convolution part of it.

use super::edit::replace_uses;
use crate::graph::{Activation, Graph, Op};

pub(crate) fn fuse(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        if let Some(producer) = fusable(graph, index) {
            let node = graph.nodes.remove(index);
            let Op::Unary(activation) = node.op else { continue };
            if let Some(slot) = activation_of(&mut graph.nodes[producer].op) {
                *slot = activation;
            }
            replace_uses(graph, node.output, node.inputs[0]);
        } else {
            index += 1;
        }
    }
}

/// The node whose activation node `index` can become.
fn fusable(graph: &Graph, index: usize) -> Option<usize> {
    let Op::Unary(activation) = graph.nodes[index].op else { return None };
    let input = graph.nodes[index].inputs[0];
    let producer = graph.producer(input).filter(|_| graph.has_one_use(input))?;
    let from = graph.shapes[graph.nodes[producer].inputs[0]];
    let takes = match &graph.nodes[producer].op {
        // The logistic function runs only on vectors and on the network's output.
        Op::Conv { activation: a, weights: w, .. } => {
            let of_vector = from.pixels() == 1 && (w.height, w.width) == (1, 1);
            *a == Activation::None && (activation != Activation::Logistic || of_vector)
        }
        Op::Depthwise { activation: a, .. } => {
            *a == Activation::None && activation != Activation::Logistic
        }
        Op::TransposeConv { activation: a, .. } => *a == Activation::None,
        _ => false,
    };
    takes.then_some(producer)
}

fn activation_of(op: &mut Op) -> Option<&mut Activation> {
    match op {
        Op::Conv { activation, .. }
        | Op::Depthwise { activation, .. }
        | Op::TransposeConv { activation, .. } => Some(activation),
        _ => None,
    }
}
