//! How a video is read.

use crate::Intake;
use backlot_media::{FrameRate, Matrix, Size};
use backlot_scene::Fit;
use std::time::Duration;

/// A place in a video, as it was found when that was read from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// The number of a frame: those before it may be left out, and others keep their numbers and times.
    pub frame: u64,
    /// The time of the first frame of all.
    pub begins: Duration,
}

/// How a video is read.
#[derive(Clone, Debug, Default)]
pub struct VideoOptions {
    /// Size of the frames; `None` for the video's.
    pub size: Option<Size>,
    /// How a video of another shape fills that size; the bars of `Contain` are black.
    pub fit: Fit,
    /// Frames per second; `None` for a constant rate that suits the video.
    pub rate: Option<FrameRate>,
    /// Whether each stored frame is delivered exactly once at the rate, whatever the times between
    /// them: for frames that are viewed one by one.
    pub as_stored: bool,
    /// Matrix of the frames; `None` for the video's.
    pub matrix: Option<Matrix>,
    /// Whether frames tell what may be seen through them; otherwise black is seen there.
    pub keeps_alpha: bool,
    /// Where reading begins.
    pub start: Duration,
    /// Where in what is read the first frames may be left out, if that is known.
    pub within: Option<Within>,
    /// How long to read, at most.
    pub limit: Option<Duration>,
    /// Whether the frames are shown live: a decoder that hangs is killed sooner.
    pub is_live: bool,
    /// How files are read.
    pub intake: Intake,
}
