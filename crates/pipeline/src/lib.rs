//! The running part: a scene is compiled into a [`Studio`], which makes one finished picture of
//! each camera picture, with the privacy guard in front of every output.
//!
//! ```text
//! Scene ── compile ──> Studio { camera ─ matte ─ guard ─ layers ─ whole effects } ──> frame
//! ```

#![forbid(unsafe_code)]

mod error;
mod inputs;
mod job;
mod leaving;
pub mod live;
mod notice;
mod plan;
mod program;
mod show;
mod stages;
mod studio;

pub use backlot_guard::{Cleared, Guard, ShieldReason, Transition, Verdict};
pub use backlot_keys::{Keyer, Timings};
pub use backlot_sources::Timing;
pub use error::PipelineError;
pub use inputs::{Exposed, Kept, Maker};
pub use job::{Job, JobEnd, JobReport, Worker};
pub use plan::{Made, Step};
pub use program::{CameraId, CameraSizes, PRESENCE, Passage, Program};
pub use show::MakeFinder;
pub use stages::{Stage, Stages};
pub use studio::{CutOut, Finished, GuardCounts, Needed, Studio, StudioOptions};
