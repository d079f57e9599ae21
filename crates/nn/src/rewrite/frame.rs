//! Zeros around a picture that only windows reach over are not stored: the windows reach further.

use super::edit::remove_unused;
use crate::graph::{Graph, Op};

pub(crate) fn reach_over(graph: &mut Graph) {
    for index in 0..graph.nodes.len() {
        let Some(padding) = graph.producer(graph.nodes[index].inputs[0]) else { continue };
        let Op::Pad { top, left } = graph.nodes[padding].op else { continue };
        let source = graph.nodes[padding].inputs[0];
        let node = &mut graph.nodes[index];
        if let Op::Conv { reach, residual: false, gate: false, .. }
        | Op::Depthwise { reach, add_input: false, .. } = &mut node.op
        {
            reach.top += top;
            reach.left += left;
            node.inputs[0] = source;
        }
    }
    remove_unused(graph);
}
