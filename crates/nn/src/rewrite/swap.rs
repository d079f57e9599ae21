//! Swaps a bilinear resizing and a following 1x1 convolution, which then runs on the smaller
//! picture. This is exact because the shares of a bilinear value add up to 1, so that the bias
//! passes through, and because the convolution mixes channels and the resizing pixels.

use crate::graph::{Activation, Graph, Op, Reach, Shape};

pub(crate) fn convolve_before_resizing(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some(resizing) = swappable(graph, index) else { continue };
        let small = graph.nodes[resizing].inputs[0];
        let between = graph.nodes[resizing].output;
        let channels = graph.shapes[graph.nodes[index].output].channels;
        // The value between the two nodes is now the convolved small picture.
        graph.shapes[between] = Shape { channels, ..graph.shapes[small] };
        let resize = graph.nodes[resizing].op.clone();
        let conv = std::mem::replace(&mut graph.nodes[index].op, resize);
        graph.nodes[resizing].op = conv;
    }
}

/// The resizing node before convolution `index`, if the two can be swapped.
fn swappable(graph: &Graph, index: usize) -> Option<usize> {
    let node = &graph.nodes[index];
    let Op::Conv { weights, activation: Activation::None, reach, .. } = &node.op else {
        return None;
    };
    let pointwise = (weights.height, weights.width) == (1, 1);
    let unit = *reach == Reach::UNIT;
    let input = node.inputs[0];
    let producer =
        graph.producer(input).filter(|_| pointwise && unit && graph.has_one_use(input))?;
    let enlarges =
        graph.shapes[graph.nodes[producer].inputs[0]].pixels() < graph.shapes[input].pixels();
    (matches!(graph.nodes[producer].op, Op::Resize(_)) && enlarges).then_some(producer)
}
