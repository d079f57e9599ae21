//! Paints blocks at full size: their coefficients are spread out, they are sorted by what they have, and then made two
//! by two.

use super::Avx2;
use super::idct::{self, Block};
use crate::blocks::{Blocks, JOBS, Job};
use crate::geometry::PlaneMut;
use crate::idct::{NATURAL, flat};
use crate::mark::MARK;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// A place in zigzag: the step of its coefficient in the low half, then its place row by row, and flags.
type Place = u32;
/// Bits of what isn't the step.
const NATURAL_AT: u32 = 16;
const FLAGS_AT: u32 = 24;
/// Below the first row.
const BELOW: u32 = 1;
/// Beyond the first four rows or columns.
const BEYOND: u32 = 2;

/// Which coefficients blocks have, which decides how they are made.
const KINDS: usize = 3;
/// None below the first row.
const ROW: usize = 0;
/// None beyond the first four rows and columns.
const FEW: usize = 1;
const ALL: usize = 2;
/// The kind of a block by its coefficients' flags.
const KIND_OF: [usize; 4] = [ROW, FEW, ROW, ALL];

/// What is known of each place, for steps in zigzag.
pub(crate) fn places(steps: &[i16; 64]) -> [Place; 64] {
    std::array::from_fn(|place| {
        let natural = u32::from(NATURAL[place]);
        let (x, y) = (natural % 8, natural / 8);
        let flags = if y > 0 { BELOW } else { 0 } | if x > 3 || y > 3 { BEYOND } else { 0 };
        u32::from(steps[place] as u16) | natural << NATURAL_AT | flags << FLAGS_AT
    })
}

/// Paints blocks that lie in the plane as a whole.
pub(crate) fn paint(avx2: Avx2, blocks: &Blocks<'_>, jobs: &[Job], plane: &mut PlaneMut<'_>) {
    let (stride, length) = (plane.stride, plane.bytes.len());
    for job in jobs {
        let end = stride.checked_mul(7).and_then(|rows| rows.checked_add(job.at)?.checked_add(8));
        assert!(end.is_some_and(|end| end <= length), "the block lies in the plane");
    }
    for jobs in jobs.chunks(JOBS) {
        // SAFETY: the processor has the instructions, as `Avx2` says, and the blocks lie in the plane.
        unsafe { paint_some(avx2, blocks, jobs, plane.bytes.as_mut_ptr(), stride) }
    }
}

/// Coefficients of blocks, and which blocks are of each kind, by their numbers among the jobs.
struct Sorted {
    memory: [MaybeUninit<Block>; JOBS],
    numbers: [[u8; JOBS]; KINDS],
    counts: [usize; KINDS],
}

/// # Safety
/// All blocks lie in the plane, and there are [`JOBS`] at most.
#[target_feature(enable = "avx2,bmi1,bmi2")]
unsafe fn paint_some(avx2: Avx2, blocks: &Blocks<'_>, jobs: &[Job], plane: *mut u8, stride: usize) {
    let mut sorted = Sorted {
        memory: [const { MaybeUninit::uninit() }; JOBS],
        numbers: [[0; JOBS]; KINDS],
        counts: [0; KINDS],
    };
    // SAFETY: the blocks lie in the plane, and those that were sorted were written.
    unsafe {
        sort(blocks, jobs, &mut sorted, plane, stride);
        make(&sorted, ROW, jobs, plane, stride, |two| idct::row(avx2, two));
        make(&sorted, FEW, jobs, plane, stride, |two| idct::few(avx2, two));
        make(&sorted, ALL, jobs, plane, stride, |two| idct::all(avx2, two));
    }
}

