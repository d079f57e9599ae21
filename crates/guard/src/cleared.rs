//! Pictures that may be shown.

use backlot_kernels::{Converter, Scaler};
use backlot_media::{Frame, OutputMode};
use std::ops::Deref;

/// A picture that viewers may see: the guard let it through, or we drew it ourselves.
///
/// The only ways to one are a [`Drawing`](crate::Drawing) and the constructors here, and no
/// constructor takes a camera's pixels. It can be read, not changed.
#[derive(Debug)]
pub struct Cleared {
    frame: Frame,
}

/// What we draw our own pictures from: text and a number, never pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Script<'a> {
    /// The text in large letters.
    pub title: &'a str,
    /// The text in small letters.
    pub line: &'a str,
    /// Counts the pictures of a test pattern.
    pub count: u64,
}

/// Draws a script on the whole of a frame. A plain function can't capture a camera's pixels.
pub type Draw = fn(&mut Frame, &Script<'_>);

impl Cleared {
    /// A card, a placeholder or a test pattern in the form of a mode. `draw` gets a black frame.
    pub fn drawn(mode: &OutputMode, script: &Script<'_>, draw: Draw) -> Self {
        let mut frame = Frame::new(mode.format, mode.size);
        frame.color = mode.color;
        Self { frame }.redrawn(script, draw)
    }

    /// A black picture in the form of a mode.
    pub fn black(mode: &OutputMode) -> Self {
        Self::drawn(mode, &Script::default(), |_, _| ())
    }

    /// Another drawing in the memory of this picture.
    #[must_use]
    pub fn redrawn(mut self, script: &Script<'_>, draw: Draw) -> Self {
        self.frame.blacken();
        draw(&mut self.frame, script);
        self
    }

    /// A finished drawing.
    pub(crate) const fn drawn_of_images(frame: Frame) -> Self {
        Self { frame }
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

    /// The same picture in another size, with black around it where the scaler leaves room.
    ///
    /// # Panics
    /// If the picture or `memory` are not what the scaler takes.
    #[must_use]
    pub fn scaled(&self, mut memory: Frame, scaler: &mut Scaler) -> Self {
        memory.tag_like(&self.frame);
        if !scaler.covers_target() {
            memory.blacken();
        }
        scaler.run(&self.frame, &mut memory);
        Self { frame: memory }
    }

    /// The same picture in another format or colour space.
    ///
    /// # Panics
    /// If the picture or `memory` are not what the converter takes.
    #[must_use]
    pub fn converted(&self, mut memory: Frame, converter: &mut Converter) -> Self {
        converter.run(&self.frame, &mut memory);
        Self { frame: memory }
    }

    /// Returns the picture, to change it or to reuse its memory. It no longer counts as cleared.
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
    use backlot_kernels::Level;
    use backlot_media::{ColorSpace, FrameRate, PixelFormat, Rect, Size, Timestamp, Window};

    fn mode(format: PixelFormat, width: u32) -> OutputMode {
        let (size, color) = (Size::new(width, 4).unwrap(), ColorSpace::BT601);
        OutputMode { size, rate: FrameRate::FPS_30, format, color }
    }

    fn count(frame: &mut Frame, script: &Script<'_>) {
        frame.plane_mut(0).fill(script.count as u8);
        (frame.sequence, frame.time) = (script.count, Timestamp::from_nanos(9));
    }

    /// A picture with reused memory.
    fn used(mode: &OutputMode) -> Frame {
        let mut frame = Frame::new(mode.format, mode.size);
        frame.bytes_mut().fill(99);
        frame
    }

    #[test]
    fn our_drawings_begin_black() {
        let mode = mode(PixelFormat::I420, 4);
        let black = Cleared::black(&mode);
        assert_eq!((black.plane(0).row(3), black.plane(1).row(1)), (&[16; 4][..], &[128; 2][..]));
        let drawn = Cleared::drawn(&mode, &Script { count: 50, ..Script::default() }, count);
        assert_eq!((drawn.plane(0).row(3), drawn.plane(1).row(1)), (&[50; 4][..], &[128; 2][..]));
        let again = drawn.redrawn(&Script::default(), |_, _| ());
        assert_eq!(again.plane(0).row(0), [16; 4]);
    }

    #[test]
    fn copies_of_a_cleared_picture_keep_its_moment() {
        let (small, large) = (mode(PixelFormat::I420, 4), mode(PixelFormat::I420, 8));
        let drawn = Cleared::drawn(&small, &Script { count: 50, ..Script::default() }, count);
        let is_same = |made: &Cleared| {
            assert_eq!((made.sequence, made.time), (50, Timestamp::from_nanos(9)));
        };
        let copied = drawn.copied(used(&small));
        is_same(&copied);
        assert_eq!(copied.plane(0).row(1), [50; 4]);
        let level = Level::best();
        let (from, to) = ((small.format, small.color), (PixelFormat::Yuyv, small.color));
        let mut converter = Converter::new(from, to, small.size, level);
        let converted = drawn.converted(used(&mode(PixelFormat::Yuyv, 4)), &mut converter);
        is_same(&converted);
        assert_eq!(converted.plane(0).row(3), [50, 128].repeat(4));
        let whole = (small.size, Window::whole(small.size));
        let rect = Rect { x: 2, y: 0, width: 4, height: 4 };
        let mut scaler = Scaler::placed(whole, (large.size, rect), level);
        let scaled = drawn.scaled(used(&large), &mut scaler);
        is_same(&scaled);
        assert_eq!(scaled.into_frame().plane(0).row(1), [16, 16, 50, 50, 50, 50, 16, 16]);
    }
}
