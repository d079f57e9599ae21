//! The colour space of pictures, from what the driver reports.
//!
//! Drivers may leave each field at 0, "default"; the kernel's documentation ("Colorspaces") then
//! derives the matrix and the range from the colour space.

use crate::sys::Format;
use backlot_media::{ColorSpace, Encoding, Matrix, PixelFormat, Range};

/// The colour space of a format's pictures.
pub(crate) fn color_of(format: &Format, encoding: Encoding) -> ColorSpace {
    let Encoding::Raw(pixels) = encoding else { return ColorSpace::JPEG };
    let is_rgb = matches!(pixels, PixelFormat::Rgb24 | PixelFormat::Rgba32);
    let full_by_default = is_rgb || format.colorspace == COLORSPACE_JPEG;
    let range = match format.quantization {
        1 => Range::Full,
        2 => Range::Limited,
        _ if full_by_default => Range::Full,
        _ => Range::Limited,
    };
    ColorSpace { matrix: matrix_of(format), range }
}

fn matrix_of(format: &Format) -> Matrix {
    match format.ycbcr_enc {
        // BT.601, xvYCC 601 and sYCC.
        1 | 3 | 5 => Matrix::Bt601,
        // BT.709, xvYCC 709, and the nearest for BT.2020 and SMPTE 240M.
        2 | 4 | 6 | 7 | 8 => Matrix::Bt709,
        _ => match format.colorspace {
            COLORSPACE_SMPTE240M | COLORSPACE_REC709 | COLORSPACE_BT2020 | COLORSPACE_DCI_P3 => {
                Matrix::Bt709
            }
            _ => Matrix::Bt601,
        },
    }
}

const COLORSPACE_SMPTE240M: u32 = 2;
const COLORSPACE_REC709: u32 = 3;
const COLORSPACE_JPEG: u32 = 7;
const COLORSPACE_BT2020: u32 = 10;
const COLORSPACE_DCI_P3: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn driver_colors_become_matrix_and_range() {
        let yuyv = Encoding::Raw(PixelFormat::Yuyv);
        let full_709 = ColorSpace { matrix: Matrix::Bt709, range: Range::Full };
        // colour space, encoding, quantization
        let table = [
            // A webcam's driver: sRGB, BT.601.
            ((8, 1, 0), yuyv, ColorSpace::BT601),
            ((8, 0, 0), yuyv, ColorSpace::BT601),
            ((0, 0, 0), yuyv, ColorSpace::BT601),
            ((1, 0, 0), yuyv, ColorSpace::BT601),
            ((3, 0, 0), yuyv, ColorSpace::BT709),
            ((3, 0, 1), yuyv, full_709),
            ((3, 1, 0), yuyv, ColorSpace::BT601),
            ((7, 0, 0), yuyv, ColorSpace::JPEG),
            ((7, 0, 2), yuyv, ColorSpace::BT601),
            ((10, 0, 0), yuyv, ColorSpace::BT709),
            ((3, 2, 2), Encoding::Jpeg, ColorSpace::JPEG),
            ((8, 0, 0), Encoding::Raw(PixelFormat::Rgb24), ColorSpace::JPEG),
            ((u32::MAX, u32::MAX, u32::MAX), yuyv, ColorSpace::BT601),
        ];
        for ((colorspace, ycbcr_enc, quantization), encoding, wanted) in table {
            let format = Format { colorspace, ycbcr_enc, quantization, ..Format::default() };
            assert_eq!(color_of(&format, encoding), wanted, "{format:?} {encoding}");
        }
    }
}
