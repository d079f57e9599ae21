//! The executor for segmentation networks: reads a TensorFlow Lite file, rewrites its graph, and
//! runs it on one thread in memory allocated once.
//!
//! A file passes through these modules: [`flatbuffer`](self) finds its tables without trusting a
//! single byte, `tflite` turns them into tensors and operators, `graph` checks shapes and order,
//! `rewrite` applies exact algebra, `plan` assigns every value a place in one arena, and `session`
//! runs the steps with the kernels of the processor's level. `reference` runs the graph as the file
//! has it, with plain loops: the oracle for everything above.

mod error;
mod flatbuffer;
mod graph;
mod half;
mod kernels;
mod layout;
mod model;
mod plan;
mod profile;
mod reference;
mod resize;
mod rewrite;
mod session;
mod tflite;

pub use error::ModelError;
pub use model::{Model, TensorShape};
pub use profile::StepTime;
pub use session::Session;
