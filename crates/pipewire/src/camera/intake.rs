//! Judges what a camera delivers. Pure: bytes and numbers in, verdict out.

use crate::negotiate::Video;
use crate::sys::Header;
use backlot_media::{Encoding, Timestamp};
use std::time::Duration;

/// A time further from now than this comes from another clock.
const SAME_CLOCK: Duration = Duration::from_secs(10);
/// A larger jump of the counter isn't a count of lost pictures.
const LONGEST_GAP: u64 = 1000;

/// The form that the pictures of a camera must have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intake {
    video: Video,
    last: Option<u64>,
    sequence: u64,
}

impl Intake {
    pub(super) const fn new(video: Video) -> Self {
        Self { video, last: None, sequence: 0 }
    }

    /// Returns how many of the bytes are the picture, and its stride; `None` if they can't be one.
    pub(super) fn picture(&self, bytes: usize, stride: usize) -> Option<(usize, usize)> {
        let (width, height) = (self.video.size.width as usize, self.video.size.height as usize);
        match self.video.encoding {
            // A picture larger than the raw one is invalid.
            Encoding::Jpeg => (bytes <= 3 * width * height + 65_536).then_some((bytes, 0)),
            Encoding::Raw(format) => {
                let planes = format.planes(self.video.size);
                let luma = planes.first()?.row_bytes;
                let stride = if stride == 0 { luma } else { stride };
                if stride < luma || stride > 4 * luma + 4096 {
                    return None;
                }
                let of = |row_bytes: usize| stride * row_bytes / luma;
                let needed: usize = planes.iter().map(|p| of(p.row_bytes) * p.rows).sum();
                (needed <= bytes).then_some((needed, stride))
            }
        }
    }

    /// When a picture was taken: by its header, if that is possible.
    pub(super) fn time(header: Option<Header>, now: Timestamp) -> Timestamp {
        let said = header.and_then(|h| u64::try_from(h.time).ok()).map(Timestamp::from_nanos);
        let near = |time: &Timestamp| *time <= now && now.since(*time) < SAME_CLOCK;
        said.filter(near).unwrap_or(now)
    }

    /// Counts a picture: returns its number, and how many were lost before it.
    pub(super) fn count(&mut self, header: Option<Header>) -> (u64, u64) {
        let said = header.map(|h| h.sequence);
        let gap = match (self.last, said) {
            (Some(last), Some(now)) if now > last => now - last - 1,
            _ => 0,
        };
        self.last = said;
        let lost = if gap <= LONGEST_GAP { gap } else { 0 };
        let number = self.sequence + lost;
        self.sequence = number + 1;
        (number, lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{ColorSpace, PixelFormat, Size};

    fn intake(encoding: Encoding) -> Intake {
        let size = Size::new(8, 4).unwrap();
        Intake::new(Video { size, rate: None, encoding, color: ColorSpace::BT601 })
    }

    #[test]
    fn raw_pictures_must_be_whole_and_strides_sensible() {
        let i420 = intake(Encoding::Raw(PixelFormat::I420));
        assert_eq!(i420.picture(256, 0), Some((48, 8)));
        assert_eq!(i420.picture(256, 16), Some((96, 16)));
        for (length, stride) in [(47, 0), (95, 16), (256, 7), (256, usize::MAX)] {
            assert!(i420.picture(length, stride).is_none(), "{length} {stride}");
        }
        let yuyv = intake(Encoding::Raw(PixelFormat::Yuyv));
        assert_eq!(yuyv.picture(256, 16), Some((64, 16)));
    }

    #[test]
    fn a_jpeg_picture_has_a_largest_size() {
        let jpeg = intake(Encoding::Jpeg);
        assert!(jpeg.picture(1000, 5).is_some());
        assert!(jpeg.picture(70_000, 0).is_none());
    }

    #[test]
    fn times_of_another_clock_are_not_believed() {
        let now = Timestamp::from_nanos(60_000_000_000);
        let time = |time| Intake::time(Some(Header { time, ..Header::default() }), now).nanos();
        assert_eq!(time(59_000_000_000), 59_000_000_000);
        for other in [-1, 0, 5_000_000, 61_000_000_000, i64::MAX, i64::MIN] {
            assert_eq!(time(other), now.nanos());
        }
        assert_eq!(Intake::time(None, now), now);
    }

    #[test]
    fn gaps_are_counted_and_jumps_are_not() {
        let mut intake = intake(Encoding::Jpeg);
        let mut count = |sequence| intake.count(Some(Header { sequence, ..Header::default() }));
        assert_eq!(count(7), (0, 0));
        assert_eq!(count(8), (1, 0));
        assert_eq!(count(11), (4, 2));
        assert_eq!(count(11), (5, 0));
        assert_eq!(count(u64::MAX), (6, 0));
        assert_eq!(count(0), (7, 0));
        assert_eq!(intake.count(None), (8, 0));
    }
}
