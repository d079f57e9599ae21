//! Mattes: how much of each pixel is the person.

use crate::{Frame, PixelFormat, Plane, PlaneMut, Size};

/// One byte per pixel: 0 is none of the person, 255 is nothing but the person.
///
/// A matte carries the sequence number of the frame that it was made for, so that nobody blends
/// it with another one.
#[derive(Clone, Debug)]
pub struct Matte {
    frame: Frame,
}

impl Matte {
    /// A matte of `size` with nobody in it.
    pub fn new(size: Size) -> Self {
        Self { frame: Frame::new(PixelFormat::Gray8, size) }
    }

    /// Size in pixels.
    pub fn size(&self) -> Size {
        self.frame.size()
    }

    /// The sequence number of the frame that this matte belongs to.
    pub fn sequence(&self) -> u64 {
        self.frame.sequence
    }

    /// Says which frame this matte belongs to.
    pub fn set_sequence(&mut self, sequence: u64) {
        self.frame.sequence = sequence;
    }

    /// The values, to read.
    pub fn plane(&self) -> Plane<'_> {
        self.frame.plane(0)
    }

    /// The values, to write.
    pub fn plane_mut(&mut self) -> PlaneMut<'_> {
        self.frame.plane_mut(0)
    }

    /// Copies the values and the sequence number of a matte of the same size.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn copy_from(&mut self, other: &Self) {
        self.frame.copy_from(&other.frame);
    }

    /// The share of the picture that is person, `0.0..=1.0`.
    pub fn coverage(&self) -> f64 {
        let sum: u64 =
            self.plane().rows().map(|r| r.iter().map(|&v| u64::from(v)).sum::<u64>()).sum();
        sum as f64 / (255.0 * self.size().pixels() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_counts_the_person() {
        let mut matte = Matte::new(Size::new(4, 2).unwrap());
        assert_eq!(matte.coverage(), 0.0);
        matte.plane_mut().row_mut(0).fill(255);
        assert_eq!(matte.coverage(), 0.5);
    }
}
