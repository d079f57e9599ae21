//! Mattes: how much of each pixel is the person.

use crate::{Frame, PixelFormat, Plane, PlaneMut, Size};
use std::time::Duration;

/// One byte per pixel: 0 is none of the person, 255 is only the person.
///
/// A matte carries the sequence number of the frame that it was made for, so that nothing blends it
/// with another frame, and its age: 0 if the network saw that very frame, otherwise how much
/// earlier the frame that it saw was taken.
#[derive(Clone, Debug)]
pub struct Matte {
    frame: Frame,
    age: Duration,
}

impl Matte {
    /// A matte of `size` with nobody in it.
    pub fn new(size: Size) -> Self {
        Self { frame: Frame::new(PixelFormat::Gray8, size), age: Duration::ZERO }
    }

    /// A matte of a pool's memory, which still shows whatever that last held.
    ///
    /// # Panics
    /// If the frame's format isn't [`PixelFormat::Gray8`].
    pub fn of(frame: Frame) -> Self {
        assert_eq!(frame.format(), PixelFormat::Gray8, "a matte has one plane");
        Self { frame, age: Duration::ZERO }
    }

    /// Size in pixels.
    pub fn size(&self) -> Size {
        self.frame.size()
    }

    /// The sequence number of the frame that this matte belongs to.
    pub fn sequence(&self) -> u64 {
        self.frame.sequence
    }

    /// How old it is: the time between the frame that the network saw and the one that this matte
    /// belongs to. 0 if they are the same.
    pub const fn age(&self) -> Duration {
        self.age
    }

    /// Marks the matte as belonging to a frame that the network saw.
    pub fn set_sequence(&mut self, sequence: u64) {
        self.set_carried(sequence, Duration::ZERO);
    }

    /// Marks the matte as carried along to a frame, and records how long before it the network last
    /// saw one.
    pub fn set_carried(&mut self, sequence: u64, age: Duration) {
        (self.frame.sequence, self.age) = (sequence, age);
    }

    /// The values, to read.
    pub fn plane(&self) -> Plane<'_> {
        self.frame.plane(0)
    }

    /// The values, to write.
    pub fn plane_mut(&mut self) -> PlaneMut<'_> {
        self.frame.plane_mut(0)
    }

    /// Copies the values, the sequence number and the age of a matte of the same size.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn copy_from(&mut self, other: &Self) {
        self.frame.copy_from(&other.frame);
        self.age = other.age;
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

    #[test]
    fn a_carried_matte_is_older_until_the_network_looks_again() {
        let size = Size::new(4, 2).unwrap();
        let (mut matte, mut copy) = (Matte::new(size), Matte::new(size));
        matte.set_carried(7, Duration::from_millis(33));
        copy.copy_from(&matte);
        assert_eq!((copy.sequence(), copy.age()), (7, Duration::from_millis(33)));
        matte.set_sequence(8);
        assert_eq!((matte.sequence(), matte.age()), (8, Duration::ZERO));
    }
}
