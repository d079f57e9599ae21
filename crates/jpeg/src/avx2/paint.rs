//! Paints blocks at full size and at half: their coefficients are spread out, they are sorted by what they have, and then
//! made two by two.

use super::Avx2;
use super::half;
use super::idct::{self, Block};
use super::spread::{self, Spread, Wide};
use crate::blocks::{Blocks, JOBS, Job};
use crate::geometry::{PlaneMut, Scale};
use crate::idct::{NATURAL, flat};
use crate::mark::MARK;
use crate::records::Coded;
use crate::scale::half_flat;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// A place in zigzag: the step of its coefficient in the low half, then its place row by row.
type Place = u32;
const NATURAL_AT: u32 = 16;

/// Which coefficients blocks have, which decides how they are made.
const KINDS: usize = 3;
/// None below the first row.
const ROW: usize = 0;
/// None beyond the first four rows and columns.
const FEW: usize = 1;
const ALL: usize = 2;

/// Which places in zigzag are below the first row, and which beyond the first four rows or columns.
const BELOW: u64 = matching(0, 7);
const BEYOND: u64 = matching(3, 3);

/// Which places in zigzag are below a row or beyond a column.
const fn matching(row: u8, column: u8) -> u64 {
    let (mut matching, mut place) = (0, 0);
    while place < 64 {
        let (x, y) = (NATURAL[place] % 8, NATURAL[place] / 8);
        matching |= ((x > column || y > row) as u64) << place;
        place += 1;
    }
    matching
}

/// What is known of each place, for steps in zigzag.
pub(crate) fn places(steps: &[i16; 64]) -> [Place; 64] {
    std::array::from_fn(|place| {
        u32::from(steps[place] as u16) | u32::from(NATURAL[place]) << NATURAL_AT
    })
}

/// Paints blocks that lie in the plane as a whole.
pub(crate) fn paint(
    avx2: Avx2,
    wide: Option<Wide>,
    blocks: &Blocks<'_>,
    jobs: &[Job],
    scale: Scale,
    plane: &mut PlaneMut<'_>,
) {
    let side = 8 / scale.divisor();
    let (stride, length) = (plane.stride, plane.bytes.len());
    let most = jobs.iter().fold((0, 0), |most, job| (job.at.max(most.0), job.block.max(most.1)));
    let end = stride.checked_mul(side - 1).and_then(|rows| rows.checked_add(most.0 + side));
    assert!(end.is_some_and(|end| end <= length) || jobs.is_empty(), "blocks lie in the plane");
    let Coded { starts, means, .. } = blocks.coded;
    assert!((most.1 as usize) < starts.len().min(means.len()), "there are such blocks");
    for jobs in jobs.chunks(JOBS) {
        // SAFETY: the processor has the instructions, as `Avx2` says, and the blocks lie in the plane.
        unsafe {
            let plane = plane.bytes.as_mut_ptr();
            match scale {
                Scale::Full => paint_some::<8>(avx2, wide, blocks, jobs, plane, stride),
                Scale::Half => paint_some::<4>(avx2, wide, blocks, jobs, plane, stride),
            }
        }
    }
}

/// Coefficients of blocks, and which blocks are of each kind: a bit for each job.
struct Sorted {
    memory: [MaybeUninit<Block>; JOBS],
    kinds: [u64; KINDS],
}

const _: () = assert!(JOBS == u64::BITS as usize);