/// Spreads out blocks' coefficients, and paints those that have but a mean.
///
/// # Safety
/// All blocks lie in the plane, and there are [`JOBS`] at most.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline(never)]
unsafe fn sort(
    blocks: &Blocks<'_>,
    jobs: &[Job],
    sorted: &mut Sorted,
    plane: *mut u8,
    stride: usize,
) {
    for job in jobs {
        // SAFETY: the block lies in the plane.
        unsafe { fetch(plane.add(job.at), stride) };
    }
    for (number, (job, memory)) in jobs.iter().zip(&mut sorted.memory).enumerate() {
        let start = blocks.coded.starts[job.block as usize] as usize + 1;
        let mean = blocks.mean(job.block as usize);
        let records = blocks.coded.records.get(start..).unwrap_or_default();
        if records.first().is_none_or(|&first| first >= MARK) {
            // SAFETY: the block lies in the plane.
            unsafe { fill(flat(mean), plane.add(job.at), stride) };
            continue;
        }
        let kind = load(records, blocks.places, mean, memory.write(Block([0; 64])));
        sorted.numbers[kind][sorted.counts[kind] & (JOBS - 1)] = number as u8;
        sorted.counts[kind] += 1;
    }
}

/// Paints the blocks of a kind.
///
/// # Safety
/// All blocks lie in the plane, and those that were sorted were written.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
unsafe fn make(
    sorted: &Sorted,
    kind: usize,
    jobs: &[Job],
    plane: *mut u8,
    stride: usize,
    idct: impl Fn([&Block; 2]) -> [__m256i; 4],
) {
    for pair in sorted.numbers[kind][..sorted.counts[kind]].chunks(2) {
        let two = [pair[0], pair[pair.len() - 1]].map(usize::from);
        // SAFETY: as the caller promises.
        unsafe {
            let blocks = two.map(|number| sorted.memory[number].assume_init_ref());
            store(idct(blocks), two.map(|number| plane.add(jobs[number].at)), stride);
        }
    }
}

/// Has the processor fetch the lines of its cache in which eight rows begin, so that they are there when they are
/// written. Other blocks of the same lines need not do so.
///
/// # Safety
/// There are eight rows.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn fetch(to: *mut u8, stride: usize) {
    if to.addr() % 64 < 8 {
        for row in 0..8 {
            // SAFETY: as the caller promises.
            _mm_prefetch::<_MM_HINT_ET0>(unsafe { to.add(row * stride) }.cast_const().cast());
        }
    }
}

/// Spreads out the coefficients of a block that is all zeroes before. Returns its kind.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn load(records: &[u16], places: &[Place; 64], mean: i16, block: &mut Block) -> usize {
    let (mut place, mut flags) = (0, 0);
    for &record in records {
        if record >= MARK {
            break;
        }
        place = (place + usize::from(record >> 8)) & 63;
        let known = places[place];
        let value = i16::from(record as i8);
        let to = &mut block.0[(known >> NATURAL_AT) as usize & 63];
        *to = to.wrapping_add(value.wrapping_mul(known as i16));
        flags |= if value == 0 { 0 } else { known };
    }
    block.0[0] = mean;
    KIND_OF[(flags >> FLAGS_AT) as usize & 3]
}

/// # Safety
/// There are eight rows of eight bytes.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn fill(value: u8, to: *mut u8, stride: usize) {
    for row in 0..8 {
        // SAFETY: as the caller promises.
        unsafe { to.add(row * stride).cast::<[u8; 8]>().write([value; 8]) };
    }
}

/// Writes two blocks, of which each register has two rows.
///
/// # Safety
/// There are eight rows of eight bytes at both places.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn store(pixels: [__m256i; 4], to: [*mut u8; 2], stride: usize) {
    for (two, rows) in (0..).step_by(2).zip(pixels) {
        let halves = [_mm256_castsi256_si128(rows), _mm256_extracti128_si256::<1>(rows)];
        for (to, half) in to.into_iter().zip(halves) {
            // SAFETY: as the caller promises.
            unsafe {
                _mm_storel_epi64(to.add(two * stride).cast(), half);
                _mm_storeh_pd(to.add((two + 1) * stride).cast(), _mm_castsi128_pd(half));
            }
        }
    }
}
