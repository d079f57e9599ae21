//! The moment that a picture shows.

use backlot_media::{ColorSpace, Frame, FramePool, Timestamp};

/// The moment that a picture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Now {
    /// When it is, for everything that moves.
    pub time: Timestamp,
    /// The number of the picture.
    pub sequence: u64,
}

impl Now {
    /// Marks a frame as showing this moment.
    pub fn tag(self, frame: &mut Frame, color: ColorSpace) {
        (frame.time, frame.sequence, frame.color) = (self.time, self.sequence, color);
    }

    /// Memory for a picture of this moment.
    pub fn memory(self, pool: &FramePool, color: ColorSpace) -> Frame {
        let mut frame = pool.take();
        self.tag(&mut frame, color);
        frame
    }
}
