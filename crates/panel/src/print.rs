//! Pictures as JPEG.

use backlot_guard::Cleared;
use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, PixelFormat, Size};
use backlot_mjpeg::{Encoder, MjpegError};

/// The quality of the JPEG pictures, of 100.
const QUALITY: u8 = 80;

/// Makes JPEG of pictures, in memory that it keeps.
pub(crate) struct Printer {
    converter: Option<(Size, Converter, Frame)>,
    encoder: Encoder,
}

impl Printer {
    /// # Errors
    /// When the codec can't be had.
    pub fn new() -> Result<Self, MjpegError> {
        Ok(Self { converter: None, encoder: Encoder::new(QUALITY)? })
    }

    /// A picture as JPEG.
    ///
    /// # Errors
    /// When the codec fails.
    pub fn print(&mut self, picture: &Cleared) -> Result<Vec<u8>, MjpegError> {
        let size = picture.size();
        let known = self.converter.take();
        let known = known.filter(|(of, converter, _)| *of == size && converter.takes(&**picture));
        let (_, converter, frame) = self.converter.insert(known.unwrap_or_else(|| {
            let from = (picture.format(), picture.color);
            // What JPEG means.
            let to = (PixelFormat::I420, ColorSpace::JPEG);
            let converter = Converter::new(from, to, size, Level::best());
            (size, converter, Frame::new(PixelFormat::I420, size))
        }));
        converter.run(&**picture, frame);
        self.encoder.encode(frame)
    }
}
