//! A borrowed view of a whole picture, wherever its planes are.

use crate::{ColorSpace, Frame, PixelFormat, Plane, Rect, Size, Timestamp};

/// A readable picture: a [`Frame`]'s, or one in the memory of a device.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    format: PixelFormat,
    size: Size,
    planes: [Plane<'a>; 3],
    count: usize,
    /// What the numbers mean.
    pub color: ColorSpace,
    /// When the picture was taken.
    pub time: Timestamp,
    /// Counts the pictures of a source.
    pub sequence: u64,
}

impl<'a> Picture<'a> {
    /// Planes that follow one another in `bytes`. The rows of the first are `stride` bytes apart,
    /// those of the others in proportion; the very last row needs no padding. `None` if the bytes
    /// are too few or the stride too short.
    pub fn in_bytes(
        format: PixelFormat,
        size: Size,
        color: ColorSpace,
        bytes: &'a [u8],
        stride: usize,
    ) -> Option<Self> {
        let mut planes = [Plane::packed(&[], 0, 0); 3];
        let (mut rest, mut first, mut count) = (bytes, 0, 0);
        format.each_plane(size, |shape| {
            if count == 0 {
                first = shape.row_bytes;
            }
            let (plane, after) = split(rest, shape.row_bytes, shape.rows, stride, first)?;
            planes[count] = plane;
            (rest, count) = (after, count + 1);
            Some(())
        })?;
        Some(Self { format, size, planes, count, color, time: Timestamp::default(), sequence: 0 })
    }

    /// How the components lie.
    pub const fn format(&self) -> PixelFormat {
        self.format
    }

    /// Size in pixels.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Plane `index`.
    ///
    /// # Panics
    /// If the format has no such plane.
    #[inline]
    pub fn plane(&self, index: usize) -> Plane<'a> {
        self.planes[..self.count][index]
    }

    /// A part of a picture whose components lie in planes of their own. It begins at even places.
    ///
    /// # Panics
    /// If the format has other planes, or the part begins at an odd place or isn't inside.
    #[must_use]
    pub fn part(&self, part: Rect) -> Self {
        let (across, down) = match self.format {
            PixelFormat::I420 => (2, 2),
            PixelFormat::I422 => (2, 1),
            PixelFormat::I444 | PixelFormat::Gray8 => (1, 1),
            format => panic!("a part of a {format} picture"),
        };
        assert!(part.x.is_multiple_of(2) && part.y.is_multiple_of(2), "{part:?} at an odd place");
        let mut planes = self.planes;
        for (index, plane) in planes[..self.count].iter_mut().enumerate() {
            let (a, b) = if index == 0 { (1, 1) } else { (across, down) };
            let [x, width] = [part.x / a, part.width.div_ceil(a)].map(|v| v as usize);
            let [y, height] = [part.y / b, part.height.div_ceil(b)].map(|v| v as usize);
            *plane = plane.crop(x, y, width, height);
        }
        let size = Size { width: part.width, height: part.height };
        Self { size, planes, ..*self }
    }

    /// The three planes of a planar YUV picture.
    ///
    /// # Panics
    /// If the format doesn't have three planes.
    pub fn yuv(&self) -> [Plane<'a>; 3] {
        assert_eq!(self.count, 3, "{} does not have three planes", self.format);
        self.planes
    }
}

impl<'a> From<&'a Frame> for Picture<'a> {
    fn from(frame: &'a Frame) -> Self {
        let mut planes = [Plane::packed(&[], 0, 0); 3];
        let count = frame.plane_count();
        planes.iter_mut().zip(0..count).for_each(|(plane, i)| *plane = frame.plane(i));
        Self {
            format: frame.format(),
            size: frame.size(),
            planes,
            count,
            color: frame.color,
            time: frame.time,
            sequence: frame.sequence,
        }
    }
}

/// The first plane in some bytes, and the bytes after it.
fn split(
    bytes: &[u8],
    row_bytes: usize,
    rows: usize,
    stride: usize,
    first_row: usize,
) -> Option<(Plane<'_>, &[u8])> {
    let stride = stride.checked_mul(row_bytes)?.checked_div(first_row)?;
    if stride < row_bytes || rows == 0 {
        return None;
    }
    let needed = stride.checked_mul(rows - 1)?.checked_add(row_bytes)?;
    let after = bytes.get(needed.checked_add(stride - row_bytes)?..).unwrap_or_default();
    Some((Plane::new(bytes.get(..needed)?, row_bytes, rows, stride), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 6, height: 4 };

    fn rows(picture: &Picture<'_>) -> Vec<u8> {
        (0..picture.count).flat_map(|i| picture.plane(i).rows().flatten().copied()).collect()
    }

    #[test]
    fn planes_are_found_whatever_their_stride() {
        use PixelFormat::{I420, I422, I444, Nv12, Rgb24, Yuyv};
        for format in [I420, I422, I444, Nv12, Yuyv, Rgb24] {
            let shapes = format.planes(SIZE);
            let first = shapes[0].row_bytes;
            let bytes: usize = shapes.iter().map(|p| p.row_bytes * p.rows).sum();
            let packed: Vec<u8> = (0..bytes as u8).collect();
            let view =
                |bytes, stride| Picture::in_bytes(format, SIZE, ColorSpace::BT601, bytes, stride);
            assert_eq!(rows(&view(&packed, first).unwrap()), packed, "{format}");
            let mut padded = Vec::new();
            let mut at = 0;
            for shape in &shapes {
                for _ in 0..shape.rows {
                    padded.extend_from_slice(&packed[at..at + shape.row_bytes]);
                    padded.resize(padded.len() + shape.row_bytes, 0xEE);
                    at += shape.row_bytes;
                }
            }
            assert_eq!(rows(&view(&padded, 2 * first).unwrap()), packed, "{format} with padding");
            let last = shapes.last().unwrap().row_bytes;
            assert!(view(&padded[..padded.len() - last], 2 * first).is_some());
            for (length, stride) in [(bytes - 1, first), (bytes, first - 1), (bytes, first + 1)] {
                assert!(view(&packed[..length], stride).is_none(), "{format} {length} {stride}");
            }
            assert!(view(&packed, usize::MAX).is_none() && view(&[], 0).is_none());
        }
    }

    #[test]
    fn a_frame_is_a_picture() {
        let mut frame = Frame::new(PixelFormat::Nv12, SIZE);
        frame.sequence = 7;
        frame.plane_mut(1).fill(9);
        let picture = Picture::from(&frame);
        assert_eq!(
            (picture.format(), picture.size(), picture.sequence),
            (PixelFormat::Nv12, SIZE, 7)
        );
        assert_eq!(picture.plane(1).row(1), [9; 6]);
    }
}
