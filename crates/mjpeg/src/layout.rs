//! The memory layout that libjpeg-turbo reads and writes, and that of our frames.
//!
//! The codec pads luma to whole chroma samples, so for odd sizes its planes are a row or column
//! larger than ours; for even sizes both layouts are the same and no copy is needed. It also knows
//! subsamplings without a frame format: those become the next one.

use backlot_jpeg::Extent;
use backlot_media::{Frame, PixelFormat, Size};
use turbojpeg::Subsamp;

/// Rows of the codec's planes are padded to this many bytes, as rows of frames are.
pub(crate) const ALIGN: usize = 64;

/// The format of a frame for a picture encoded as `subsamp`.
pub(crate) const fn format_of(subsamp: Subsamp) -> Option<PixelFormat> {
    match subsamp {
        Subsamp::Sub2x2 | Subsamp::Sub1x2 | Subsamp::Sub1x4 => Some(PixelFormat::I420),
        Subsamp::Sub2x1 | Subsamp::Sub4x1 => Some(PixelFormat::I422),
        Subsamp::None => Some(PixelFormat::I444),
        Subsamp::Gray => Some(PixelFormat::Gray8),
        _ => None,
    }
}

/// The subsampling that stores a frame of this format.
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
/// extra rows and columns of `to` repeat the last one.
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

/// One plane in the codec's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodedPlane {
    offset: usize,
    stride: usize,
    /// Bytes of a row.
    width: usize,
    height: usize,
    /// Bytes for each sample.
    depth: usize,
    /// Pixels to a sample, across and down.
    factors: (usize, usize),
}

/// The planes of a decoded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coded {
    planes: [CodedPlane; 3],
    count: usize,
}

impl Coded {
    /// The planes for `subsamp`.
    pub fn planar(subsamp: Subsamp, size: Size) -> Self {
        let (across, down) = subsamp.size();
        let width = (size.width as usize).next_multiple_of(across);
        let height = (size.height as usize).next_multiple_of(down);
        let mut offset = 0;
        let planes = [(1, 1), (across, down), (across, down)].map(|factors| {
            let (width, height) = (width / factors.0, height / factors.1);
            let stride = width.next_multiple_of(ALIGN);
            let plane = CodedPlane { offset, stride, width, height, depth: 1, factors };
            offset += stride * height;
            plane
        });
        Self { planes, count: if subsamp == Subsamp::Gray { 1 } else { 3 } }
    }

    /// One plane of red, green and blue, with the row distance of a frame.
    pub fn rgb(size: Size) -> Self {
        let (width, height) = (3 * size.width as usize, size.height as usize);
        let (stride, factors) = (width.next_multiple_of(ALIGN), (1, 1));
        let plane = CodedPlane { offset: 0, stride, width, height, depth: 3, factors };
        Self { planes: [plane; 3], count: 1 }
    }

    /// Bytes of all planes.
    pub fn bytes(&self) -> usize {
        self.planes().last().map_or(0, |plane| plane.offset + plane.stride * plane.height)
    }

    /// Bytes from one row of the first plane to the next.
    pub const fn stride(&self) -> usize {
        self.planes[0].stride
    }

    fn planes(&self) -> &[CodedPlane] {
        &self.planes[..self.count]
    }

    /// Whether a frame's memory has the same layout.
    pub fn is_of(&self, frame: &Frame) -> bool {
        let same = |(index, own): (usize, &CodedPlane)| {
            let plane = frame.plane(index);
            plane.row(0).len() == own.width && plane.height() == own.height
        };
        self.count == frame.plane_count()
            && self.bytes() == frame.bytes().len()
            && self.planes().iter().enumerate().all(same)
    }

    /// Fills what is missing at the end with the row above.
    pub fn mend(&self, bytes: &mut [u8], extent: &Extent) {
        let first = (extent.end % extent.across, extent.end / extent.across);
        for plane in self.planes() {
            let width = extent.unit.0 / plane.factors.0 * plane.depth;
            let height = extent.unit.1 / plane.factors.1;
            let (left, top) = (first.0 * width, first.1 * height);
            for y in top.max(1)..plane.height {
                let left = if y < top + height { left.min(plane.width) } else { 0 };
                let above = plane.offset + (y - 1) * plane.stride;
                bytes.copy_within(above + left..above + plane.width, above + plane.stride + left);
            }
        }
    }

    /// Writes the planes into a frame, whose chroma may be finer or coarser.
    pub fn copy_to(&self, bytes: &[u8], frame: &mut Frame) {
        let format = frame.format();
        for (index, from) in self.planes().iter().enumerate() {
            let to = match format {
                PixelFormat::I420 if index > 0 => (2, 2),
                PixelFormat::I422 if index > 0 => (2, 1),
                _ => (1, 1),
            };
            let mut plane = frame.plane_mut(index);
            for (y, row) in plane.rows_mut().enumerate() {
                let y = (y * to.1 / from.factors.1).min(from.height - 1);
                let line = &bytes[from.offset + y * from.stride..][..from.width];
                resample(line, from.factors.0, row, to.0);
            }
        }
    }
}

/// Converts a row of samples that are `from` pixels wide to samples that are `to` pixels wide.
fn resample(line: &[u8], from: usize, row: &mut [u8], to: usize) {
    if from >= to {
        let each = from / to;
        for (x, value) in row.iter_mut().enumerate() {
            *value = line[(x / each).min(line.len() - 1)];
        }
        return;
    }
    let each = to / from;
    for (x, value) in row.iter_mut().enumerate() {
        let sum: usize =
            (0..each).map(|i| usize::from(line[(x * each + i).min(line.len() - 1)])).sum();
        *value = ((sum + each / 2) / each) as u8;
    }
}
