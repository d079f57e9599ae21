//! Pixel formats and the shapes of their planes.

use crate::Size;
use std::fmt;

/// How the components of a picture lie in memory. All are 8 bits per component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// Planar Y, U, V; chroma halved both ways. The working format.
    I420,
    /// Planar Y, U, V; chroma halved across. What most MJPEG cameras encode.
    I422,
    /// Planar Y, U, V; chroma at full size.
    I444,
    /// Plane Y, then one plane of U and V interleaved; chroma halved both ways.
    Nv12,
    /// One plane, Y0 U Y1 V for each two pixels. What most viewers ask a camera for.
    Yuyv,
    /// One plane of luma or of a matte.
    Gray8,
    /// One plane, R G B.
    Rgb24,
    /// One plane, R G B A; alpha is not premultiplied.
    Rgba32,
}

/// One plane's size and the bytes of one of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaneShape {
    /// Bytes in a row that carry picture.
    pub row_bytes: usize,
    /// Number of rows.
    pub rows: usize,
}

impl PixelFormat {
    /// The planes of a picture of `size`, in order. Odd sizes round chroma up.
    pub fn planes(self, size: Size) -> Vec<PlaneShape> {
        let mut planes = Vec::with_capacity(3);
        // The callback refuses none.
        let _ = self.each_plane(size, |shape| {
            planes.push(shape);
            Some(())
        });
        planes
    }

    /// Passes on the planes of a picture of `size`, in order, until one is refused.
    pub(crate) fn each_plane(
        self,
        size: Size,
        mut each: impl FnMut(PlaneShape) -> Option<()>,
    ) -> Option<()> {
        let (w, h) = (size.width as usize, size.height as usize);
        let (half_w, half_h) = (w.div_ceil(2), h.div_ceil(2));
        let mut plane = |row_bytes, rows| each(PlaneShape { row_bytes, rows });
        match self {
            Self::I420 => {
                plane(w, h)?;
                plane(half_w, half_h)?;
                plane(half_w, half_h)
            }
            Self::I422 => {
                plane(w, h)?;
                plane(half_w, h)?;
                plane(half_w, h)
            }
            Self::I444 => {
                plane(w, h)?;
                plane(w, h)?;
                plane(w, h)
            }
            Self::Nv12 => {
                plane(w, h)?;
                plane(2 * half_w, half_h)
            }
            Self::Yuyv => plane(4 * half_w, h),
            Self::Gray8 => plane(w, h),
            Self::Rgb24 => plane(3 * w, h),
            Self::Rgba32 => plane(4 * w, h),
        }
    }

    /// Whether the picture is stored as luma and chroma.
    pub const fn is_yuv(self) -> bool {
        !matches!(self, Self::Rgb24 | Self::Rgba32)
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I420 => "I420",
            Self::I422 => "I422",
            Self::I444 => "I444",
            Self::Nv12 => "NV12",
            Self::Yuyv => "YUYV",
            Self::Gray8 => "GRAY8",
            Self::Rgb24 => "RGB24",
            Self::Rgba32 => "RGBA32",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_round_chroma_up() {
        let size = Size::new(5, 3).unwrap();
        let shapes: Vec<_> =
            PixelFormat::I420.planes(size).iter().map(|p| (p.row_bytes, p.rows)).collect();
        assert_eq!(shapes, [(5, 3), (3, 2), (3, 2)]);
        assert_eq!(PixelFormat::Yuyv.planes(size)[0].row_bytes, 12);
        assert_eq!(PixelFormat::Nv12.planes(size)[1].row_bytes, 6);
    }
}
