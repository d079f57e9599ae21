//! Small sizes of pictures that come in full only.

use backlot_kernels::{Level, Means};
use backlot_media::{Frame, Latent, Size, Tiles, Timestamp, Window};

/// Memory for a picture at a half and at a quarter of its size.
#[derive(Debug)]
pub(crate) struct Small {
    size: Size,
    means: Means,
}

/// A picture whose small sizes are small: where it comes in full only, they are the means of its blocks.
pub(crate) struct Shrunk<'a> {
    picture: &'a mut dyn Latent,
    small: &'a mut Small,
}

impl Small {
    pub fn new(size: Size, level: Level) -> Self {
        Self { size, means: Means::new(size, level) }
    }

    /// A picture of that size.
    pub fn of<'a>(&'a mut self, picture: &'a mut dyn Latent) -> Shrunk<'a> {
        self.means.clear();
        Shrunk { picture, small: self }
    }

    /// A picture with its sides divided by 2 or 4, if it isn't small already.
    fn shrunk<'a>(&'a mut self, frame: &'a Frame, divisor: u32) -> &'a Frame {
        if frame.size() == self.size { self.means.of(frame, divisor) } else { frame }
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
        self.small.shrunk(self.picture.quarter(), 4)
    }

    fn half(&mut self, window: Window) -> &Frame {
        self.small.shrunk(self.picture.half(window), 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::PixelFormat;

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
