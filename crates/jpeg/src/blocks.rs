//! One component's blocks: from records to coefficients and pixels. This is the specification of the quick ways.

#![forbid(unsafe_code)]

use crate::idct::{NATURAL, flat, pixels};
use crate::mark::MARK;
use crate::records::Coded;
use crate::scale::half;

/// One component's blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks<'a> {
    pub coded: &'a Coded,
    /// Steps of the coefficients, in zigzag.
    pub steps: &'a [i16; 64],
    /// What the quick way knows of each place in zigzag.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        expect(dead_code, reason = "this processor has no quick way")
    )]
    pub places: &'a [u32; 64],
}

/// Where in zigzag one wave across, one down and one of both are.
pub(crate) const FIRST: [usize; 3] = [1, 2, 4];

/// A block and where its first pixel goes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Job {
    pub block: u32,
    pub at: usize,
}

/// So many blocks are made at once.
pub(crate) const JOBS: usize = 64;

/// Which of a block's coefficients are not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// None but the first.
    Mean,
    /// None below the first row.
    Row,
    /// Any.
    All,
}

impl Content {
    /// Of one that isn't zero, at a place row by row.
    pub const fn of(natural: u8) -> Self {
        match natural {
            0 => Self::Mean,
            1..8 => Self::Row,
            _ => Self::All,
        }
    }
}

impl Blocks<'_> {
    /// The coefficients of a block, row by row, multiplied by their steps. Returns what there is but zeroes.
    pub fn load(&self, block: usize, into: &mut [i16; 64]) -> Content {
        into.fill(0);
        let start = self.coded.starts[block] as usize;
        let (mut place, mut content) = (0, Content::Mean);
        for &record in self.coded.records[start + 1..].iter().take_while(|&&record| record < MARK) {
            place = (place + usize::from(record >> 8)) & 63;
            let value = i16::from(record as i8).wrapping_mul(self.steps[place]);
            let to = &mut into[usize::from(NATURAL[place])];
            *to = to.wrapping_add(value);
            if record as i8 != 0 {
                content = content.max(Content::of(NATURAL[place]));
            }
        }
        into[0] = self.mean(block);
        content
    }

    /// The first coefficient of a block, multiplied by its step.
    pub fn mean(&self, block: usize) -> i16 {
        self.coded.means[block].wrapping_mul(self.steps[0])
    }

    /// All pixels of a block.
    pub fn pixels(&self, block: usize) -> [u8; 64] {
        let mut coefficients = [0; 64];
        match self.load(block, &mut coefficients) {
            Content::Mean => [flat(coefficients[0]); 64],
            Content::Row => pixels(&coefficients, true),
            Content::All => pixels(&coefficients, false),
        }
    }

    /// The means of each two by two pixels of a block.
    pub fn half_pixels(&self, block: usize) -> [u8; 16] {
        let mut coefficients = [0; 64];
        self.load(block, &mut coefficients);
        half(&coefficients)
    }

    /// The first coefficients of a block: the mean, and those that count in a quarter.
    pub fn first(&self, block: usize) -> [i32; 4] {
        let mut values = [i32::from(self.mean(block)), 0, 0, 0];
        let start = self.coded.starts[block] as usize;
        let mut place = 0;
        for &record in &self.coded.records[start + 1..] {
            place += usize::from(record >> 8);
            if place > FIRST[2] {
                break;
            }
            if let Some(at) = FIRST.iter().position(|&first| first == place) {
                let value = i16::from(record as i8).wrapping_mul(self.steps[place]);
                values[at + 1] += i32::from(value);
            }
        }
        values
    }
}
