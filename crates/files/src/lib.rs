//! Pictures and videos, in and out.
//!
//! Pictures go through the `image` crate. Videos go through the programs `ffmpeg` and `ffprobe` as
//! child processes with raw frames over pipes: they know every format, and a hostile file can't
//! harm this process. Every source yields I420 frames of 8 bits. A written file appears under its
//! name only when it is complete.

#![forbid(unsafe_code)]

mod color;
mod error;
mod fit;
mod intake;
mod raw;
mod still;
mod video;
mod write;
mod y4m;

pub use error::FilesError;
pub use intake::{
    Budget, Damage, InputKind, Intake, Report, Tool, Tools, at_home, by_number, open_file,
    read_file,
};
pub use still::{
    BEHIND_TRANSPARENT, Picture, STILL_COLOR, StillReader, picture_from_bytes, picture_in_view,
    picture_to_frame, read_picture, still_to_size,
};
#[doc(hidden)]
pub use video::nut::try_bytes as try_nut;
pub use video::{
    LoopOptions, LoopedVideo, MAX_VIDEO_PIXELS, StoredVideo, VideoInfo, VideoOptions, VideoSource,
    Within,
};
pub use write::{
    AlphaVideoSink, Companions, Container, Content, GreySink, Overwrite, Permit, PictureFormat,
    Recorder, VideoOutOptions, VideoQuality, VideoSink, abandon, matte_as_png, write_file,
    write_picture, write_picture_with,
};
pub use y4m::{Y4mSink, Y4mSource};
