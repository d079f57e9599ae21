//! Memory that begins with a cache line, so that vectors of which lines hold a whole number lie across none.

use std::ops::{Deref, DerefMut};

/// Floats in a cache line.
pub(crate) const LINE: usize = 16;

/// Floats, of which the first begins a cache line.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    /// Never grows, and so never moves.
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Aligned {
    /// So many zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let memory = vec![0.0; len + LINE - 1];
        let start = memory.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE - 1);
        Self { memory, start, len }
    }
}

impl From<&[f32]> for Aligned {
    fn from(values: &[f32]) -> Self {
        let mut aligned = Self::zeros(values.len());
        aligned.copy_from_slice(values);
        aligned
    }
}

impl Clone for Aligned {
    fn clone(&self) -> Self {
        Self::from(&self[..])
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[self.start..][..self.len]
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..][..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_begin_a_line_too() {
        for len in [0, 1, 15, 16, 1000, 100_000] {
            let values: Vec<f32> = (0..len).map(|i| i as f32).collect();
            for aligned in [Aligned::from(&values[..]), Aligned::from(&values[..]).clone()] {
                assert_eq!(&aligned[..], values);
                assert_eq!(aligned.as_ptr().align_offset(64), 0);
            }
        }
    }
}
