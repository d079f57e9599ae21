//! The grid of chunks in which videos are made: each chunk begins afresh, a few frames early.
//!
//! What a frame becomes depends on its chunk alone, so chunks that many machines make are those that one
//! makes.

use crate::work::Work;
use backlot_media::{FrameRate, Size};
use std::time::Duration;

/// How long a chunk is.
const CHUNK: Duration = Duration::from_secs(10);
/// The fewest frames of a chunk: more than it looks at before and after.
const FEWEST: u64 = 120;
/// For how long a chunk begins before its first frame: mattes forget what was before.
const EARLY: Duration = Duration::from_secs(1);
/// The fewest frames of that: a still cell keeps less than a hundredth of a mask over so many.
const FEWEST_EARLY: u64 = 30;
/// The most bytes of frames that wait because their matte profits from later ones.
const AHEAD_BYTES: usize = 256 << 20;

/// Which frames of a video belong to which chunk, by their numbers in the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Frames of a chunk.
    pub frames: u64,
    /// Frames before a chunk that are made for it and not kept.
    pub early: u64,
}

impl Grid {
    /// The grid of a video of a rate.
    pub fn of(rate: FrameRate) -> Self {
        Self {
            frames: rate.frames_in(CHUNK).max(FEWEST),
            early: rate.frames_in(EARLY).max(FEWEST_EARLY),
        }
    }

    /// The first frame of a chunk.
    pub const fn start(self, chunk: u64) -> u64 {
        self.frames.saturating_mul(chunk)
    }

    /// The first frame that is made for a chunk.
    pub const fn begin(self, chunk: u64) -> u64 {
        self.start(chunk).saturating_sub(self.early)
    }

    /// The number of chunks of a video of so many frames.
    pub const fn chunks(self, frames: u64) -> u64 {
        frames.div_ceil(self.frames)
    }
}

/// How many frames of a size are prepared before each is worked on.
pub fn lookahead(work: &dyn Work, size: Size) -> usize {
    let frame = 3 * size.width as usize * size.height as usize / 2;
    work.lookahead().min(AHEAD_BYTES / frame.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_one_another() {
        let rate = |fps| FrameRate::new(fps, 1).unwrap();
        let grid = Grid::of(rate(30));
        assert_eq!(grid, Grid { frames: 300, early: 30 });
        assert_eq!((grid.begin(0), grid.begin(2), grid.start(2)), (0, 570, 600));
        assert_eq!([1, 300, 301].map(|frames| grid.chunks(frames)), [1, 1, 2]);
        // Even at the lowest rates a chunk is longer than what it looks at before and after it.
        assert_eq!(Grid::of(rate(1)), Grid { frames: 120, early: 30 });
    }
}
