//! Makes a 1x1 convolution to many channels and the depthwise one that alone reads it one node, where what lies
//! between is too large for a processor's caches: it is made and read a few channels at a time.

use super::edit::remove_unused;
use crate::graph::{Graph, LANES, Op, Reach};

/// What is at least as large, in floats, is not stored whole: 1 MiB.
const LARGE: usize = 1 << 18;

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
        graph.nodes[index].op = Op::Expand { conv, between, weights, reach, activation };
        graph.nodes[index].inputs = inputs;
    }
    remove_unused(graph);
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
