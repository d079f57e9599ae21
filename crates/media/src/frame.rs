//! Frames: one picture with everything needed to show it correctly.

use crate::buffer::Buffer;
use crate::memory::Memory;
use crate::{ColorSpace, PixelFormat, Plane, PlaneMut, PlaneShape, Size, Timestamp};

/// Rows begin at multiples of this many bytes from the first.
const STRIDE_ALIGN: usize = 64;

/// Format and size of a frame, and where its planes lie in one buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameLayout {
    format: PixelFormat,
    size: Size,
    planes: Vec<PlacedPlane>,
    bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PlacedPlane {
    shape: PlaneShape,
    stride: usize,
    offset: usize,
}

/// Why bytes don't make a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The buffer has the wrong length.
    #[error("a {format} picture of {size} takes {expected} bytes, not {found}")]
    WrongLength {
        /// The picture's format.
        format: PixelFormat,
        /// Its size.
        size: Size,
        /// Bytes that it takes when tightly packed.
        expected: usize,
        /// Bytes that were passed.
        found: usize,
    },
}

impl FrameLayout {
    /// The layout of a new frame: strides rounded up for fast kernels.
    pub fn new(format: PixelFormat, size: Size) -> Self {
        let mut bytes = 0;
        let planes = format
            .planes(size)
            .into_iter()
            .map(|shape| {
                let stride = shape.row_bytes.next_multiple_of(STRIDE_ALIGN);
                let offset = bytes;
                bytes += stride * shape.rows;
                PlacedPlane { shape, stride, offset }
            })
            .collect();
        Self { format, size, planes, bytes }
    }

    /// How the components lie.
    pub const fn format(&self) -> PixelFormat {
        self.format
    }

    /// Size in pixels.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Bytes of the buffer, gaps included.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// One picture: planes, colour space, timestamp and sequence number.
///
/// A frame from a [`FramePool`](crate::FramePool) gives its memory back when it is dropped.
#[derive(Debug)]
pub struct Frame {
    layout: std::sync::Arc<FrameLayout>,
    buffer: Buffer,
    /// What the numbers mean.
    pub color: ColorSpace,
    /// When the picture was taken.
    pub time: Timestamp,
    /// Counts the pictures of a source, from 0.
    pub sequence: u64,
}

impl Frame {
    /// A frame with its own memory, all bytes 0.
    pub fn new(format: PixelFormat, size: Size) -> Self {
        let layout = FrameLayout::new(format, size);
        let buffer = Buffer::owned(Memory::zeroed(layout.bytes()));
        Self::from_parts(std::sync::Arc::new(layout), buffer)
    }

    pub(crate) fn from_parts(layout: std::sync::Arc<FrameLayout>, buffer: Buffer) -> Self {
        let (color, time) = (ColorSpace::default(), Timestamp::default());
        Self { layout, buffer, color, time, sequence: 0 }
    }

    /// How the components lie.
    pub fn format(&self) -> PixelFormat {
        self.layout.format
    }

    /// Size in pixels.
    pub fn size(&self) -> Size {
        self.layout.size
    }

    /// The frame's layout.
    pub fn layout(&self) -> &FrameLayout {
        &self.layout
    }

    /// Number of planes.
    pub fn plane_count(&self) -> usize {
        self.layout.planes.len()
    }

    /// Plane `index` (luma or the packed picture is 0), to read.
    ///
    /// # Panics
    /// If the format has no such plane.
    pub fn plane(&self, index: usize) -> Plane<'_> {
        let p = self.layout.planes[index];
        let data = &self.buffer.bytes()[p.offset..][..p.stride * p.shape.rows];
        Plane::new(data, p.shape.row_bytes, p.shape.rows, p.stride)
    }

