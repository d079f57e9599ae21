//! The executor for segmentation networks: reads TensorFlow Lite files and TensorFlow.js graph models, rewrites their
//! graphs, and runs them on one thread in memory allocated once.
//!
//! A file passes through these modules: `import` reads it without trusting a single byte (`tflite`, `tfjs`), and checks shapes
//! and order of what it has; `graph` is what comes of it; `rewrite` applies exact algebra; and `execute` assigns every
//! value a place in one arena and runs the steps with the kernels of the processor's level. `reference` runs the graph as
//! the file has it, with plain loops: the oracle for everything above.

mod error;
mod execute;
mod graph;
mod import;
mod model;
mod reference;
mod rewrite;

pub use error::ModelError;
pub use execute::{Session, StepTime};
pub use import::{TfjsFile, TfjsNetwork};
pub use model::{Model, TensorShape};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
