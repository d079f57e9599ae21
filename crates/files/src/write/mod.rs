//! Results: pictures, videos, and the names that they get when they are complete.

mod container;
mod encoding;
mod matte_video;
pub(crate) mod pending;
mod picture;
mod sound;
pub(crate) mod video;

pub use container::{Container, VideoQuality};
pub use matte_video::{AlphaVideoSink, GreySink};
pub use pending::Overwrite;
pub use picture::{Content, PictureFormat, write_picture};
pub use sound::Sound;
pub use video::{VideoOutOptions, VideoSink};
