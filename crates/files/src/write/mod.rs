//! Writes pictures and videos, which get their names when they are complete.

mod companions;
mod container;
mod description;
mod encoding;
mod matte_video;
mod muxing;
mod nut;
mod part;
pub(crate) mod pending;
mod permit;
mod picture;
mod plan;
mod recorder;
mod subtitles;
pub(crate) mod video;

pub use companions::Companions;
pub use container::{Container, VideoQuality};
pub use matte_video::{AlphaVideoSink, GreySink};
pub use part::abandon;
pub use pending::write_file;
pub use permit::{Overwrite, Permit};
pub use picture::{Content, PictureFormat, matte_as_png, write_picture, write_picture_with};
pub use recorder::Recorder;
pub use video::{VideoOutOptions, VideoSink};
