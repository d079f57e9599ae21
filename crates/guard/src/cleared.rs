//! Pictures that may be shown.

use backlot_media::Frame;
use std::ops::Deref;

/// A picture that viewers may see: the guard let it through, or no camera took part in it.
///
/// It can be read, not changed.
#[derive(Debug)]
pub struct Cleared {
    frame: Frame,
}

impl Cleared {
    /// A picture in which no camera took part: a card, a placeholder, a test pattern.
    ///
    /// Called in a few places only, which a check of the project names.
    pub const fn drawn(frame: Frame) -> Self {
        Self { frame }
    }

    /// A picture that a judgement clears.
    pub(crate) const fn judged(frame: Frame) -> Self {
        Self { frame }
    }

    /// The same picture in another size or format: `convert` is handed this one to read, and
    /// `target` to write. Time and sequence number are taken over.
    pub fn derive(&self, mut target: Frame, convert: impl FnOnce(&Frame, &mut Frame)) -> Self {
        convert(&self.frame, &mut target);
        (target.time, target.sequence) = (self.frame.time, self.frame.sequence);
        Self { frame: target }
    }

    /// The picture, for whoever wants to change it or its memory back. It is cleared no more.
    pub fn into_frame(self) -> Frame {
        self.frame
    }
}

impl Deref for Cleared {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{PixelFormat, Size, Timestamp};

    #[test]
    fn what_is_derived_is_the_same_moment() {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(4, 4).unwrap());
        (frame.sequence, frame.time) = (7, Timestamp::from_nanos(9));
        frame.plane_mut(0).fill(50);
        let cleared = Cleared::drawn(frame);
        let target = Frame::new(PixelFormat::Gray8, Size::new(2, 2).unwrap());
        let small =
            cleared.derive(target, |from, to| to.plane_mut(0).fill(from.plane(0).row(0)[0]));
        assert_eq!((small.sequence, small.time), (7, Timestamp::from_nanos(9)));
        assert_eq!(small.format(), PixelFormat::Gray8);
        assert_eq!(small.into_frame().plane(0).row(1), [50, 50]);
    }
}
