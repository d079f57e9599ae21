//! Person mattes: a frame goes through a network, and the network's small mask becomes a matte at
//! the frame's size that is steady in time and accurate at the edges.
//!
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod advice;
mod best;
mod carry;
mod cutter;
mod edges;
mod elsewhere;
mod error;
mod film;
mod foreground;
mod geometry;
mod islands;
mod live;
mod motion;
mod parts;
mod person;
mod presence;
mod scout;
mod settings;
mod small;
mod steady;
mod timing;
mod vetoes;
mod window;
mod witness;

pub use backlot_kernels::Level;
pub use backlot_media::{Frame, Matte, Size, SizeError};
pub use backlot_segmenter::{SegmentationModel, SegmenterError};
pub(crate) use best::Best;
pub use cutter::Cutter;
pub use elsewhere::Lead;
pub use error::{MatteError, Segmented};
pub use foreground::Foreground;
pub use geometry::glance_divisor;
pub use person::PersonMatte;
pub use presence::Presence;
pub use scout::Scout;
pub use settings::{MatteSettings, Quality, QualityError};
pub use timing::MatteTiming;
