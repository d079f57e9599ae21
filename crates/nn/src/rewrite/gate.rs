//! Rewrites the surroundings of a squeeze-and-excite gate.
//!
//! - `mean(a + resize(z))` is `mean(a) + mean(resize(z))`, and the latter is a weighted mean of z:
//!   the large sum is never stored.
//! - `a * gate + resize(z)` takes one pass, and so does `a + resize(z)`.
//! - `conv(x * gate)` is a convolution with weights multiplied by the gate.

use super::edit::remove_unused;
use crate::graph::{Activation, Graph, Op};

pub(crate) fn mean_of_sum(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        if !matches!(graph.nodes[index].op, Op::Mean { plus: None }) {
            continue;
        }
        let sum = graph.nodes[index].inputs[0];
        if !graph.has_one_use(sum) {
            continue;
        }
        let Some(add) = graph.producer(sum) else { continue };
        if let Some((other, small, interpolation)) = sum_with_resized(graph, add) {
            graph.nodes[index].op = Op::Mean { plus: Some(interpolation) };
            graph.nodes[index].inputs = vec![other, small];
        }
    }
    remove_unused(graph);
}

/// For `other + resize(small)`: both, and the way to resize.
fn sum_with_resized(
    graph: &Graph,
    add: usize,
) -> Option<(usize, usize, crate::graph::resize::Interpolation)> {
    let node = &graph.nodes[add];
    let Op::Add { activation: Activation::None } = node.op else { return None };
    (0..2).find_map(|i| {
        let producer = graph.producer(node.inputs[i])?;
        let Op::Resize(interpolation) = graph.nodes[producer].op else { return None };
        Some((node.inputs[1 - i], graph.nodes[producer].inputs[0], interpolation))
    })
}

pub(crate) fn gated_sum(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some((product, small, interpolation)) = sum_with_resized(graph, index) else {
            continue;
        };
        (graph.nodes[index].op, graph.nodes[index].inputs) = match gated(graph, product) {
            Some((skip, gate)) => (Op::GateAdd(interpolation), vec![skip, gate, small]),
            None => (Op::ResizeAdd(interpolation), vec![product, small]),
        };
    }
    remove_unused(graph);
}

/// For a value `x * gate` used once, with a vector as gate: both.
fn gated(graph: &Graph, product: usize) -> Option<(usize, usize)> {
    let producer = graph.producer(product).filter(|_| graph.has_one_use(product))?;
    let node = &graph.nodes[producer];
    let vector = || graph.shapes[node.inputs[1]].pixels() == 1;
    let plain = matches!(node.op, Op::Mul { activation: Activation::None });
    (plain && vector()).then(|| (node.inputs[0], node.inputs[1]))
}

pub(crate) fn into_weights(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Op::Conv { weights, gate: false, .. } = &graph.nodes[index].op else { continue };
        if (weights.height, weights.width) != (1, 1) {
            continue;
        }
        let Some((x, vector)) = gated(graph, graph.nodes[index].inputs[0]) else { continue };
        if let Op::Conv { gate, .. } = &mut graph.nodes[index].op {
            *gate = true;
            graph.nodes[index].inputs = vec![x, vector];
        }
    }
    remove_unused(graph);
}
