//! Measurements: the pipeline from a camera's picture to a viewer's, in memory, and with the
//! threads and the rate of the running camera.

#![forbid(unsafe_code)]

mod cases;
mod chain;
mod clip;
mod error;
mod explain;
mod live;
mod machine;
mod report;

pub use cases::{BenchRequest, BenchScene};
pub use error::BenchError;
pub use explain::ExplainRequest;
