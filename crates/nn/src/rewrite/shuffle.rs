//! Transposed convolutions to several channels become plain ones, whose channels are then put in their places.
//!
//! - `conv1x1(transposed(x))` without an activation between is one transposed convolution.
//! - A transposed convolution with windows of 2x2 that don't overlap is a 1x1 convolution to four times the
//!   channels, and each pixel's channels become four pixels.

use super::edit::{compute_and_move, folded, remove_unused};
use crate::graph::layout::Digit;
use crate::graph::{Activation, Graph, Op, Reach, Shape, Weights};
use std::sync::Arc;

pub(crate) fn fold_following(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some(producer) = foldable(graph, index) else { continue };
        let (
            Op::TransposeConv { weights: first, .. },
            Op::Conv { weights: second, activation, .. },
        ) = (&graph.nodes[producer].op, &graph.nodes[index].op)
        else {
            continue;
        };
        let weights = folded(first, second);
        graph.nodes[index].op = Op::TransposeConv { weights, activation: *activation };
        graph.nodes[index].inputs = graph.nodes[producer].inputs.clone();
    }
    remove_unused(graph);
}

/// The transposed convolution before 1x1 convolution `index`, if they can be one.
fn foldable(graph: &Graph, index: usize) -> Option<usize> {
    let node = &graph.nodes[index];
    let Op::Conv { weights, reach, gate: false, residual: false, .. } = &node.op else {
        return None;
    };
    if (weights.height, weights.width, *reach) != (1, 1, Reach::UNIT) {
        return None;
    }
    let producer = graph.producer(node.inputs[0]).filter(|_| graph.has_one_use(node.inputs[0]))?;
    let is_linear =
        matches!(graph.nodes[producer].op, Op::TransposeConv { activation: Activation::None, .. });
    is_linear.then_some(producer)
}

pub(crate) fn convolve_and_move(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        let node = &graph.nodes[index];
        let from = graph.shapes[node.inputs[0]];
        match &node.op {
            // To one channel it has a kernel of its own.
            Op::TransposeConv { weights, activation } if weights.bias.len() > 1 => {
                let (conv, digits) = (pointwise(weights, *activation, from), places(weights, from));
                let wide = Shape { channels: 4 * weights.bias.len(), ..from };
                compute_and_move(graph, index, (conv, wide), digits);
                index += 2;
            }
            _ => index += 1,
        }
    }
}

/// The 1x1 convolution to the channels of all four pixels.
fn pointwise(weights: &Weights, activation: Activation, from: Shape) -> Op {
    let outputs = weights.bias.len();
    let values = (0..4).flat_map(|tap| {
        (0..outputs).flat_map(move |o| {
            weights.values[(o * 4 + tap) * from.channels..][..from.channels].iter().copied()
        })
    });
    let bias = weights.bias.iter().copied().cycle().take(4 * outputs);
    let (values, bias) = (Arc::new(values.collect()), Arc::new(bias.collect()));
    let weights = Weights { values, bias, height: 1, width: 1 };
    Op::Conv { weights, reach: Reach::UNIT, activation, gate: false, residual: false }
}

/// From `[y][x][j][i][channel]` to `[y][j][x][i][channel]`.
fn places(weights: &Weights, from: Shape) -> Vec<Digit> {
    let channels = weights.bias.len();
    vec![
        Digit { size: from.height, stride: from.width * 4 * channels },
        Digit { size: 2, stride: 2 * channels },
        Digit { size: from.width, stride: 4 * channels },
        Digit { size: 2 * channels, stride: 1 },
    ]
}
