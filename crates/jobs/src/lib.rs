//! Work on files, as requests: what `render`, `matte`, `snapshot`, `models compare`,
//! `validate` and `demo` do.
//!
//! ```text
//! Input ──> Stream or Singles ──> Work ──> Sink ──> Output
//! ```

#![forbid(unsafe_code)]

mod along;
mod batch;
mod demo;
#[macro_use]
mod error;
mod chunks;
mod compare;
mod folder;
mod grid;
mod job;
mod names;
mod output;
mod relay;
mod request;
mod run;
mod singles;
mod sinks;
mod snapshot;
mod stream;
mod summary;
mod tally;
mod useful;
mod validate;
mod work;

pub use chunks::{ChunkRequest, JoinRequest, PlanRequest, chunk_numbers};
pub use compare::CompareRequest;
pub use demo::DemoRequest;
pub use error::JobError;
pub use job::Manner;
pub use request::{JobRequest, Make, MatteKind};
pub use snapshot::SnapshotRequest;
pub use validate::ValidateRequest;
