//! Exact algebra on the graph. Each pass computes the same function (up to rounding) with less
//! work; the order matters, since one pass makes the patterns of the next.

mod activation;
mod edit;
mod expand;
mod frame;
mod gate;
mod linear;
mod pad;
mod residual;
mod scale;
mod shuffle;
mod swap;
#[cfg(test)]
mod tests;

use crate::graph::Graph;

/// All passes.
pub(crate) fn all(mut graph: Graph) -> Graph {
    frame::reach_over(&mut graph);
    scale::into_weights(&mut graph);
    activation::fuse(&mut graph);
    shuffle::fold_following(&mut graph);
    shuffle::convolve_and_move(&mut graph);
    swap::convolve_before_resizing(&mut graph);
    linear::compose(&mut graph);
    linear::sum_before_convolving(&mut graph);
    gate::mean_of_sum(&mut graph);
    gate::gated_sum(&mut graph);
    gate::into_weights(&mut graph);
    residual::fuse(&mut graph);
    pad::fill_registers(&mut graph);
    expand::fuse(&mut graph);
    graph
}
