//! Results: pictures, videos, and the names that they get when they are complete.

mod container;
mod encoding;
mod matte_video;
mod part;
pub(crate) mod pending;
mod permit;
mod picture;
mod sound;
pub(crate) mod video;

pub use container::{Container, VideoQuality};
pub use matte_video::{AlphaVideoSink, GreySink};
pub use part::abandon;
pub use permit::{Overwrite, Permit};
pub use picture::{Content, PictureFormat, write_picture};
pub use sound::Sound;
pub use video::{VideoOutOptions, VideoSink};
