//! Pictures whose coded data was read, and whose pixels are made as they are asked for.

use crate::MAX_PIXELS;
use backlot_jpeg::{Decoder, Level, McuMask, Picture, PlaneMut, Scale};
use backlot_media::{Frame, PixelFormat, Size, Tiles, Timestamp};
use crossbeam_queue::ArrayQueue;
use std::fmt;
use std::sync::Arc;

/// The number of pictures that may be in use at once without allocating.
const POOLED: usize = 3;

/// What takes part in reading: the decoder with the picture, and memory to say which units are wanted.
type Reader = Box<(Decoder, McuMask)>;

/// Readers that are free.
#[derive(Clone)]
pub(crate) struct Readers(Arc<ArrayQueue<Reader>>);

/// A picture that was read, without pixels: they are made on request, straight from what was coded.
pub struct Negative {
    /// Gone only while it is dropped.
    reader: Option<Reader>,
    home: Readers,
    format: PixelFormat,
    size: Size,
    /// When the picture was taken.
    pub time: Timestamp,
    /// Counts the pictures of a source.
    pub sequence: u64,
}

impl Default for Readers {
    fn default() -> Self {
        Self(Arc::new(ArrayQueue::new(POOLED)))
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Readers({})", self.0.len())
    }
}

impl fmt::Debug for Negative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Negative({} {}, number {})", self.format, self.size, self.sequence)
    }
}

impl Readers {
    pub fn read(&self, jpeg: &[u8]) -> Option<Negative> {
        let free = self.0.pop();
        let mut reader =
            free.unwrap_or_else(|| Box::new((Decoder::new(Level::best()), McuMask::default())));
        let form = reader.0.read(jpeg).ok().and_then(form);
        let Some((format, size)) = form else {
            // A full queue frees the memory.
            let _ = self.0.push(reader);
            return None;
        };
        let (home, time) = (self.clone(), Timestamp::default());
        Some(Negative { reader: Some(reader), home, format, size, time, sequence: 0 })
    }
}

/// A picture's format and size, if its pixels can be made in parts. Of a damaged one they can't: where something is
/// missing, what is above goes on.
fn form(picture: Picture<'_>) -> Option<(PixelFormat, Size)> {
    let format = match (picture.planes(), picture.subsampling()) {
        (3, (1, 1)) => PixelFormat::I444,
        (3, (2, 1)) => PixelFormat::I422,
        (3, (2, 2)) => PixelFormat::I420,
        _ => return None,
    };
    let (width, height) = picture.size();
    let size = Size::new(width.try_into().ok()?, height.try_into().ok()?).ok()?;
    let is_usual = !picture.is_damaged() && size.pixels() as u64 <= MAX_PIXELS;
    is_usual.then_some((format, size))
}

impl Drop for Negative {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            // A full queue frees the memory.
            let _ = self.home.0.push(reader);
        }
    }
}

impl Negative {
    /// How the components are coded: I420, I422 or I444, and so are the frames that it fills.
    pub const fn format(&self) -> PixelFormat {
        self.format
    }

    /// Columns and rows.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Columns and rows of the pixels that are coded together.
    pub fn unit(&self) -> (u32, u32) {
        let unit = self.picture().map_or((8, 8), |picture| picture.unit());
        (unit.0 as u32, unit.1 as u32)
    }

    /// Writes the tiles of its units that `wanted` marks, at full size or at half. Returns whether it could: the
    /// frame has its format and that size, and the tiles are its units.
    pub fn tiles(&mut self, wanted: &Tiles, scale: Scale, frame: &mut Frame) -> bool {
        let tile = self.unit();
        if (wanted.picture(), wanted.tile()) != (self.size, tile)
            || !self.fits(frame, scale.divisor() as u32)
        {
            return false;
        }
        let Some((decoder, mask)) = self.reader.as_deref_mut() else { return false };
        let Some(picture) = decoder.picture() else { return false };
        let (across, down) = picture.units();
        mask.reset(across, down);
        for y in 0..down {
            for (x, _) in wanted.row(y).iter().enumerate().filter(|(_, wanted)| **wanted) {
                mask.set(x, y, true);
            }
        }
        picture.blocks(mask, scale, &mut planes(frame)).is_ok()
    }

