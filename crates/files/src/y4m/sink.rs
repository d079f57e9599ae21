//! Writing a stream.

use super::header::MAGIC;
use crate::FilesError;
use crate::raw::write_frame;
use crate::write::video::check_frame;
use backlot_media::{ColorSpace, Frame, FrameRate, Range, Size};
use std::io::{self, BufWriter, Write};

/// Writes frames unchanged as a Y4M stream, for example to standard output.
#[derive(Debug)]
pub struct Y4mSink<W: Write> {
    stream: BufWriter<W>,
    size: Size,
    color: ColorSpace,
}

impl<W: Write> Y4mSink<W> {
    /// Writes the stream's first line.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn create(
        stream: W,
        size: Size,
        rate: FrameRate,
        color: ColorSpace,
    ) -> Result<Self, FilesError> {
        let mut stream = BufWriter::with_capacity(1 << 17, stream);
        let range = match color.range {
            Range::Limited => "LIMITED",
            Range::Full => "FULL",
        };
        let (width, height) = (size.width, size.height);
        let (over, under) = (rate.numerator(), rate.denominator());
        writeln!(
            stream,
            "{MAGIC} W{width} H{height} F{over}:{under} Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE={range}"
        )
        .map_err(FilesError::Pipe)?;
        Ok(Self { stream, size, color })
    }

    /// Adds a frame.
    ///
    /// # Errors
    /// When it has another size or colour space, or can't be written.
    pub fn write(&mut self, frame: &Frame) -> Result<(), FilesError> {
        check_frame(frame, self.size, self.color)?;
        let write = |stream: &mut BufWriter<W>| -> io::Result<()> {
            stream.write_all(b"FRAME\n")?;
            write_frame(stream, frame, frame.size())
        };
        write(&mut self.stream).map_err(FilesError::Pipe)
    }

    /// Hands on what was written so far.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn flush(&mut self) -> Result<(), FilesError> {
        self.stream.flush().map_err(FilesError::Pipe)
    }

    /// Flushes the stream.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn complete(mut self) -> Result<(), FilesError> {
        self.stream.flush().map_err(FilesError::Pipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Intake, Y4mSource};
    use backlot_media::{PixelFormat, Source};

    #[test]
    fn frames_come_back_to_the_byte() {
        for (size, color) in [((6, 4), ColorSpace::BT601), ((5, 3), ColorSpace::JPEG)] {
            let size = Size::new(size.0, size.1).unwrap();
            let rate = FrameRate::new(30_000, 1001).unwrap();
            let mut frame = Frame::new(PixelFormat::I420, size);
            let bytes: Vec<u8> = (0..frame.packed_bytes()).map(|i| (i * 7) as u8).collect();
            frame.fill_from_packed(&bytes).unwrap();
            frame.color = color;
            let mut stream = Vec::new();
            let mut sink = Y4mSink::create(&mut stream, size, rate, color).unwrap();
            (0..3).for_each(|_| sink.write(&frame).unwrap());
            sink.complete().unwrap();
            let intake = Intake::default();
            let mut source = Y4mSource::open(&stream[..], &intake).unwrap();
            assert_eq!((source.size(), source.rate(), source.color()), (size, Some(rate), color));
            for number in 0..3 {
                let found = source.next_y4m_frame().unwrap().unwrap();
                let mut back = Vec::new();
                found.write_packed(&mut back);
                assert_eq!((back, found.sequence), (bytes.clone(), number));
            }
            assert!(source.next_y4m_frame().unwrap().is_none());
            assert_eq!(intake.report.take(), []);
        }
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let (size, color) = (Size::new(640, 480).unwrap(), ColorSpace::BT601);
        let mut sink = Y4mSink::create(full, size, FrameRate::FPS_30, color).unwrap();
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.color = color;
        let failed = sink.write(&frame).and_then(|()| sink.complete());
        assert!(failed.unwrap_err().to_string().contains("No space left"));
    }
}
