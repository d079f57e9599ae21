//! A camera's picture on its way from the capturing thread to the working one: copied out of the
//! driver's memory as it is, so that the driver gets that back at once.

use backlot_media::{
    CameraMode, Encoding, Frame, FrameLayout, FramePool, PixelFormat, RawPicture, Size, Timestamp,
};
use crossbeam_queue::ArrayQueue;
use std::sync::Arc;

/// Parcels that may be under way at once without allocating.
const POOLED: usize = 3;

/// A JPEG picture can't be larger than this many bytes a pixel.
const MOST_JPEG_BYTES: usize = 4;

/// A picture as the camera delivered it.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// What is in it.
    pub content: Content,
    /// When the picture was taken, on the system's monotonic clock.
    pub time: Timestamp,
    /// Counts the pictures of all cameras so far.
    pub sequence: u64,
}

/// The picture itself.
#[derive(Debug)]
pub(crate) enum Content {
    /// Planes.
    Raw(Frame),
    /// A JPEG picture.
    Jpeg(Bytes),
}

/// Bytes that go back to where they came from.
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
        // A full queue lets the memory go.
        let _ = self.home.push(std::mem::take(&mut self.bytes));
    }
}

/// Makes parcels of the pictures of one stream.
pub(crate) enum Packer {
    Raw { pool: FramePool, mode: CameraMode, shapes: Shapes },
    Jpeg { pool: Arc<ArrayQueue<Vec<u8>>>, most: usize },
}

/// Bytes in a row and rows of each plane.
type Shapes = Vec<(usize, usize)>;

impl Packer {
    /// For a camera's mode; takes all memory.
    pub fn new(mode: CameraMode) -> Self {
        match mode.encoding {
            Encoding::Raw(format) => Self::Raw {
                pool: FramePool::new(format, mode.size, POOLED),
                shapes: shapes(format, mode.size),
                mode,
            },
            Encoding::Jpeg => {
                let pool = Arc::new(ArrayQueue::new(POOLED));
                while pool.push(Vec::with_capacity(mode.size.pixels() / 2)).is_ok() {}
                Self::Jpeg { pool, most: MOST_JPEG_BYTES * mode.size.pixels() + 65_536 }
            }
        }
    }

    /// Copies a picture; `None` if it is not what the mode says.
    pub fn pack(&self, picture: RawPicture<'_>, sequence: u64) -> Option<Parcel> {
        let content = match self {
            Self::Raw { pool, mode, shapes } => {
                let mut frame = pool.take();
                frame.color = mode.color;
                copy_planes(&mut frame, shapes, picture)?;
                Content::Raw(frame)
            }
            Self::Jpeg { most, .. } if picture.bytes.len() > *most => return None,
            Self::Jpeg { pool, .. } => {
                let mut bytes = pool.pop().unwrap_or_default();
                bytes.clear();
                bytes.extend_from_slice(picture.bytes);
                Content::Jpeg(Bytes { bytes, home: pool.clone() })
            }
        };
        Some(Parcel { content, time: picture.time, sequence })
    }
}

fn shapes(format: PixelFormat, size: Size) -> Shapes {
    format.planes(size).iter().map(|plane| (plane.row_bytes, plane.rows)).collect()
}

/// Copies planes that follow one another, whose strides are in proportion to the first one's.
fn copy_planes(
    frame: &mut Frame,
    shapes: &[(usize, usize)],
    picture: RawPicture<'_>,
) -> Option<()> {
    let (first_row, _) = *shapes.first()?;
    if picture.stride < first_row {
        return None;
    }
    let mut rest = picture.bytes;
    for (index, &(row_bytes, rows)) in shapes.iter().enumerate() {
        let stride = picture.stride.checked_mul(row_bytes)?.div_ceil(first_row);
        // The last row need not be padded.
        let needed = stride.checked_mul(rows.checked_sub(1)?)?.checked_add(row_bytes)?;
        let (plane, after) = rest.split_at_checked(needed)?;
        for (target, source) in frame.plane_mut(index).rows_mut().zip(plane.chunks(stride)) {
            target.copy_from_slice(&source[..row_bytes]);
        }
        rest = after.get(stride - row_bytes..).unwrap_or_default();
    }
    Some(())
}

