//! Small sizes of pictures that come in full only.

use backlot_kernels::{Level, block_means_into};
use backlot_media::{Frame, Latent, PixelFormat, Size, Tiles, Timestamp, Window};

/// Memory for a picture at a half and at a quarter of its size.
#[derive(Debug)]
pub(crate) struct Small {
    size: Size,
    level: Level,
    half: Frame,
    quarter: Frame,
    is_quarter_made: bool,
}

/// A picture whose small sizes are small: where it comes in full only, they are the means of its blocks.
pub(crate) struct Shrunk<'a> {
    picture: &'a mut dyn Latent,
    small: &'a mut Small,
}

impl Small {
    pub fn new(size: Size, level: Level) -> Self {
        let frame = |divisor| Frame::new(PixelFormat::I420, size.divided(divisor));
        Self { size, level, half: frame(2), quarter: frame(4), is_quarter_made: false }
    }

    /// A picture of that size.
    pub fn of<'a>(&'a mut self, picture: &'a mut dyn Latent) -> Shrunk<'a> {
        self.is_quarter_made = false;
        Shrunk { picture, small: self }
    }
}

fn shrink(level: Level, from: &Frame, factor: usize, to: &mut Frame) {
    to.color = from.color;
    for (from, to) in from.yuv().into_iter().zip(to.yuv_mut()) {
        block_means_into(level, from, factor, to);
    }
}

impl Latent for Shrunk<'_> {
    fn size(&self) -> Size {
        self.picture.size()
    }

    fn time(&self) -> Timestamp {
        self.picture.time()
    }

    fn sequence(&self) -> u64 {
        self.picture.sequence()
    }

    fn whole(&mut self) -> &Frame {
        self.picture.whole()
    }

    fn tiles(&mut self, wanted: &Tiles) -> &Frame {
        self.picture.tiles(wanted)
    }

    fn glance(&mut self, divisor: u32, window: Window) -> &Frame {
        self.picture.glance(divisor, window)
    }

    fn quarter(&mut self) -> &Frame {
        let Small { size, level, quarter, is_quarter_made, .. } = &mut *self.small;
        if *is_quarter_made {
            return quarter;
        }
        let frame = self.picture.quarter();
        if frame.size() != *size {
            return frame;
        }
        shrink(*level, frame, 4, quarter);
        *is_quarter_made = true;
        quarter
    }

    fn half(&mut self, window: Window) -> &Frame {
        let Small { size, level, half, .. } = &mut *self.small;
        let frame = self.picture.half(window);
        if frame.size() != *size {
            return frame;
        }
        shrink(*level, frame, 2, half);
        half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_full_is_shrunk() {
        let size = Size::new(50, 30).unwrap();
        let mut frame = Frame::new(PixelFormat::I420, size);
        for (mut plane, value) in frame.yuv_mut().into_iter().zip([10, 20, 30]) {
            plane.fill(value);
        }
        frame.plane_mut(0).row_mut(0)[..4].fill(200);
        let mut small = Small::new(size, Level::best());
        let mut picture = &frame;
        let mut shrunk = small.of(&mut picture);
        let window = Window { x: 0.0, y: 0.0, width: 50.0, height: 30.0 };
        let half = shrunk.half(window);
        assert_eq!((half.size().to_string(), half.plane(0).row(0)[0]), ("25x15".to_owned(), 105));
        for _ in 0..2 {
            let quarter = shrunk.quarter();
            assert_eq!(quarter.size().to_string(), "13x8");
            assert_eq!(quarter.plane(0).row(0)[..2], [58, 10]);
            assert_eq!(quarter.plane(2).row(3), [30; 7]);
        }
        assert_eq!(shrunk.whole().size(), size);
    }
}
