//! Runs a graph: its values placed in one arena, and its steps done by the kernels of the processor's level.

pub(crate) mod crew;
mod kernels;
pub(crate) mod plan;
mod profile;
mod session;

pub use profile::StepTime;
pub use session::Session;
