//! The format to ask a device for, and the pictures that fit what it granted.

use crate::color::color_of;
use crate::sys::{Format, Fourcc, Interval};
use backlot_media::{
    ColorSpace, Encoding, FrameRate, Matrix, OutputMode, PixelFormat, Range, Size,
};

/// The pixel formats that can be shown, with the kernel's names.
const FORMATS: [(PixelFormat, Fourcc); 3] = [
    (PixelFormat::Yuyv, Fourcc::YUYV),
    (PixelFormat::I420, Fourcc::YU12),
    (PixelFormat::Nv12, Fourcc::NV12),
];

/// Whether viewers can see pictures of a format.
pub(super) fn can_show(format: PixelFormat) -> bool {
    FORMATS.iter().any(|(ours, _)| *ours == format)
}

/// The format to ask the driver for.
pub(super) fn wanted(size: Size, format: PixelFormat, color: ColorSpace) -> Format {
    let fourcc = FORMATS.iter().find(|(ours, _)| *ours == format).map_or(Fourcc::YUYV, |f| f.1);
    let size = size.rounded_to_even();
    let (colorspace, xfer_func) = match color.matrix {
        // What webcam drivers report.
        Matrix::Bt601 => (COLORSPACE_SRGB, XFER_FUNC_SRGB),
        Matrix::Bt709 => (COLORSPACE_REC709, XFER_FUNC_709),
    };
    Format {
        width: size.width,
        height: size.height,
        fourcc,
        field: FIELD_NONE,
        stride: first_row(format, size),
        size_image: u32::try_from(packed_bytes(format, size)).unwrap_or(u32::MAX),
        colorspace,
        ycbcr_enc: if color.matrix == Matrix::Bt601 { 1 } else { 2 },
        quantization: if color.range == Range::Full { 1 } else { 2 },
        xfer_func,
    }
}

/// The pictures that fit a format, `None` if none of ours does.
pub(super) fn mode_of(granted: &Format, rate: FrameRate) -> Option<OutputMode> {
    let (format, _) = *FORMATS.iter().find(|(_, fourcc)| *fourcc == granted.fourcc)?;
    let size = Size::new(granted.width, granted.height).ok()?;
    let fits = size == size.rounded_to_even()
        && [0, first_row(format, size)].contains(&granted.stride)
        && (granted.size_image == 0 || granted.size_image as usize >= packed_bytes(format, size));
    let color = color_of(granted, Encoding::Raw(format));
    fits.then_some(OutputMode { size, rate, format, color })
}

/// The rate of an interval between pictures.
pub(super) fn rate_of(interval: Interval) -> Option<FrameRate> {
    FrameRate::new(interval.denominator, interval.numerator).ok()
}

/// The interval of a rate.
pub(super) fn interval_of(rate: FrameRate) -> Interval {
    Interval { numerator: rate.denominator(), denominator: rate.numerator() }
}

/// Bytes of a picture without gaps.
pub(super) fn packed_bytes(format: PixelFormat, size: Size) -> usize {
    format.planes(size).iter().map(|plane| plane.row_bytes * plane.rows).sum()
}

fn first_row(format: PixelFormat, size: Size) -> u32 {
    let row = format.planes(size).first().map_or(0, |plane| plane.row_bytes);
    u32::try_from(row).unwrap_or(u32::MAX)
}

const FIELD_NONE: u32 = 1;
const COLORSPACE_REC709: u32 = 3;
const COLORSPACE_SRGB: u32 = 8;
const XFER_FUNC_709: u32 = 1;
const XFER_FUNC_SRGB: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32) -> Size {
        Size::new(width, height).unwrap()
    }

    #[test]
    fn a_granted_request_is_shown_as_it_is() {
        for (format, stride, bytes) in [
            (PixelFormat::Yuyv, 64, 64 * 20),
            (PixelFormat::I420, 32, 32 * 30),
            (PixelFormat::Nv12, 32, 32 * 30),
        ] {
            for color in [ColorSpace::BT601, ColorSpace::BT709, ColorSpace::JPEG] {
                let asked = wanted(size(31, 20), format, color);
                assert_eq!((asked.width, asked.stride, asked.size_image), (32, stride, bytes));
                let mode = mode_of(&asked, FrameRate::FPS_30).unwrap();
                let shown =
                    OutputMode { size: size(32, 20), rate: FrameRate::FPS_30, format, color };
                assert_eq!(mode, shown);
            }
        }
    }

    #[test]
    fn bad_formats_are_refused() {
        let good = wanted(size(32, 20), PixelFormat::Yuyv, ColorSpace::BT601);
        let bad = [
            Format { fourcc: Fourcc::MJPG, ..good },
            Format { width: 31, ..good },
            Format { width: 0, ..good },
            Format { height: u32::MAX, ..good },
            Format { stride: 128, ..good },
            Format { size_image: 100, ..good },
        ];
        for format in bad {
            assert_eq!(mode_of(&format, FrameRate::FPS_30), None, "{format:?}");
        }
        // The driver rounds the size up to pages.
        let rounded = Format { size_image: 4096, stride: 0, ..good };
        assert!(mode_of(&rounded, FrameRate::FPS_30).is_some());
    }

    #[test]
    fn rates_and_intervals_are_each_others_reverse() {
        let rate = FrameRate::new(30_000, 1001).unwrap();
        assert_eq!(rate_of(interval_of(rate)), Some(rate));
        assert_eq!(rate_of(Interval { numerator: 0, denominator: 1 }), None);
        assert_eq!(rate_of(Interval { numerator: 1, denominator: 5000 }), None);
    }
}
