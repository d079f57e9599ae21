//! Brings pictures of any kind into the size and colours that are expected of a camera.

use backlot_kernels::{Converter, Level, Scaler};
use backlot_media::{ColorSpace, Frame, FramePool, PixelFormat, Size};
use backlot_scene::Fit;
use backlot_sources::placed;

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 6;

/// Converts and scales pictures to I420 of one size and colour space, whatever arrives.
pub(crate) struct Adapter {
    to: (Size, ColorSpace),
    level: Level,
    steps: Option<Steps>,
}

/// What to do with pictures of one kind.
struct Steps {
    from: (PixelFormat, Size, ColorSpace),
    convert: Option<(Converter, FramePool)>,
    scale: Option<(Scaler, FramePool)>,
}

impl Adapter {
    /// Makes pictures of a size and in a colour space.
    pub const fn new(size: Size, color: ColorSpace, level: Level) -> Self {
        Self { to: (size, color), level, steps: None }
    }

    /// The picture as expected. One of another shape is cropped.
    pub fn run(&mut self, picture: Frame) -> Frame {
        let from = (picture.format(), picture.size(), picture.color);
        if self.steps.as_ref().is_some_and(|steps| steps.from != from) {
            self.steps = None;
        }
        let (to, level) = (self.to, self.level);
        let steps = self.steps.get_or_insert_with(|| Steps::new(from, to, level));
        let mut frame = picture;
        if let Some((converter, pool)) = &mut steps.convert {
            let mut converted = pool.take();
            converter.run(&frame, &mut converted);
            (converted.time, converted.sequence) = (frame.time, frame.sequence);
            frame = converted;
        }
        if let Some((scaler, pool)) = &mut steps.scale {
            let mut scaled = pool.take();
            scaled.tag_like(&frame);
            scaler.run(&frame, &mut scaled);
            frame = scaled;
        }
        frame
    }
}

impl Steps {
    fn new(
        from: (PixelFormat, Size, ColorSpace),
        (size, color): (Size, ColorSpace),
        level: Level,
    ) -> Self {
        let (format, native, own) = from;
        let (given, wanted) = ((format, own), (PixelFormat::I420, color));
        let pool = |size| FramePool::new(PixelFormat::I420, size, POOLED_FRAMES);
        let convert =
            (given != wanted).then(|| (Converter::new(given, wanted, native, level), pool(native)));
        let scale = (native != size).then(|| {
            let (crop, target) = placed(native, size, Fit::Cover);
            (Scaler::placed((native, crop), (size, target), level), pool(size))
        });
        Self { from, convert, scale }
    }
}
