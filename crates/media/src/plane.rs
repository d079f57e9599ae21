//! Borrowed views of one plane.

use crate::Size;

/// A readable plane: rows of bytes, `stride` apart.
///
/// Width counts bytes, which are pixels in the planar formats.
#[derive(Clone, Copy, Debug)]
pub struct Plane<'a> {
    data: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

/// A writable plane.
#[derive(Debug)]
pub struct PlaneMut<'a> {
    data: &'a mut [u8],
    width: usize,
    height: usize,
    stride: usize,
}

/// Panics unless `height` rows of `width` bytes, `stride` apart, lie inside `len` bytes.
fn check(len: usize, width: usize, height: usize, stride: usize) {
    assert!(stride >= width, "stride {stride} is shorter than the width {width}");
    let needed = if height == 0 { 0 } else { (height - 1) * stride + width };
    assert!(len >= needed, "{len} bytes hold no {width}x{height} plane with stride {stride}");
}

impl<'a> Plane<'a> {
    /// A view of `height` rows of `width` bytes.
    ///
    /// # Panics
    /// If the rows do not lie inside `data`, or `stride` is shorter than `width`.
    pub fn new(data: &'a [u8], width: usize, height: usize, stride: usize) -> Self {
        check(data.len(), width, height, stride);
        Self { data, width, height, stride }
    }

    /// A view of tightly packed rows.
    pub fn packed(data: &'a [u8], width: usize, height: usize) -> Self {
        Self::new(data, width, height, width)
    }

    /// Bytes in a row that carry picture.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Bytes from one row to the next.
    pub const fn stride(&self) -> usize {
        self.stride
    }

    /// All bytes, gaps between rows included, for kernels that walk the rows themselves.
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Row `y`, without the gap after it.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row(&self, y: usize) -> &'a [u8] {
        assert!(y < self.height, "row {y} of {}", self.height);
        &self.data[y * self.stride..][..self.width]
    }

    /// The rows from top to bottom.
    pub fn rows(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let view = *self;
        (0..view.height).map(move |y| view.row(y))
    }

    /// A window of the plane.
    ///
    /// # Panics
    /// If the window is not inside the plane.
    pub fn crop(&self, x: usize, y: usize, width: usize, height: usize) -> Self {
        assert!(x + width <= self.width && y + height <= self.height, "crop outside the plane");
        let start = (y * self.stride + x).min(self.data.len());
        Self::new(&self.data[start..], width, height, self.stride)
    }

    /// The value at a pixel, coordinates clamped to the plane.
    #[inline]
    pub fn at_clamped(&self, x: isize, y: isize) -> u8 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.data[y * self.stride + x]
    }
}

impl<'a> PlaneMut<'a> {
    /// A view of `height` rows of `width` bytes.
    ///
    /// # Panics
    /// If the rows do not lie inside `data`, or `stride` is shorter than `width`.
    pub fn new(data: &'a mut [u8], width: usize, height: usize, stride: usize) -> Self {
        check(data.len(), width, height, stride);
        Self { data, width, height, stride }
    }

    /// A view of tightly packed rows.
    pub fn packed(data: &'a mut [u8], width: usize, height: usize) -> Self {
        Self::new(data, width, height, width)
    }

    /// Bytes in a row that carry picture.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Bytes from one row to the next.
    pub const fn stride(&self) -> usize {
        self.stride
    }

    /// The same plane, to read.
    pub const fn as_ref(&self) -> Plane<'_> {
        Plane { data: self.data, width: self.width, height: self.height, stride: self.stride }
    }

    /// The same plane, borrowed for a shorter time.
    pub const fn reborrow(&mut self) -> PlaneMut<'_> {
        PlaneMut { data: self.data, width: self.width, height: self.height, stride: self.stride }
    }

    /// A window of the plane, to write.
    ///
    /// # Panics
    /// If the window is not inside the plane.
    pub fn crop(self, x: usize, y: usize, width: usize, height: usize) -> Self {
        assert!(x + width <= self.width && y + height <= self.height, "crop outside the plane");
        let start = (y * self.stride + x).min(self.data.len());
        Self::new(&mut self.data[start..], width, height, self.stride)
    }

    /// All bytes, gaps between rows included.
    pub const fn data_mut(&mut self) -> &mut [u8] {
        self.data
    }

    /// All bytes, gaps between rows included, for whoever takes the plane apart.
    pub const fn into_data(self) -> &'a mut [u8] {
        self.data
    }

    /// Row `y`, without the gap after it.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row(&self, y: usize) -> &[u8] {
        assert!(y < self.height, "row {y} of {}", self.height);
        &self.data[y * self.stride..][..self.width]
    }

    /// Row `y`, to write.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        assert!(y < self.height, "row {y} of {}", self.height);
        &mut self.data[y * self.stride..][..self.width]
    }

    /// The rows from top to bottom, to write.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let (width, height) = (self.width, self.height);
        self.data.chunks_mut(self.stride.max(1)).take(height).map(move |row| &mut row[..width])
    }

    /// Sets every byte of every row.
    pub fn fill(&mut self, value: u8) {
        self.rows_mut().for_each(|row| row.fill(value));
    }

    /// Copies every row of `source`.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn copy_from(&mut self, source: Plane<'_>) {
        assert_eq!((self.width, self.height), (source.width, source.height), "sizes differ");
        for (to, from) in self.rows_mut().zip(source.rows()) {
            to.copy_from_slice(from);
        }
    }
}

impl Size {
    /// A readable plane of this size over tightly packed bytes.
    ///
    /// # Panics
    /// If `data` is shorter than the size.
    pub fn plane(self, data: &[u8]) -> Plane<'_> {
        Plane::packed(data, self.width as usize, self.height as usize)
    }

    /// A writable plane of this size over tightly packed bytes.
    ///
    /// # Panics
    /// If `data` is shorter than the size.
    pub fn plane_mut(self, data: &mut [u8]) -> PlaneMut<'_> {
        PlaneMut::packed(data, self.width as usize, self.height as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_leave_out_the_gap() {
        let mut data = [1, 2, 9, 3, 4];
        let plane = Plane::new(&data, 2, 2, 3);
        assert_eq!(plane.rows().collect::<Vec<_>>(), [&[1, 2], &[3, 4]]);
        PlaneMut::new(&mut data, 2, 2, 3).fill(7);
        assert_eq!(data, [7, 7, 9, 7, 7]);
    }

    #[test]
    fn a_crop_sees_the_window() {
        let data: Vec<u8> = (0..12).collect();
        let plane = Plane::packed(&data, 4, 3);
        let window = plane.crop(1, 1, 2, 2);
        assert_eq!(window.rows().collect::<Vec<_>>(), [&[5, 6], &[9, 10]]);
        assert_eq!(plane.at_clamped(-5, 9), 8);
    }

    #[test]
    fn a_window_to_write_leaves_what_is_around_it() {
        let mut data = [0; 12];
        PlaneMut::packed(&mut data, 4, 3).crop(1, 1, 2, 2).fill(7);
        assert_eq!(data, [0, 0, 0, 0, 0, 7, 7, 0, 0, 7, 7, 0]);
        assert_eq!(PlaneMut::packed(&mut data, 4, 3).crop(4, 3, 0, 0).height(), 0);
    }

    #[test]
    #[should_panic(expected = "hold no 4x4 plane")]
    fn too_short_data_is_refused() {
        Plane::packed(&[0; 15], 4, 4);
    }
}
