//! Paints blocks at full size: their coefficients are spread out, they are sorted by what they have, and then made two
//! by two.

use super::Avx2;
use super::idct::{self, Block};
use crate::blocks::Blocks;
use crate::geometry::PlaneMut;
use crate::idct::{NATURAL, flat};
use crate::paint::{JOBS, Job};
use crate::records::MARK;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// A place in zigzag: the step of its coefficient in the low half, then its place row by row, and [`BELOW`] and [`BEYOND`].
type Place = u32;
/// Bits of what isn't the step.
const NATURAL_AT: u32 = 16;
const FLAGS_AT: u32 = 24;
/// Below the first row.
const BELOW: u32 = 1 << FLAGS_AT;
/// Beyond the first four rows or columns.
const BEYOND: u32 = 2 << FLAGS_AT;
/// In the first row.
const BESIDE: u32 = 4 << FLAGS_AT;

/// Which coefficients blocks have, which decides how they are made.
const KINDS: usize = 3;
const ROW: usize = 0;
const FEW: usize = 1;
const ALL: usize = 2;

/// What is known of each place, for steps in zigzag.
pub(crate) fn places(steps: &[i16; 64]) -> [Place; 64] {
    std::array::from_fn(|place| {
        let natural = u32::from(NATURAL[place]);
        let (x, y) = (natural % 8, natural / 8);
        let below = if y > 0 { BELOW } else { 0 };
        let beside = if y == 0 && x > 0 { BESIDE } else { 0 };
        let beyond = if x > 3 || y > 3 { BEYOND } else { 0 };
        u32::from(steps[place] as u16) | natural << NATURAL_AT | below | beside | beyond
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

/// # Safety
/// All blocks lie in the plane, and there are [`JOBS`] at most.
#[target_feature(enable = "avx2,bmi1,bmi2")]
unsafe fn paint_some(avx2: Avx2, blocks: &Blocks<'_>, jobs: &[Job], plane: *mut u8, stride: usize) {
    let mut memory = [const { MaybeUninit::<Block>::uninit() }; JOBS];
    // The blocks of each kind, by their numbers among the jobs.
    let (mut sorted, mut counts) = ([[0_u8; JOBS]; KINDS], [0; KINDS]);
    for (number, (job, memory)) in jobs.iter().zip(&mut memory).enumerate() {
        let start = blocks.coded.starts[job.block as usize] as usize + 1;
        let mean = blocks.mean(job.block as usize);
        let kind = match blocks.coded.records.get(start..) {
            Some(records @ [first, ..]) if *first < MARK => {
                let block = memory.write(Block([0; 64]));
                load(records, blocks.places, mean, block)
            }
            _ => None,
        };
        let Some(kind) = kind else {
            // SAFETY: the block lies in the plane.
            unsafe { fill(flat(mean), plane.add(job.at), stride) };
            continue;
        };
        sorted[kind][counts[kind]] = number as u8;
        counts[kind] += 1;
    }
    for (kind, (sorted, &count)) in sorted.iter().zip(&counts).enumerate() {
        for pair in sorted[..count].chunks(2) {
            let (first, last) = (usize::from(pair[0]), usize::from(pair[pair.len() - 1]));
            // SAFETY: blocks that were sorted were written.
            let two = unsafe { [memory[first].assume_init_ref(), memory[last].assume_init_ref()] };
            let pixels = match kind {
                ROW => idct::row(avx2, two),
                FEW => idct::few(avx2, two),
                _ => idct::all(avx2, two),
            };
            // SAFETY: both blocks lie in the plane.
            unsafe {
                let to = [plane.add(jobs[first].at), plane.add(jobs[last].at)];
                store(pixels, to, stride);
            }
        }
    }
}

/// Spreads out the coefficients of a block that is all zeroes before. Returns its kind, if there is more than a mean.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn load(records: &[u16], places: &[Place; 64], mean: i16, block: &mut Block) -> Option<usize> {
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
    match (flags & BELOW != 0, flags & BEYOND != 0, flags & BESIDE != 0) {
        (true, true, _) => Some(ALL),
        (true, false, _) => Some(FEW),
        (false, _, true) => Some(ROW),
        (false, _, false) => None,
    }
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