    /// Plane `index`, to write.
    ///
    /// # Panics
    /// If the format has no such plane.
    pub fn plane_mut(&mut self, index: usize) -> PlaneMut<'_> {
        let p = self.layout.planes[index];
        let data = &mut self.buffer.bytes_mut()[p.offset..][..p.stride * p.shape.rows];
        PlaneMut::new(data, p.shape.row_bytes, p.shape.rows, p.stride)
    }

    /// The frame's whole memory: the planes one after the other, each `stride * rows` bytes.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.buffer.bytes_mut()
    }

    /// The frame's whole memory, to read.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.bytes()
    }

    /// The three planes of a planar YUV frame, to read.
    ///
    /// # Panics
    /// If the format doesn't have three planes.
    pub fn yuv(&self) -> [Plane<'_>; 3] {
        assert_eq!(self.plane_count(), 3, "{} does not have three planes", self.format());
        [self.plane(0), self.plane(1), self.plane(2)]
    }

    /// The three planes of a planar YUV frame, to write.
    ///
    /// # Panics
    /// If the format doesn't have three planes.
    pub fn yuv_mut(&mut self) -> [PlaneMut<'_>; 3] {
        let [y, u, v] = self.layout.planes[..] else {
            panic!("{} does not have three planes", self.layout.format);
        };
        let (head, v_data) = self.buffer.bytes_mut().split_at_mut(v.offset);
        let (y_data, u_data) = head.split_at_mut(u.offset);
        let view =
            |p: PlacedPlane, data| PlaneMut::new(data, p.shape.row_bytes, p.shape.rows, p.stride);
        [view(y, y_data), view(u, u_data), view(v, v_data)]
    }

    /// Copies colour space, timestamp and sequence number from another frame.
    pub fn tag_like(&mut self, other: &Self) {
        self.color = other.color;
        self.time = other.time;
        self.sequence = other.sequence;
    }

    /// Copies planes and tags of a frame with the same format and size.
    ///
    /// # Panics
    /// If format or size differ.
    pub fn copy_from(&mut self, other: &Self) {
        self.copy_picture(other);
        self.tag_like(other);
    }

    /// Copies the planes of a frame with the same format and size, and keeps the tags.
    ///
    /// # Panics
    /// If format or size differ.
    pub fn copy_picture(&mut self, other: &Self) {
        assert_eq!(self.layout, other.layout, "frames of different layout");
        self.buffer.bytes_mut().copy_from_slice(other.buffer.bytes());
    }

    /// Makes the whole picture black, in its tagged colour space. The tags stay.
    pub fn blacken(&mut self) {
        let black = self.color.range.black();
        match self.format() {
            PixelFormat::Yuyv => {
                let pairs = self.buffer.bytes_mut().chunks_exact_mut(2);
                pairs.for_each(|pair| pair.copy_from_slice(&[black, 128]));
            }
            PixelFormat::Rgba32 => {
                let pixels = self.buffer.bytes_mut().chunks_exact_mut(4);
                pixels.for_each(|pixel| pixel.copy_from_slice(&[0, 0, 0, 255]));
            }
            PixelFormat::Rgb24 => self.buffer.bytes_mut().fill(0),
            _ => {
                self.buffer.bytes_mut().fill(128);
                self.plane_mut(0).fill(black);
            }
        }
    }

    /// Fills the planes from tightly packed bytes in plane order, as programs pipe raw video.
    ///
    /// # Errors
    /// [`LayoutError::WrongLength`]; the frame is then unchanged.
    pub fn fill_from_packed(&mut self, bytes: &[u8]) -> Result<(), LayoutError> {
        let expected = self.packed_bytes();
        if bytes.len() != expected {
            let (format, size) = (self.format(), self.size());
            return Err(LayoutError::WrongLength { format, size, expected, found: bytes.len() });
        }
        let mut rest = bytes;
        for index in 0..self.plane_count() {
            for row in self.plane_mut(index).rows_mut() {
                let (now, later) = rest.split_at(row.len());
                row.copy_from_slice(now);
                rest = later;
            }
        }
        Ok(())
    }

    /// Appends the planes, tightly packed, to `out`.
    pub fn write_packed(&self, out: &mut Vec<u8>) {
        for index in 0..self.plane_count() {
            self.plane(index).rows().for_each(|row| out.extend_from_slice(row));
        }
    }

    /// Bytes of the picture without gaps.
    pub fn packed_bytes(&self) -> usize {
        self.layout.planes.iter().map(|p| p.shape.row_bytes * p.shape.rows).sum()
    }
}

impl Clone for Frame {
    /// A copy with its own memory (it doesn't come from a pool).
    fn clone(&self) -> Self {
        let mut memory = Memory::zeroed(self.layout.bytes());
        memory.copy_from_slice(self.buffer.bytes());
        let buffer = Buffer::owned(memory);
        let mut copy = Self::from_parts(self.layout.clone(), buffer);
        copy.tag_like(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bytes_go_in_and_come_out_unchanged() {
        for format in [PixelFormat::I420, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24]
        {
            let mut frame = Frame::new(format, Size::new(7, 5).unwrap());
            let bytes: Vec<u8> = (0..frame.packed_bytes()).map(|i| i as u8).collect();
            frame.fill_from_packed(&bytes).unwrap();
            let mut back = Vec::new();
            frame.write_packed(&mut back);
            assert_eq!(back, bytes, "{format}");
        }
    }

    #[test]
    fn a_wrong_length_is_refused() {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(4, 4).unwrap());
        let error = frame.fill_from_packed(&[0; 23]).unwrap_err();
        assert_eq!(error.to_string(), "a I420 picture of 4x4 takes 24 bytes, not 23");
    }

    #[test]
    fn the_three_planes_do_not_overlap() {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(6, 4).unwrap());
        for (value, mut plane) in (1..).zip(frame.yuv_mut()) {
            plane.fill(value);
        }
        let seen = frame.yuv().map(|p| p.rows().all(|r| r.iter().all(|&b| b == p.row(0)[0])));
        assert_eq!(seen, [true; 3]);
        assert_eq!(frame.yuv().map(|p| p.row(0)[0]), [1, 2, 3]);
    }

    #[test]
    fn black_is_black_and_not_green() {
        let size = Size::new(6, 4).unwrap();
        let black = |format, color| {
            let mut frame = Frame::new(format, size);
            (frame.color, frame.sequence) = (color, 7);
            frame.bytes_mut().fill(99);
            frame.blacken();
            assert_eq!((frame.color, frame.sequence), (color, 7));
            let planes = (0..frame.plane_count()).map(|i| frame.plane(i).row(3 / (i + 1)).to_vec());
            planes.collect::<Vec<_>>()
        };
        let pairs = |pair: [u8; 2]| pair.repeat(6);
        assert_eq!(black(PixelFormat::Yuyv, ColorSpace::BT601), [pairs([16, 128])]);
        assert_eq!(black(PixelFormat::Yuyv, ColorSpace::JPEG), [pairs([0, 128])]);
        assert_eq!(black(PixelFormat::Nv12, ColorSpace::BT709), [vec![16; 6], vec![128; 6]]);
        let planes = [vec![16; 6], vec![128; 3], vec![128; 3]];
        assert_eq!(black(PixelFormat::I420, ColorSpace::BT601), planes);
        assert_eq!(black(PixelFormat::Rgb24, ColorSpace::BT601), [vec![0; 18]]);
        assert_eq!(black(PixelFormat::Rgba32, ColorSpace::BT601), [[0, 0, 0, 255].repeat(6)]);
    }
}
