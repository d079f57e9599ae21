//! Records: what the coded data says, so that any block can be made later.
//!
//! A record is 16 bits. The low byte is a signed value. The high byte is how many places in zigzag the coefficient is
//! after the one before, or [`MARK`] where a block begins: then the value is the step of the block's mean
//! from that of the block before. A larger value takes several records, all but the first at the same
//! place, that add up. Nothing is stored for what is zero.

#![forbid(unsafe_code)]

use crate::header::Header;
use crate::walk::Sink;
use std::ops::Range;

/// The first record of a block. Steps between places are less.
pub(crate) const MARK: u16 = 0x8000;

/// More bits than any step of a mean has in a picture of 8 bits, and more than any other coefficient.
pub(crate) const MOST_BITS: (u32, u32) = (11, 10);

/// A picture's coefficients.
#[derive(Debug, Default)]
pub(crate) struct Coded {
    /// In parts, each of which ends with a mark.
    pub records: Vec<u16>,
    /// The parts that hold the picture, in its order, without their last marks.
    pub parts: Vec<Range<usize>>,
    /// Where each block begins in `records`.
    pub starts: Vec<u32>,
    /// The mean of each block, as it is coded: the first coefficient.
    pub means: Vec<i16>,
}

impl Coded {
    /// Forgets the picture before.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.starts.clear();
        self.means.clear();
    }

    /// Makes room for so many records, which hold anything.
    pub fn make_room(&mut self, records: usize) {
        if self.records.len() < records {
            // Half as much again, as pictures of a stream differ. Memory that nobody touches costs nothing.
            self.records = vec![0; records + records / 2];
        }
    }

    /// Finds where blocks begin, and sums up their means. Returns whether there are as many as the picture has.
    pub fn index(&mut self, header: &Header) -> bool {
        self.starts.clear();
        self.means.clear();
        let pattern = Pattern::new(header);
        let (across, down) = header.units();
        let total = across * down * pattern.count;
        let restart = pattern.count * if header.interval == 0 { total } else { header.interval };
        let mut sums = Sums { before: [0; 4], at: 0, left: restart, restart };
        for part in &self.parts {
            for (at, &record) in part.clone().zip(&self.records[part.clone()]) {
                if record < MARK {
                    continue;
                }
                if self.starts.len() == total {
                    return false;
                }
                self.starts.push(at as u32);
                let step = step_at(&self.records, at);
                self.means.push(sums.add(&pattern, step));
            }
        }
        self.starts.len() == total
    }
}

/// The step of the mean of the block that begins at `at`.
#[inline]
pub(crate) fn step_at(records: &[u16], at: usize) -> i32 {
    let value = |record: u16| i32::from(record as i8);
    let mut step = value(records[at]);
    for &more in records[at + 1..].iter().take_while(|&&record| record < 0x100) {
        step += value(more);
    }
    step
}

/// Which component each block of a unit belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    pub component: [u8; 16],
    pub count: usize,
}

impl Pattern {
    /// That of a header, which was checked.
    pub fn new(header: &Header) -> Self {
        let mut pattern = Self { component: [0; 16], count: 0 };
        for (index, component) in header.components().iter().enumerate() {
            let (wide, high) = header.blocks(component);
            for _ in 0..wide * high {
                pattern.component[pattern.count.min(15)] = index as u8;
                pattern.count += 1;
            }
        }
        pattern
    }
}

/// Sums of the means' steps.
pub(crate) struct Sums {
    /// The last mean of each component.
    pub before: [i32; 4],
    /// The block of the unit.
    pub at: usize,
    /// Blocks until the sums begin anew.
    pub left: usize,
    pub restart: usize,
}

impl Sums {
    /// The mean of the next block.
    #[inline]
    pub fn add(&mut self, pattern: &Pattern, step: i32) -> i16 {
        if self.left == 0 {
            (self.left, self.before) = (self.restart, [0; 4]);
        }
        self.left -= 1;
        let sum = &mut self.before[usize::from(pattern.component[self.at] & 3)];
        *sum = sum.wrapping_add(step);
        self.at += 1;
        if self.at == pattern.count {
            self.at = 0;
        }
        *sum as i16
    }
}

/// Writes records.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    records: &'a mut Vec<u16>,
    blocks: usize,
    whole: usize,
    /// Whether a value was beyond those of pictures of 8 bits.
    pub is_beyond: bool,
}

impl<'a> Writer<'a> {
    /// Writes into `records`, of pictures with so many blocks in a unit.
    pub fn new(records: &'a mut Vec<u16>, blocks: usize) -> Self {
        records.clear();
        Self { records, blocks, whole: 0, is_beyond: false }
    }

    /// The number of records, after which there is a mark.
    pub fn end(self) -> usize {
        self.records.push(MARK);
        self.records.len() - 1
    }

    fn put(&mut self, high: u16, value: i32, bits: u32) {
        if value.unsigned_abs() >> bits > 0 {
            self.is_beyond = true;
            return;
        }
        let mut left = value;
        let mut high = high;
        loop {
            let part = left.clamp(-127, 127);
            self.records.push(high | u16::from(part as i8 as u8));
            (left, high) = (left - part, 0);
            if left == 0 {
                return;
            }
        }
    }
}

impl Sink for Writer<'_> {
    fn begin(&mut self, step: i32) {
        self.put(MARK, step, MOST_BITS.0);
    }

    fn coefficient(&mut self, places: usize, value: i32) {
        self.put((places as u16) << 8, value, MOST_BITS.1);
    }

    fn keep(&mut self) {
        self.whole = self.records.len();
    }

    fn forget(&mut self) {
        self.records.truncate(self.whole);
    }

    fn missing(&mut self, units: usize) {
        self.records.resize(self.records.len() + units * self.blocks, MARK);
        self.whole = self.records.len();
    }
}
