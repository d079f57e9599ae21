//! The memory layout that libjpeg-turbo reads and writes, beside that of our frames.
//!
//! The codec pads luma to whole chroma samples, so for odd sizes its planes are a row or column
//! larger than ours; for even sizes both layouts are the same and no copy is needed.

use backlot_media::{Frame, PixelFormat, Size};
use turbojpeg::Subsamp;

/// Rows of the codec's planes are padded to this many bytes, as rows of frames are.
pub(crate) const ALIGN: usize = 64;

/// The format of a frame that stores what `subsamp` says.
pub(crate) const fn format_of(subsamp: Subsamp) -> Option<PixelFormat> {
    match subsamp {
        Subsamp::Sub2x2 => Some(PixelFormat::I420),
        Subsamp::Sub2x1 => Some(PixelFormat::I422),
        Subsamp::None => Some(PixelFormat::I444),
        Subsamp::Gray => Some(PixelFormat::Gray8),
        _ => None,
    }
}

/// The inverse of [`format_of`].
pub(crate) const fn subsamp_of(format: PixelFormat) -> Option<Subsamp> {
    match format {
        PixelFormat::I420 => Some(Subsamp::Sub2x2),
        PixelFormat::I422 => Some(Subsamp::Sub2x1),
        PixelFormat::I444 => Some(Subsamp::None),
        PixelFormat::Gray8 => Some(Subsamp::Gray),
        _ => None,
    }
}

/// The size of the codec's luma plane: whole chroma samples.
pub(crate) const fn padded(format: PixelFormat, size: Size) -> Size {
    match format {
        PixelFormat::I420 => size.rounded_to_even(),
        PixelFormat::I422 => Size { width: size.width + size.width % 2, height: size.height },
        _ => size,
    }
}

/// Copies the planes of `from` into `to`, whose planes may be a row or column larger or smaller;
/// what `to` has more is filled with the last row or column.
pub(crate) fn copy_planes(from: &Frame, to: &mut Frame) {
    for index in 0..from.plane_count() {
        let source = from.plane(index);
        for (y, row) in to.plane_mut(index).rows_mut().enumerate() {
            let line = source.row(y.min(source.height() - 1));
            let common = row.len().min(line.len());
            row[..common].copy_from_slice(&line[..common]);
            row[common..].fill(line[common - 1]);
        }
    }
}
