//! Runs a graph: its values placed in one arena, and its steps done by the kernels of the processor's level.

mod aligned;
pub(crate) mod crew;
mod expand;
mod kernels;
pub(crate) mod plan;
mod profile;
mod session;
mod winograd;

pub use profile::StepTime;
pub use session::Session;
