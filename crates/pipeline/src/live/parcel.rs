//! A camera's picture on its way from the capturing thread to the working one: copied from the
//! driver's memory, so that the driver gets that back at once. JPEG pictures stay as they are, as
//! decoding costs a lot and a newer one may come first.

use backlot_kernels::{Converter, Level};
use backlot_media::{
    CameraMode, ColorSpace, Encoding, Frame, FramePool, Picture, PixelFormat, RawPicture, Timestamp,
};
use backlot_mjpeg::END_MARKER;
use crossbeam_queue::ArrayQueue;
use std::sync::Arc;

/// The working colour space: what cameras and viewers assume for untagged pictures.
pub(crate) const COLOR: ColorSpace = ColorSpace::BT601;

/// The number of parcels that may be under way at once without allocating.
const POOLED: usize = 3;

/// A JPEG picture can't be larger than this many bytes a pixel.
const MOST_JPEG_BYTES: usize = 4;

/// A picture as the camera delivered it.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// Its contents.
    pub content: Content,
    /// When the picture was taken, on the system's monotonic clock.
    pub time: Timestamp,
    /// Counts the pictures of all cameras so far.
    pub sequence: u64,
    /// Counts how often a camera was opened: pictures of two streams are unrelated.
    pub stream: u64,
}

/// The picture itself.
#[derive(Debug)]
pub(crate) enum Content {
    /// I420 in the working colour space.
    Planes(Frame),
    /// A JPEG picture, as the camera sent it, and an end marker.
    Jpeg(Bytes),
}

/// Bytes that return to their pool.
#[derive(Debug)]
pub(crate) struct Bytes {
    bytes: Vec<u8>,
    home: Arc<ArrayQueue<Vec<u8>>>,
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        // A full queue frees the memory.
        let _ = self.home.push(std::mem::take(&mut self.bytes));
    }
}

/// Makes parcels from the pictures of one stream.
pub(crate) enum Packer {
    Raw { format: PixelFormat, mode: CameraMode, convert: Box<Converter>, pool: FramePool },
    Jpeg { pool: Arc<ArrayQueue<Vec<u8>>>, most: usize },
}

impl Packer {
    /// Makes one for a camera's mode, and allocates everything.
    pub fn new(mode: CameraMode) -> Self {
        match mode.encoding {
            Encoding::Raw(format) => {
                let (from, to) = ((format, mode.color), (PixelFormat::I420, COLOR));
                let convert = Converter::new(from, to, mode.size, Level::best());
                let pool = FramePool::new(PixelFormat::I420, mode.size, POOLED);
                Self::Raw { format, mode, convert: Box::new(convert), pool }
            }
            Encoding::Jpeg => {
                let pool = Arc::new(ArrayQueue::new(POOLED));
                while pool.push(Vec::with_capacity(mode.size.pixels() / 2)).is_ok() {}
                Self::Jpeg { pool, most: MOST_JPEG_BYTES * mode.size.pixels() + 65_536 }
            }
        }
    }

    /// Copies a picture from the driver's memory; `None` if it doesn't fit the mode.
    pub fn pack(&mut self, raw: RawPicture<'_>, sequence: u64, stream: u64) -> Option<Parcel> {
        let content = match self {
            Self::Raw { format, mode, convert, pool } => {
                let (size, color) = (mode.size, mode.color);
                let picture = Picture::in_bytes(*format, size, color, raw.bytes, raw.stride)?;
                let mut frame = pool.take();
                convert.run(picture, &mut frame);
                Content::Planes(frame)
            }
            Self::Jpeg { most, .. } if raw.bytes.len() > *most => return None,
            Self::Jpeg { pool, .. } => {
                let mut bytes = pool.pop().unwrap_or_default();
                bytes.clear();
                bytes.extend_from_slice(raw.bytes);
                // Adding it costs nothing here, for the cameras that leave it out.
                bytes.extend(END_MARKER);
                Content::Jpeg(Bytes { bytes, home: pool.clone() })
            }
        };
        Some(Parcel { content, time: raw.time, sequence, stream })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{ColorSpace, FrameRate, Size};

    fn mode(encoding: Encoding, size: Size) -> CameraMode {
        CameraMode { size, rate: FrameRate::FPS_30, encoding, color: ColorSpace::BT601 }
    }

    fn picture(bytes: &[u8], stride: usize) -> RawPicture<'_> {
        RawPicture { bytes, stride, time: Timestamp::from_nanos(5), sequence: 1 }
    }

    #[test]
    fn raw_pictures_become_planes_whatever_their_stride() {
        let size = Size { width: 4, height: 2 };
        let mut packer = Packer::new(mode(Encoding::Raw(PixelFormat::Yuyv), size));
        let rows = [[10, 100, 20, 200, 30, 100, 40, 200]; 2];
        let padded = [&rows[0][..], &[1, 2, 3, 4], &rows[1][..]].concat();
        for (bytes, stride) in [(rows.concat(), 8), (padded, 12)] {
            let parcel = packer.pack(picture(&bytes, stride), 9, 1).unwrap();
            assert_eq!((parcel.sequence, parcel.time.nanos()), (9, 5));
            let Content::Planes(frame) = parcel.content else { panic!("planes") };
            assert_eq!(frame.plane(0).row(1), [10, 20, 30, 40]);
            assert_eq!(
                (frame.plane(1).row(0), frame.plane(2).row(0)),
                (&[100; 2][..], &[200; 2][..])
            );
        }
        assert!(packer.pack(picture(&rows.concat()[1..], 8), 0, 1).is_none());
    }

    #[test]
    fn jpegs_are_taken_as_they_are_but_not_any_size() {
        let size = Size { width: 64, height: 64 };
        let mut packer = Packer::new(mode(Encoding::Jpeg, size));
        for _ in 0..10 {
            let parcel = packer.pack(picture(&[1, 2, 3], 0), 0, 1).unwrap();
            let Content::Jpeg(bytes) = parcel.content else { panic!("jpeg") };
            assert_eq!(&*bytes, [1, 2, 3, 0xff, 0xd9]);
        }
        assert!(packer.pack(picture(&vec![0; 1 << 20], 0), 0, 1).is_none());
    }
}
