//! Edits that several passes need.

use crate::graph::{Graph, ValueId};

/// Makes everything that used `old` use `new`.
pub(crate) fn replace_uses(graph: &mut Graph, old: ValueId, new: ValueId) {
    for node in &mut graph.nodes {
        node.inputs.iter_mut().filter(|i| **i == old).for_each(|i| *i = new);
    }
    if graph.output == old {
        graph.output = new;
    }
}

/// Removes nodes whose results nothing needs.
pub(crate) fn remove_unused(graph: &mut Graph) {
    let mut needed = vec![false; graph.shapes.len()];
    needed[graph.output] = true;
    for node in graph.nodes.iter().rev() {
        if needed[node.output] {
            node.inputs.iter().for_each(|i| needed[*i] = true);
        }
    }
    graph.nodes.retain(|n| needed[n.output]);
}
