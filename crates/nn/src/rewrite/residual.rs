//! Makes a sum with the result of a convolution where the result is stored.

use super::edit::{remove_unused, replace_uses};
use crate::graph::{Activation, Graph, Op, ValueId};

pub(crate) fn fuse(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        if let Some((producer, other)) = fusable(graph, index) {
            // A convolution whose other summand comes later runs where the sum did.
            let sum = graph.nodes.remove(index);
            let is_late = graph.producer(other).is_some_and(|p| p > producer);
            let at = if is_late { index - 1 } else { producer };
            let node = graph.nodes.remove(producer);
            graph.nodes.insert(at, node);
            let node = &mut graph.nodes[at];
            match &mut node.op {
                Op::Conv { residual, .. } => {
                    *residual = true;
                    node.inputs.push(other);
                }
                Op::Depthwise { add_input, .. } => *add_input = true,
                _ => {}
            }
            let result = node.output;
            replace_uses(graph, sum.output, result);
        } else {
            index += 1;
        }
    }
    remove_unused(graph);
}

/// The node that sum `index` can become part of, and the other summand.
fn fusable(graph: &Graph, index: usize) -> Option<(usize, ValueId)> {
    let node = &graph.nodes[index];
    let Op::Add { activation: Activation::None } = node.op else { return None };
    (0..2).find_map(|i| {
        let (result, other) = (node.inputs[i], node.inputs[1 - i]);
        let producer = graph.producer(result).filter(|_| graph.has_one_use(result))?;
        let takes = match &graph.nodes[producer].op {
            Op::Conv { residual: false, .. } => true,
            Op::Depthwise { add_input: false, .. } => {
                other == graph.nodes[producer].inputs[0]
                    && graph.shapes[other] == graph.shapes[result]
            }
            _ => false,
        };
        takes.then_some((producer, other))
    })
}
