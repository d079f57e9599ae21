//! The memory of frames.

use memmap2::MmapMut;
use std::ops::{Deref, DerefMut};

/// Frames from this size on get their own pages. A program that runs all day opens and closes
/// cameras and scenes; heap memory would not go back to the system, because other allocations lie
/// in between.
const LARGE: usize = 256 << 10;

/// A frame's bytes.
#[derive(Debug)]
pub(crate) enum Memory {
    Small(Vec<u8>),
    /// Boxed so that tests that count allocations see it.
    Large(Box<MmapMut>),
}

impl Memory {
    /// So many bytes, all 0.
    pub fn zeroed(bytes: usize) -> Self {
        let pages = (bytes >= LARGE).then(|| MmapMut::map_anon(bytes).ok()).flatten();
        pages.map_or_else(|| Self::Small(vec![0; bytes]), |pages| Self::Large(Box::new(pages)))
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(pages) => pages,
        }
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(pages) => pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_any_size_is_zero_and_can_be_written() {
        for bytes in [0, 1, LARGE - 1, LARGE, LARGE + 1, 8 << 20] {
            let mut memory = Memory::zeroed(bytes);
            assert_eq!(memory.len(), bytes);
            assert!(memory.iter().all(|&v| v == 0));
            memory.fill(7);
            assert!(memory.iter().all(|&v| v == 7));
        }
    }
}
