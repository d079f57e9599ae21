//! Pictures and videos, in and out.
//!
//! Pictures go through the `image` crate. Videos go through the programs `ffmpeg` and `ffprobe` as
//! child processes with raw frames over pipes: they know every format, and a hostile file can't
//! harm this process. Every source gives I420 frames of 8 bits; what is written appears under its
//! name only when it is complete.

#![forbid(unsafe_code)]

mod animation;
mod container;
mod encoding;
mod error;
mod fit;
mod folder;
mod looped;
mod matte_video;
mod pending;
mod picture;
mod rate;
mod raw;
mod sniff;
mod sound;
mod tools;
mod video_info;
mod video_sink;
mod video_source;
mod write_picture;
mod y4m;

pub use container::{Container, VideoQuality};
pub use error::FilesError;
pub use folder::{FolderOfPictures, PictureFile};
pub use looped::{LoopOptions, LoopedVideo};
pub use matte_video::{AlphaVideoSink, GreySink};
pub use pending::Overwrite;
pub use picture::{MAX_PICTURE_PIXELS, Picture, picture_to_frame, read_picture};
pub use sniff::{InputKind, probe, probe_with};
pub use sound::Sound;
pub use tools::{Program, Tools};
pub use video_info::VideoInfo;
pub use video_sink::{VideoOutOptions, VideoSink};
pub use video_source::{MAX_VIDEO_PIXELS, VideoOptions, VideoSource};
pub use write_picture::{Content, PictureFormat, write_picture};
pub use y4m::{Y4mSink, Y4mSource};
