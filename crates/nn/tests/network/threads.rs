//! Threads that share a network's steps: what comes out is the same to the last bit.

use crate::common::{NETWORKS, model};
use backlot_kernels::Level;
use backlot_nn::{Model, Session};

/// The outputs of two passes, of which the second must not depend on the first.
fn outputs(model: &Model, threads: usize) -> Vec<f32> {
    let mut session = Session::with_threads(model, Level::best(), threads);
    for seed in [7, 3] {
        let input = session.input_mut().iter_mut().enumerate();
        input.for_each(|(at, value)| *value = (at * seed % 251) as f32 / 250.0);
        session.run();
    }
    session.output().to_vec()
}

#[test]
fn more_threads_give_the_same() {
    for network in NETWORKS {
        let model = model(network);
        let alone = outputs(&model, 1);
        for threads in [2, 3] {
            assert!(outputs(&model, threads) == alone, "{network} on {threads} threads");
        }
    }
}