/// Bytes that a raw picture without padding has.
#[cfg(test)]
fn packed_bytes(format: PixelFormat, size: Size) -> usize {
    shapes(format, size).iter().map(|(row, rows)| row * rows).sum()
}

/// Whether a frame is laid out as a mode says.
pub(crate) fn is_of(layout: &FrameLayout, format: PixelFormat, size: Size) -> bool {
    layout.format() == format && layout.size() == size
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{ColorSpace, FrameRate};

    fn mode(encoding: Encoding, size: Size) -> CameraMode {
        CameraMode { size, rate: FrameRate::FPS_30, encoding, color: ColorSpace::BT601 }
    }

    fn picture(bytes: &[u8], stride: usize) -> RawPicture<'_> {
        RawPicture { bytes, stride, time: Timestamp::from_nanos(5), sequence: 1 }
    }

    #[test]
    fn planes_are_copied_whatever_their_stride() {
        let size = Size { width: 6, height: 4 };
        for format in [PixelFormat::I420, PixelFormat::Nv12, PixelFormat::Yuyv, PixelFormat::I422] {
            let packer = Packer::new(mode(Encoding::Raw(format), size));
            let packed: Vec<u8> = (0..packed_bytes(format, size) as u8).collect();
            let shapes = shapes(format, size);
            let first = shapes[0].0;
            let parcel = packer.pack(picture(&packed, first), 9).unwrap();
            let Content::Raw(plain) = parcel.content else { panic!("raw") };
            let mut out = Vec::new();
            plain.write_packed(&mut out);
            assert_eq!(out, packed, "{format}");
            assert_eq!((parcel.sequence, parcel.time.nanos()), (9, 5));

            let mut padded = Vec::new();
            let mut at = 0;
            for (row, rows) in shapes {
                for _ in 0..rows {
                    padded.extend_from_slice(&packed[at..at + row]);
                    padded.resize(padded.len() + row, 0xEE);
                    at += row;
                }
            }
            let parcel = packer.pack(picture(&padded, 2 * first), 9).unwrap();
            let Content::Raw(frame) = parcel.content else { panic!("raw") };
            out.clear();
            frame.write_packed(&mut out);
            assert_eq!(out, packed, "{format} with padding");
        }
    }

    #[test]
    fn what_is_too_short_is_no_picture() {
        let size = Size { width: 6, height: 4 };
        let packer = Packer::new(mode(Encoding::Raw(PixelFormat::I420), size));
        let bytes = vec![0; packed_bytes(PixelFormat::I420, size)];
        assert!(packer.pack(picture(&bytes, 6), 0).is_some());
        for (length, stride) in [(bytes.len() - 1, 6), (bytes.len(), 5), (bytes.len(), 7), (0, 6)] {
            assert!(packer.pack(picture(&bytes[..length], stride), 0).is_none(), "{length}");
        }
        assert!(packer.pack(picture(&bytes, usize::MAX), 0).is_none());
    }

    #[test]
    fn jpegs_are_taken_as_they_are_but_not_any_size() {
        let size = Size { width: 64, height: 64 };
        let packer = Packer::new(mode(Encoding::Jpeg, size));
        for _ in 0..10 {
            let parcel = packer.pack(picture(&[1, 2, 3], 0), 0).unwrap();
            let Content::Jpeg(bytes) = parcel.content else { panic!("jpeg") };
            assert_eq!(&*bytes, [1, 2, 3]);
        }
        assert!(packer.pack(picture(&vec![0; 1 << 20], 0), 0).is_none());
    }
}
