//! A picture's records, and an index of its blocks.

#![forbid(unsafe_code)]

use crate::header::Header;
use crate::mark::{MARK, MOST_BITS};
use crate::walk::Sink;
use backlot_kernels::Level;
use std::ops::Range;

/// A picture's coefficients.
#[derive(Debug, Default)]
pub(crate) struct Coded {
    /// In parts, each of which ends with a mark.
    pub records: Vec<u16>,
    /// The parts that hold the picture, in its order, without their last marks.
    pub parts: Vec<Range<usize>>,
    /// Where each block begins in `records`: the last record of its mean.
    pub starts: Vec<u32>,
    /// The mean of each block, as it is coded: the first coefficient.
    pub means: Vec<i16>,
}

impl Coded {
    /// Forgets the picture before.
    pub fn clear(&mut self) {
        self.parts.clear();
    }

    /// Makes room for so many records, which hold anything.
    #[cfg(target_arch = "x86_64")]
    pub fn make_room(&mut self, records: usize) {
        if self.records.len() < records {
            // Half as much again, as pictures of a stream differ. Memory that nobody touches costs nothing.
            self.records = vec![0; records + records / 2];
        }
    }

    /// Finds where blocks begin, and sums up their means. Returns whether there are as many as the picture has.
    pub fn index(&mut self, header: &Header, level: Level) -> bool {
        let pattern = Pattern::new(header);
        let (across, down) = header.units();
        let units = across * down;
        let total = units * pattern.count;
        // As large as before or the picture's, so that nothing is cleared twice.
        self.starts.resize(total + SPARE, 0);
        self.means.resize(total, 0);
        let mut count = Some(0);
        for part in &self.parts {
            let from = count.filter(|&count| count <= total);
            count = from
                .and_then(|from| marks(level, &self.records, part.clone(), &mut self.starts, from));
        }
        if count != Some(total) {
            return false;
        }
        self.starts.truncate(total);
        self.sum_up(&pattern, if header.interval == 0 { units } else { header.interval })
    }

    /// Sums up the means of blocks, and makes each block begin with the last record of its mean.
    fn sum_up(&mut self, pattern: &Pattern, interval: usize) -> bool {
        let mut blocks = self.starts.iter_mut().zip(&mut self.means);
        let (mut sums, mut left) = ([0_i32; 4], interval);
        loop {
            if left == 0 {
                (sums, left) = ([0; 4], interval);
            }
            left -= 1;
            for (sum, &count) in sums.iter_mut().zip(&pattern.blocks) {
                let mut mean = *sum;
                for _ in 0..count {
                    let Some((start, to)) = blocks.next() else { return true };
                    let at = *start as usize;
                    let Some(&[step, next]) = self.records.get(at..at + 2) else { return false };
                    mean = mean.wrapping_add(i32::from(step as i8));
                    if next < 0x100 {
                        let (more, records) = more(&self.records[at + 1..]);
                        mean = mean.wrapping_add(more);
                        *start += records;
                    }
                    *to = mean as i16;
                }
                *sum = mean;
            }
        }
    }
}

/// The sum of records at the same place as the one before, and how many these are.
#[cold]
fn more(records: &[u16]) -> (i32, u32) {
    let same = records.iter().take_while(|&&record| record < 0x100);
    same.fold((0, 0), |(sum, count), &record| (sum + i32::from(record as i8), count + 1))
}

/// What must be free behind the places of marks.
const SPARE: usize = 36;

/// Writes the places of a part's marks into `starts` from `count` on. Returns how many there are then; `None` if there
/// may be no room.
fn marks(
    level: Level,
    records: &[u16],
    part: Range<usize>,
    starts: &mut [u32],
    mut count: usize,
) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = crate::avx2::Avx2::of(level) {
        const { assert!(crate::avx2::index::SPARE == SPARE) };
        return crate::avx2::index::marks(avx2, records, part, starts, count);
    }
    let _ = level;
    for (at, &record) in part.clone().zip(&records[part]) {
        if record >= MARK {
            *starts.get_mut(count)? = at as u32;
            count += 1;
        }
    }
    Some(count)
}

/// How many blocks each component has in a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    blocks: [usize; 4],
    pub count: usize,
}

impl Pattern {
    /// That of a header, which was checked.
    pub fn new(header: &Header) -> Self {
        let mut blocks = [0; 4];
        for (blocks, component) in blocks.iter_mut().zip(header.components()) {
            let (wide, high) = header.blocks(component);
            *blocks = wide * high;
        }
        Self { blocks, count: blocks.iter().sum() }
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
