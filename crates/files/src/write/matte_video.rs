//! Videos of mattes: in grey, or as the transparency of the person.

use crate::write::container::{self, Container};
use crate::write::encoding::Encoding;
use crate::write::video::{VideoSink, check_frame, container_of};
use crate::{FilesError, VideoOutOptions};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Plane, Range, Size, Timestamp};
use std::io::{self, Write};
use std::path::Path;

/// Writes mattes as a grey video: the background is black, the person is white (in the range
/// of video, 16 to 235).
#[derive(Debug)]
pub struct GreySink {
    sink: VideoSink,
    frame: Frame,
    levels: [u8; 256],
}

impl GreySink {
    /// Starts a video of any [`Container`].
    ///
    /// # Errors
    /// As [`VideoSink::create`].
    pub fn create(path: &Path, options: &VideoOutOptions) -> Result<Self, FilesError> {
        let sink = VideoSink::create(path, options)?;
        let mut frame = Frame::new(PixelFormat::I420, options.size);
        crate::still::picture::fill(&mut frame, [0, 128, 128]);
        frame.color = options.color;
        let levels = std::array::from_fn(|matte| level(matte as u8, options.color.range));
        Ok(Self { sink, frame, levels })
    }

    /// Adds a matte; the first one's time is its delay from the start of the file.
    ///
    /// # Errors
    /// When it has another size, or can't be written.
    pub fn write(&mut self, matte: &Matte, time: Timestamp) -> Result<(), FilesError> {
        check_matte(matte, self.frame.size())?;
        let mut luma = self.frame.plane_mut(0);
        for (to, from) in luma.rows_mut().zip(matte.plane().rows()) {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = self.levels[usize::from(from)]);
        }
        self.frame.time = time;
        self.sink.write(&self.frame)
    }

    /// Declares that the frames end before those of the file with the sound, so that the sound ends
    /// with them. Otherwise the whole sound is kept, even if it is longer than the picture.
    pub const fn end_early(&mut self) {
        self.sink.end_early();
    }

    /// Completes the file; see [`VideoSink::complete`].
    ///
    /// # Errors
    /// When the rest can't be written.
    pub fn complete(self) -> Result<Vec<String>, FilesError> {
        self.sink.complete()
    }
}

fn level(matte: u8, range: Range) -> u8 {
    (f64::from(range.black()) + f64::from(matte) / 255.0 * range.luma_span()).round() as u8
}

/// Writes the person with real transparency: webm (VP9) or mov (ProRes 4444).
///
/// Where the matte is 0, the person's mean colour replaces the frame's pixels: the file shows
/// nothing of the room, and the codec makes no dark fringe.
#[derive(Debug)]
pub struct AlphaVideoSink {
    size: Size,
    color: ColorSpace,
    encoding: Encoding,
    row: Vec<u8>,
}

impl AlphaVideoSink {
    /// The endings of names, for messages.
    pub const ENDINGS: &'static str = "webm, mov";

    /// Starts a video.
    ///
    /// # Errors
    /// One sentence when the name is not one of the two, is taken, or can't be written.
    pub fn create(path: &Path, options: &VideoOutOptions) -> Result<Self, FilesError> {
        let endings = if options.is_chunk { Container::ENDINGS } else { Self::ENDINGS };
        let container = container_of(path, "a video with transparency", endings)?;
        options.permit.check(path)?;
        let codec = match container {
            _ if options.is_chunk => container::LOSSLESS_ALPHA.to_vec(),
            Container::Webm => container::vp9(options.quality, true),
            _ => container::PRORES_4444.to_vec(),
        };
        let spec = options.spec((container, options.size), "yuva420p", codec);
        let encoding = Encoding::start(path, spec)?;
        let row = vec![0; options.size.width as usize];
        Ok(Self { size: options.size, color: options.color, encoding, row })
    }

