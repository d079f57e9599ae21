//! What a matte costs.

use std::time::Duration;

/// The cost of the last frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatteTiming {
    /// Making the network's input.
    pub shrink: Duration,
    /// Running the network; with the best quality, everything that leads to its mask.
    pub network: Duration,
    /// Steadying the mask and refining its edges.
    pub refine: Duration,
    /// Telling what moved from what didn't: a part of `refine`.
    pub presence: Duration,
}