    /// Writes the whole at a quarter of its width and height. Returns whether it could: the frame has its format and
    /// that size.
    pub fn quarter(&self, frame: &mut Frame) -> bool {
        let picture = self.picture().filter(|_| self.fits(frame, 4));
        picture.is_some_and(|picture| picture.quarter(&mut planes(frame)).is_ok())
    }

    fn fits(&self, frame: &Frame, divisor: u32) -> bool {
        (frame.format(), frame.size()) == (self.format, self.size.divided(divisor))
    }

    fn picture(&self) -> Option<Picture<'_>> {
        self.reader.as_ref().and_then(|reader| reader.0.picture())
    }
}

/// A frame's planes, as the decoder takes them.
fn planes(frame: &mut Frame) -> [PlaneMut<'_>; 3] {
    frame.yuv_mut().map(|plane| {
        let stride = plane.stride();
        PlaneMut { bytes: plane.into_data(), stride }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;

    fn jpeg(format: PixelFormat, size: Size) -> Vec<u8> {
        let mut frame = Frame::new(format, size);
        for index in 0..frame.plane_count() {
            for (y, row) in frame.plane_mut(index).rows_mut().enumerate() {
                row.iter_mut()
                    .enumerate()
                    .for_each(|(x, v)| *v = ((x * 7) ^ (y * 5) ^ index) as u8);
            }
        }
        encode(&frame, 90).unwrap()
    }

    #[test]
    fn its_tiles_are_those_of_the_decoder_and_nothing_else_is_written() {
        let mut decoder = crate::Decoder::new().unwrap();
        for format in [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444] {
            for size in ["160x96", "61x47"].map(|size| size.parse::<Size>().unwrap()) {
                let jpeg = jpeg(format, size);
                let whole = decoder.decode(&jpeg).unwrap().frame;
                let mut negative = decoder.read(&jpeg).unwrap();
                assert_eq!((negative.format(), negative.size()), (format, size));
                let mut tiles = Tiles::new(size, negative.unit());
                tiles.row_mut(1)[1..3].fill(true);
                let mut part = Frame::new(format, size);
                assert!(negative.tiles(&tiles, Scale::Full, &mut part));
                let lit: Vec<_> = (0..tiles.size().1).flat_map(|y| tiles.runs(y, true)).collect();
                let rect = tiles.pixels(&lit[0], 1);
                for (y, (part, whole)) in
                    part.plane(0).rows().zip(whole.plane(0).rows()).enumerate()
                {
                    for (x, (part, whole)) in part.iter().zip(whole).enumerate() {
                        let inside = (rect.x..rect.x + rect.width).contains(&(x as u32))
                            && (rect.y..rect.y + rect.height).contains(&(y as u32));
                        assert_eq!(
                            *part,
                            if inside { *whole } else { 0 },
                            "{format} {size} {x},{y}"
                        );
                    }
                }
                tiles.fill();
                assert!(negative.tiles(&tiles, Scale::Full, &mut part));
                for index in 0..3 {
                    assert!(
                        part.plane(index).rows().eq(whole.plane(index).rows()),
                        "{format} {size}"
                    );
                }
                let wrong = Tiles::new(size, (4, 4));
                assert!(!negative.tiles(&wrong, Scale::Full, &mut part));
                assert!(!negative.quarter(&mut part), "a frame of full size");
            }
        }
    }

    #[test]
    fn what_is_damaged_or_grey_is_left_to_the_decoder() {
        let mut decoder = crate::Decoder::new().unwrap();
        let jpeg = jpeg(PixelFormat::I422, "160x96".parse().unwrap());
        assert!(decoder.read(&jpeg[..jpeg.len() * 3 / 4]).is_none());
        assert!(decoder.read(b"no picture").is_none());
        let grey = Frame::new(PixelFormat::Gray8, "16x16".parse().unwrap());
        assert!(decoder.read(&encode(&grey, 90).unwrap()).is_none());
        assert!(decoder.read(&jpeg).is_some());
    }
}