    /// Adds a frame with its matte.
    ///
    /// # Errors
    /// When one of them has another size, or they can't be written.
    pub fn write(&mut self, frame: &Frame, matte: &Matte) -> Result<(), FilesError> {
        check_frame(frame, self.size, self.color)?;
        check_matte(matte, self.size)?;
        self.encoding.begins_at(frame.time);
        let row = &mut self.row;
        self.encoding.write(|pipe| {
            let [luma, u, v] = frame.yuv();
            write_kept(pipe, row, luma, matte.plane(), 1)?;
            write_kept(pipe, row, u, matte.plane(), 2)?;
            write_kept(pipe, row, v, matte.plane(), 2)?;
            matte.plane().rows().try_for_each(|row| pipe.write_all(row))
        })
    }

    /// Declares that the frames end before those of the file with the sound, so that the sound ends
    /// with them. Otherwise the whole sound is kept, even if it is longer than the picture.
    pub const fn end_early(&mut self) {
        self.encoding.end_early();
    }

    /// Completes the file; see [`VideoSink::complete`].
    ///
    /// # Errors
    /// When the rest can't be written.
    pub fn complete(self) -> Result<Vec<String>, FilesError> {
        self.encoding.finish()
    }
}

fn check_matte(matte: &Matte, size: Size) -> Result<(), FilesError> {
    let shape = |size| (PixelFormat::Gray8, size);
    match matte.size() == size {
        true => Ok(()),
        false => Err(FilesError::wrong_frame(shape(size), shape(matte.size()))),
    }
}

/// Writes a plane with one value per `sub` x `sub` pixels, with its mean over the person where none
/// of them is person.
fn write_kept(
    out: &mut impl Write,
    row: &mut [u8],
    plane: Plane<'_>,
    matte: Plane<'_>,
    sub: usize,
) -> io::Result<()> {
    let row = &mut row[..plane.width()];
    let mean = mean_of_person(plane, matte, sub);
    for y in 0..plane.height() {
        row.copy_from_slice(plane.row(y));
        let upper = matte.row(y * sub);
        let lower = matte.row(((y + 1) * sub - 1).min(matte.height() - 1));
        for (x, value) in row.iter_mut().enumerate() {
            let span = x * sub..((x + 1) * sub).min(matte.width());
            if upper[span.clone()].iter().chain(&lower[span]).all(|&m| m == 0) {
                *value = mean;
            }
        }
        out.write_all(row)?;
    }
    Ok(())
}

/// The mean of a plane's values weighted by the matte; grey if nobody is there.
fn mean_of_person(plane: Plane<'_>, matte: Plane<'_>, sub: usize) -> u8 {
    let (mut sum, mut weight) = (0_u64, 0_u64);
    for (values, mattes) in plane.rows().zip(matte.rows().step_by(sub)) {
        for (&value, &matte) in values.iter().zip(mattes.iter().step_by(sub)) {
            sum += u64::from(value) * u64::from(matte);
            weight += u64::from(matte);
        }
    }
    sum.checked_div(weight).map_or(128, |mean| mean as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_room_is_written() {
        let matte = [0, 0, 0, 9, 0, 0, 0, 0, 255];
        let (matte, luma) = (Plane::packed(&matte, 3, 3), [1, 2, 3, 4, 5, 6, 7, 8, 90]);
        let mut out = Vec::new();
        write_kept(&mut out, &mut [0; 3], Plane::packed(&luma, 3, 3), matte, 1).unwrap();
        assert_eq!(out, [87, 87, 87, 4, 87, 87, 87, 87, 90]);
        out.clear();
        let chroma = Plane::packed(&[10, 20, 30, 40], 2, 2);
        write_kept(&mut out, &mut [0; 3], chroma, matte, 2).unwrap();
        assert_eq!(out, [10, 40, 40, 40]);
    }

    #[test]
    fn grey_takes_the_whole_range_of_video() {
        assert_eq!([0, 255].map(|m| level(m, Range::Limited)), [16, 235]);
        assert_eq!([0, 255].map(|m| level(m, Range::Full)), [0, 255]);
    }
}
