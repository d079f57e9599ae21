//! Many videos on many machines: a plan, chunks that any machine makes in any order, and what joins them.
//!
//! ```text
//! inputs ── plan ──> manifest, memory ── chunk N, anywhere ──> chunks ── join ──> results
//! ```
//!
//! A chunk depends on the manifest alone, so it can be made again, anywhere, and is the same.

mod chunk;
mod join;
mod manifest;
mod plan;
mod sum;

pub use chunk::{ChunkRequest, chunk_numbers};
pub use join::JoinRequest;
pub use plan::PlanRequest;
