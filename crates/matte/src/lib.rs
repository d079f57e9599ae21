//! Person mattes: a frame goes through a network, and the network's small mask becomes a matte at
//! the frame's size that is steady in time and true at the edges.

#![forbid(unsafe_code)]

mod error;
mod person;
mod settings;

pub use error::{MatteError, Segmented};
pub use person::{MatteTiming, PersonMatte};
pub use settings::{MatteSettings, Quality, QualityError};
