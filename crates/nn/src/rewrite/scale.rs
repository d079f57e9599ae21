//! Factors and summands for each channel after a convolution become part of its weights and biases: what is left of
//! biases and normalisation that files have as operators of their own.

use super::edit::replace_uses;
use crate::graph::{Activation, Graph, Op, Reach, Weights};
use std::sync::Arc;

pub(crate) fn into_weights(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let Some(producer) = fusable(graph, index) else {
            index += 1;
            continue;
        };
        let node = graph.nodes.remove(index);
        let Op::Depthwise { weights: scale, activation: after, .. } = node.op else { continue };
        match &mut graph.nodes[producer].op {
            Op::Conv { weights, activation, .. } => {
                let each = weights.values.len() / weights.bias.len();
                *weights = scaled(weights, &scale, |at| at / each);
                *activation = after;
            }
            Op::Depthwise { weights, activation, .. } => {
                let channels = weights.bias.len();
                *weights = scaled(weights, &scale, |at| at % channels);
                *activation = after;
            }
            _ => {}
        }
        replace_uses(graph, node.output, node.inputs[0]);
    }
}

/// The convolution whose channels node `index` scales and moves, if it can do so itself.
fn fusable(graph: &Graph, index: usize) -> Option<usize> {
    let node = &graph.nodes[index];
    let Op::Depthwise { weights, reach: Reach::UNIT, add_input: false, .. } = &node.op else {
        return None;
    };
    if (weights.height, weights.width) != (1, 1) {
        return None;
    }
    let producer = graph.producer(node.inputs[0]).filter(|_| graph.has_one_use(node.inputs[0]))?;
    let is_linear = match &graph.nodes[producer].op {
        Op::Conv { activation, gate: false, residual: false, .. }
        | Op::Depthwise { activation, add_input: false, .. } => *activation == Activation::None,
        _ => false,
    };
    is_linear.then_some(producer)
}

/// The weights of a convolution whose result is scaled and moved; `channel` is that of each weight.
fn scaled(weights: &Weights, scale: &Weights, channel: impl Fn(usize) -> usize) -> Weights {
    let factors = &scale.values;
    let bias = weights.bias.iter().zip(&factors[..]).zip(&scale.bias[..]);
    let bias = Arc::new(bias.map(|((bias, factor), summand)| bias * factor + summand).collect());
    if factors.iter().all(|factor| *factor == 1.0) {
        return Weights { bias, ..weights.clone() };
    }
    let values = weights.values.iter().enumerate().map(|(at, value)| value * factors[channel(at)]);
    Weights { values: Arc::new(values.collect()), bias, ..*weights }
}
