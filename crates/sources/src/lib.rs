//! Everything that gives pictures: cameras, what plays the part of one, and what a job reads.

#![forbid(unsafe_code)]

mod adapt;
mod ahead;
mod begun;
pub mod camera;
mod error;
mod input;
mod layers;
mod listing;
mod stills;
mod wanted;

pub use adapt::placed;
pub use error::SourceError;
pub use input::Input;
pub use layers::{Booking, Facts, Material, Player, Timing, material};
pub use listing::{Item, Listing};
pub use stills::{Album, Stills, read_still};
pub use wanted::{Format, Wanted};
