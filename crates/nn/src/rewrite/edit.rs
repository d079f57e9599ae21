//! Moves that several passes need.

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

/// Removes nodes whose results nothing uses, until there are none.
pub(crate) fn remove_unused(graph: &mut Graph) {
    while let Some(index) = graph
        .nodes
        .iter()
        .position(|n| n.output != graph.output && graph.consumers(n.output).is_empty())
    {
        graph.nodes.remove(index);
    }
}
