//! Makes a 1x1 convolution to many channels and the depthwise one that alone reads it one node, where what lies
//! between is too large for a processor's caches: it is made and read a few channels at a time. A 1x1 convolution of that to
//! fewer channels becomes part of it, too.

use super::edit::remove_unused;
use crate::graph::{Activation, Graph, LANES, Op, Reach, Weights};

/// What is at least as large, in floats, is not stored whole: 1 MiB; tests have less.
const LARGE: usize = if cfg!(test) { 1 << 6 } else { 1 << 18 };

pub(crate) fn fuse(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some(producer) = fusable(graph, index) else { continue };
        let (
            Op::Conv { weights: conv, activation: between, .. },
            Op::Depthwise { weights, reach, activation, .. },
        ) = (&graph.nodes[producer].op, &graph.nodes[index].op)
        else {
            continue;
        };
        let (conv, weights) = (conv.clone(), weights.clone());
        let (between, reach, activation) = (*between, *reach, *activation);
        let inputs = graph.nodes[producer].inputs.clone();
        let (project, residual) = (None, false);
        graph.nodes[index].op =
            Op::Expand { conv, between, weights, reach, activation, project, residual };
        graph.nodes[index].inputs = inputs;
    }
    remove_unused(graph);
    for index in 0..graph.nodes.len() {
        let Some((producer, last, plus)) = projectable(graph, index) else { continue };
        let mut fused = graph.nodes[producer].clone();
        if let Op::Expand { project, residual, .. } = &mut fused.op {
            (*project, *residual) = (Some(last), plus);
        }
        let node = &mut graph.nodes[index];
        fused.inputs.extend_from_slice(&node.inputs[1..]);
        (node.op, node.inputs) = (fused.op, fused.inputs);
    }
    remove_unused(graph);
}

/// The node before 1x1 convolution `index` that makes what it reads strip by strip, if the convolution can add up what
/// comes of each strip; its weights, and whether it adds a value. Sums of few channels are cheap to keep.
fn projectable(graph: &Graph, index: usize) -> Option<(usize, Weights, bool)> {
    let node = &graph.nodes[index];
    let Op::Conv {
        weights,
        reach: Reach::UNIT,
        activation: Activation::None,
        gate: false,
        residual,
    } = &node.op
    else {
        return None;
    };
    let [between, channels] = [node.inputs[0], node.output].map(|v| graph.shapes[v].channels);
    let is_pointwise = (weights.height, weights.width) == (1, 1);
    let fits = is_pointwise && channels.is_multiple_of(LANES) && channels < between;
    let producer = graph.producer(node.inputs[0]).filter(|_| graph.has_one_use(node.inputs[0]))?;
    let is_expand = matches!(graph.nodes[producer].op, Op::Expand { project: None, .. });
    (fits && is_expand).then(|| (producer, weights.clone(), *residual))
}

/// The convolution before depthwise one `index`, if they can be one node.
fn fusable(graph: &Graph, index: usize) -> Option<usize> {
    let node = &graph.nodes[index];
    let Op::Depthwise { add_input: false, .. } = &node.op else { return None };
    let input = node.inputs[0];
    let (shape, out) = (graph.shapes[input], graph.shapes[node.output]);
    let producer = graph.producer(input).filter(|_| graph.has_one_use(input))?;
    let Op::Conv { weights, reach: Reach::UNIT, gate: false, residual: false, .. } =
        &graph.nodes[producer].op
    else {
        return None;
    };
    let is_pointwise = (weights.height, weights.width) == (1, 1);
    let fills = shape.channels.is_multiple_of(LANES) && out.channels.is_multiple_of(LANES);
    (is_pointwise && fills && shape.values() >= LARGE).then_some(producer)
}
