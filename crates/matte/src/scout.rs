//! Follows who is in the pictures of a video at a fraction of what mattes cost, so that mattes can begin
//! anywhere in it with the memory of the room that they would have there.

use crate::{MatteError, MatteSettings, PersonMatte, Quality};
use backlot_kernels::Level;
use backlot_media::{Frame, FrameRate, Size};
use backlot_segmenter::SegmentationModel;
use std::time::Duration;

/// The time between two looks: as often as the memory looks at what has moved.
const EVERY: Duration = Duration::from_millis(100);

/// Follows who is there, with a look ten times a second.
#[derive(Debug)]
pub struct Scout {
    finder: PersonMatte,
    every: u64,
}

impl Scout {
    /// Makes one for pictures of `size` that come at a rate.
    ///
    /// # Errors
    /// As [`PersonMatte::new`].
    pub fn new(
        model: &SegmentationModel,
        size: Size,
        rate: FrameRate,
        level: Level,
    ) -> Result<Self, MatteError> {
        let settings = MatteSettings { quality: Quality::Fast, ..MatteSettings::default() };
        let finder = PersonMatte::new(model, size, settings, level)?;
        Ok(Self { finder, every: rate.frames_in(EVERY).max(1) })
    }

    /// Takes the next frame.
    ///
    /// # Errors
    /// As [`PersonMatte::segment`].
    pub fn look(&mut self, frame: &Frame) -> Result<(), MatteError> {
        if frame.sequence.is_multiple_of(self.every) { self.finder.segment(frame) } else { Ok(()) }
    }

    /// What is remembered of the room and of who is in it, for [`Presence::recall`](crate::Presence::recall).
    pub fn memory(&mut self) -> Vec<u8> {
        self.finder.presence().map(|presence| presence.memory()).unwrap_or_default()
    }
}