/// Blocks become `SIDE` pixels wide and high.
///
/// # Safety
/// All blocks lie in the plane, and there are [`JOBS`] at most.
#[target_feature(enable = "avx2,bmi1,bmi2")]
unsafe fn paint_some<const SIDE: usize>(
    avx2: Avx2,
    wide: Option<Wide>,
    blocks: &Blocks<'_>,
    jobs: &[Job],
    plane: *mut u8,
    stride: usize,
) {
    let mut sorted = Sorted { memory: [const { MaybeUninit::uninit() }; JOBS], kinds: [0; KINDS] };
    // SAFETY: the blocks lie in the plane, and those that were sorted were written.
    unsafe {
        match wide {
            Some(_) => sort_wide::<SIDE>(blocks, jobs, &mut sorted, plane, stride),
            None => sort::<SIDE>(blocks, jobs, &mut sorted, plane, stride),
        }
        let kinds = sorted.kinds;
        if SIDE == 4 {
            make(&sorted, kinds[FEW], jobs, |two, at| {
                store_half(half::few(avx2, two), at.map(|at| plane.add(at)), stride);
            });
            make(&sorted, kinds[ROW] | kinds[ALL], jobs, |two, at| {
                store_half(half::all(avx2, two), at.map(|at| plane.add(at)), stride);
            });
            return;
        }
        make(&sorted, kinds[ROW], jobs, |two, at| {
            store(idct::row(avx2, two), at.map(|at| plane.add(at)), stride);
        });
        make(&sorted, kinds[FEW], jobs, |two, at| {
            store(idct::few(avx2, two), at.map(|at| plane.add(at)), stride);
        });
        make(&sorted, kinds[ALL], jobs, |two, at| {
            store(idct::all(avx2, two), at.map(|at| plane.add(at)), stride);
        });
    }
}

/// Spreads out blocks' coefficients, and paints those that have but a mean.
///
/// # Safety
/// All blocks lie in the plane, and there are [`JOBS`] at most.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline(never)]
unsafe fn sort<const SIDE: usize>(
    blocks: &Blocks<'_>,
    jobs: &[Job],
    sorted: &mut Sorted,
    plane: *mut u8,
    stride: usize,
) {
    let Coded { records, starts, means, .. } = blocks.coded;
    let (records, starts, means, step) = (&records[..], &starts[..], &means[..], blocks.steps[0]);
    let mut kinds = [0_u64; KINDS];
    for (number, (job, memory)) in jobs.iter().zip(&mut sorted.memory).enumerate() {
        // SAFETY: the block lies in the plane.
        unsafe { fetch::<SIDE>(plane.add(job.at), stride) };
        let start = starts[job.block as usize] as usize + 1;
        let mean = means[job.block as usize].wrapping_mul(step);
        let records = records.get(start..).unwrap_or_default();
        if records.first().is_none_or(|&first| first >= MARK) {
            // SAFETY: the block lies in the plane.
            unsafe { fill::<SIDE>(mean, plane.add(job.at), stride) };
            continue;
        }
        let some = load(records, blocks.places, mean, memory.write(Block([0; 64])));
        let (below, beyond) = (some & BELOW != 0, some & BEYOND != 0);
        let kind = usize::from(below) * (1 + usize::from(beyond));
        kinds[kind] |= 1 << number;
    }
    sorted.kinds = kinds;
}

/// The same with wider instructions.
///
/// # Safety
/// The same, and the processor has what [`Wide`] says.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
#[inline(never)]
unsafe fn sort_wide<const SIDE: usize>(
    blocks: &Blocks<'_>,
    jobs: &[Job],
    sorted: &mut Sorted,
    plane: *mut u8,
    stride: usize,
) {
    let Coded { records, starts, means, .. } = blocks.coded;
    let (records, starts, means, step) = (&records[..], &starts[..], &means[..], blocks.steps[0]);
    let spread = Spread::new(blocks.steps);
    let end = records.len().saturating_sub(spread::RECORDS);
    // Which coefficients each block has, by their places in zigzag; none of those that are painted.
    let mut some = [0; JOBS];
    let to = some.iter_mut().zip(&mut sorted.memory);
    for (job, (some, memory)) in jobs.iter().zip(to) {
        // SAFETY: the block lies in the plane and is one of the picture.
        let (start, mean) = unsafe {
            fetch::<SIDE>(plane.add(job.at), stride);
            let start = *starts.get_unchecked(job.block as usize) as usize + 1;
            (start, means.get_unchecked(job.block as usize).wrapping_mul(step))
        };
        if records.get(start).is_none_or(|&first| first >= MARK) {
            // SAFETY: the block lies in the plane.
            unsafe { fill::<SIDE>(mean, plane.add(job.at), stride) };
            continue;
        }
        if start < end {
            // SAFETY: there are enough records.
            let spread = unsafe { spread.block(records.as_ptr().add(start), mean, memory) };
            if let Some(spread) = spread {
                *some = spread;
                continue;
            }
        }
        let records = records.get(start..).unwrap_or_default();
        *some = load(records, blocks.places, mean, memory.write(Block([0; 64])));
    }
    let [below, beyond, any] = [BELOW, BEYOND, u64::MAX].map(|mask| spread::having(&some, mask));
    sorted.kinds = [any & !below, below & !beyond, below & beyond];
}

