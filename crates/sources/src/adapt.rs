//! Sources converted to another size or rate.

use backlot_kernels::{Level, Scaler};
use backlot_media::{
    ColorSpace, Frame, FramePool, FrameRate, PixelFormat, Rect, Size, Source, StreamError, Window,
};
use backlot_scene::Fit;
use backlot_scene::geometry::{Area, filled};

/// Frames of an adapter that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// A source with scaled frames.
pub struct Resized {
    source: Box<dyn Source>,
    size: Size,
    scaler: Scaler,
    pool: FramePool,
    has_bars: bool,
}

impl Resized {
    /// Scales a source's frames to `size`.
    pub fn new(source: Box<dyn Source>, size: Size, fit: Fit) -> Self {
        let (crop, target) = placed(source.size(), size, fit);
        Self {
            scaler: Scaler::placed((source.size(), crop), (size, target), Level::best()),
            pool: FramePool::new(PixelFormat::I420, size, POOLED_FRAMES),
            has_bars: target != size.rect(),
            source,
            size,
        }
    }
}

impl Source for Resized {
    fn size(&self) -> Size {
        self.size
    }

    fn color(&self) -> ColorSpace {
        self.source.color()
    }

    fn rate(&self) -> Option<FrameRate> {
        self.source.rate()
    }

    fn frames(&self) -> Option<u64> {
        self.source.frames()
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        let Some(frame) = self.source.next_frame()? else { return Ok(None) };
        let mut scaled = self.pool.take();
        if self.has_bars {
            scaled.color = frame.color;
            scaled.blacken();
        }
        self.scaler.run(&frame, &mut scaled);
        Ok(Some(scaled))
    }
}

/// The visible part of a picture, and its place on the canvas.
pub fn placed(from: Size, canvas: Size, fit: Fit) -> (Window, Rect) {
    let (window, Area { x, y, width, height }) = filled(from, canvas, fit);
    (window, Rect { x: x.unsigned_abs(), y: y.unsigned_abs(), width, height })
}

/// A source at a steady rate: frames are repeated or left out so that each moment shows its frame.
pub struct Retimed {
    source: Box<dyn Source>,
    rate: FrameRate,
    pool: FramePool,
    next: u64,
    current: Option<Frame>,
    following: Option<Frame>,
    read: u64,
}

impl Retimed {
    /// Converts a source to a rate.
    pub fn new(source: Box<dyn Source>, rate: FrameRate) -> Self {
        let pool = FramePool::new(PixelFormat::I420, source.size(), POOLED_FRAMES);
        Self { source, rate, pool, next: 0, current: None, following: None, read: 0 }
    }

    fn read(&mut self) -> Result<Option<Frame>, StreamError> {
        let frame = self.source.next_frame()?;
        self.read += u64::from(frame.is_some());
        Ok(frame)
    }

    /// When the last frame ends, by the source's rate.
    fn is_over(&self, frame: &Frame) -> bool {
        let own = self.source.rate().unwrap_or(self.rate);
        let length = own.time_of(1).since(own.time_of(0));
        self.rate.time_of(self.next) >= frame.time + length
    }
}

impl Source for Retimed {
    fn size(&self) -> Size {
        self.source.size()
    }

    fn color(&self) -> ColorSpace {
        self.source.color()
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.rate)
    }

    fn frames(&self) -> Option<u64> {
        let (frames, own) = (self.source.frames()?, self.source.rate()?);
        Some(self.rate.frames_in(own.time_of(frames).since(own.time_of(0))))
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        if self.read == 0 {
            self.current = self.read()?;
            self.following = self.read()?;
        }
        let due = self.rate.time_of(self.next);
        while self.following.as_ref().is_some_and(|frame| frame.time <= due) {
            self.current = self.following.take();
            self.following = self.read()?;
        }
        let Some(current) = &self.current else { return Ok(None) };
        if self.following.is_none() && self.is_over(current) {
            return Ok(None);
        }
        let mut frame = self.pool.take();
        frame.copy_from(current);
        (frame.time, frame.sequence) = (due, self.next);
        self.next += 1;
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers {
        rate: FrameRate,
        next: u64,
        end: u64,
    }

    impl Source for Numbers {
        fn size(&self) -> Size {
            Size { width: 8, height: 4 }
        }

        fn color(&self) -> ColorSpace {
            ColorSpace::BT601
        }

        fn rate(&self) -> Option<FrameRate> {
            Some(self.rate)
        }

        fn frames(&self) -> Option<u64> {
            Some(self.end)
        }

        fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
            if self.next == self.end {
                return Ok(None);
            }
            let mut frame = Frame::new(PixelFormat::I420, self.size());
            frame.plane_mut(0).fill(self.next as u8);
            (frame.time, frame.sequence) = (self.rate.time_of(self.next), self.next);
            self.next += 1;
            Ok(Some(frame))
        }
    }

    fn retimed(from: u32, to: u32, frames: u64) -> Vec<u8> {
        let rate = |fps| FrameRate::new(fps, 1).unwrap();
        let numbers = Box::new(Numbers { rate: rate(from), next: 0, end: frames });
        let mut source = Retimed::new(numbers, rate(to));
        let expected = source.frames();
        let mut values = Vec::new();
        while let Some(frame) = source.next_frame().unwrap() {
            assert_eq!(frame.time, rate(to).time_of(values.len() as u64));
            values.push(frame.plane(0).row(0)[0]);
        }
        assert_eq!(expected, Some(values.len() as u64));
        values
    }

    #[test]
    fn frames_are_repeated_or_left_out() {
        assert_eq!(retimed(10, 20, 3), [0, 0, 1, 1, 2, 2]);
        assert_eq!(retimed(30, 10, 6), [0, 3]);
        assert_eq!(retimed(25, 25, 4), [0, 1, 2, 3]);
    }

    #[test]
    fn the_ways_to_fit() {
        let (from, canvas) = (Size { width: 400, height: 300 }, Size { width: 160, height: 90 });
        let window = Window { x: 0.0, y: 37.5, width: 400.0, height: 225.0 };
        let bars = Rect { x: 20, y: 0, width: 120, height: 90 };
        assert_eq!(placed(from, canvas, Fit::Stretch), (Window::whole(from), canvas.rect()));
        assert_eq!(placed(from, canvas, Fit::Cover), (window, canvas.rect()));
        assert_eq!(placed(from, canvas, Fit::Contain), (Window::whole(from), bars));
        let thin = Size { width: 16_384, height: 1 };
        assert_eq!(placed(thin, canvas, Fit::Contain).1.height, 2);
        assert!(placed(thin, canvas, Fit::Cover).0.width > 1.0);
    }
}
