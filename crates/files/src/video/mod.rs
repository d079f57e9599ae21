//! Videos: what they contain, and their frames at a constant rate.

mod filters;
pub(crate) mod info;
mod looped;
pub(crate) mod nut;
mod options;
mod probe;
pub(crate) mod rate;
mod retime;
mod source;
mod stored;
pub(crate) mod tracks;

pub(crate) use filters::SCALER;
pub use info::VideoInfo;
pub use looped::{LoopOptions, LoopedVideo};
pub use options::{VideoOptions, Within};
pub use source::{MAX_VIDEO_PIXELS, VideoSource};
pub use stored::StoredVideo;