/// Calls with two of the blocks that have a bit each, and with where their pixels begin in the plane.
///
/// # Safety
/// Those that were sorted were written.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
unsafe fn make(
    sorted: &Sorted,
    mut bits: u64,
    jobs: &[Job],
    paint: impl Fn([&Block; 2], [usize; 2]),
) {
    while bits != 0 {
        let first = bits.trailing_zeros() as usize;
        bits &= bits - 1;
        // The last one may be alone.
        let second = if bits == 0 { first } else { bits.trailing_zeros() as usize };
        bits &= bits.wrapping_sub(1);
        let two = [first, second];
        // SAFETY: as the caller promises.
        let blocks = two.map(|number| unsafe { sorted.memory[number].assume_init_ref() });
        paint(blocks, two.map(|number| jobs[number].at));
    }
}

/// Has the processor fetch the lines of its cache in which a block's rows begin, so that they are there when they are
/// written. Other blocks of the same lines need not do so.
///
/// # Safety
/// There are as many rows.
#[inline(always)]
unsafe fn fetch<const SIDE: usize>(to: *mut u8, stride: usize) {
    if to.addr() % 64 < SIDE {
        for row in 0..SIDE {
            // SAFETY: as the caller promises.
            unsafe { _mm_prefetch::<_MM_HINT_ET0>(to.add(row * stride).cast_const().cast()) };
        }
    }
}

/// Spreads out the coefficients of a block that is all zeroes before. Returns which of them aren't zero, by their places in
/// zigzag, and the mean.
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[inline]
fn load(records: &[u16], places: &[Place; 64], mean: i16, block: &mut Block) -> u64 {
    let (mut place, mut some) = (0, 1);
    for &record in records {
        if record >= MARK {
            break;
        }
        place = (place + usize::from(record >> 8)) & 63;
        let known = places[place];
        let value = i16::from(record as i8);
        let to = &mut block.0[(known >> NATURAL_AT) as usize & 63];
        *to = to.wrapping_add(value.wrapping_mul(known as i16));
        some |= u64::from(value != 0) << place;
    }
    block.0[0] = mean;
    some
}

/// Paints a block that has but a mean.
///
/// # Safety
/// There are as many rows and columns.
#[inline(always)]
unsafe fn fill<const SIDE: usize>(mean: i16, to: *mut u8, stride: usize) {
    let value = if SIDE == 8 { flat(mean) } else { half_flat(mean) };
    for row in 0..SIDE {
        // SAFETY: as the caller promises.
        unsafe { to.add(row * stride).cast::<[u8; SIDE]>().write([value; SIDE]) };
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

/// Writes two blocks, of which each half of the register has four rows of four bytes.
///
/// # Safety
/// There are four rows of four bytes at both places.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn store_half(pixels: __m256i, to: [*mut u8; 2], stride: usize) {
    let halves = [_mm256_castsi256_si128(pixels), _mm256_extracti128_si256::<1>(pixels)];
    for (to, half) in to.into_iter().zip(halves) {
        let rows = [_mm_cvtsi128_si64(half), _mm_extract_epi64::<1>(half)];
        for (two, rows) in (0..).step_by(2).zip(rows) {
            // SAFETY: as the caller promises.
            unsafe {
                to.add(two * stride).cast::<u32>().write_unaligned(rows as u32);
                to.add((two + 1) * stride).cast::<u32>().write_unaligned((rows >> 32) as u32);
            }
        }
    }
}
