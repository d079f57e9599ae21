//! Pictures of cameras that nobody has judged.

use backlot_kernels::{Level, Scaler, flip_rows};
use backlot_media::Frame;

/// A camera's picture before the guard has admitted it.
///
/// It can be looked at, to find people in it, and brought to another form, which stays unjudged. It
/// can't be drawn: only an [`Admission`](crate::Admission) makes an [`Image`](crate::Image) of it.
#[derive(Debug)]
pub struct Unjudged {
    frame: Frame,
}

impl Unjudged {
    /// Marks a frame as a camera's.
    pub const fn new(frame: Frame) -> Self {
        Self { frame }
    }

    /// The pixels, for whoever looks for people in them.
    pub const fn look(&self) -> &Frame {
        &self.frame
    }

    /// The same picture in other memory.
    ///
    /// # Panics
    /// If `memory` has another format or size.
    #[must_use]
    pub fn copied(&self, mut memory: Frame) -> Self {
        memory.copy_from(&self.frame);
        Self { frame: memory }
    }

    /// A part of the picture in another size.
    ///
    /// # Panics
    /// If the picture or `memory` are not what the scaler takes.
    #[must_use]
    pub fn scaled(&self, mut memory: Frame, scaler: &mut Scaler) -> Self {
        scaler.run(&self.frame, &mut memory);
        Self { frame: memory }
    }

    /// The picture as `change` leaves it: turned, converted.
    #[must_use]
    pub fn changed(&self, mut memory: Frame, change: impl FnOnce(&Frame, &mut Frame)) -> Self {
        memory.tag_like(&self.frame);
        change(&self.frame, &mut memory);
        Self { frame: memory }
    }

    /// The picture with left and right swapped.
    #[must_use]
    pub fn mirrored(mut self, level: Level) -> Self {
        for plane in self.frame.yuv_mut() {
            flip_rows(level, plane);
        }
        self
    }

    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
