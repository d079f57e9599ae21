//! Finds where blocks begin among records, 32 at a time.

use super::Avx2;
use crate::mark::MARK;
use std::arch::x86_64::*;
use std::ops::Range;

/// Records that are looked at at once.
const AT_ONCE: usize = 32;
/// Places that are written at once, where fewer may count.
const WRITTEN: usize = 4;
/// What must be free behind the places.
pub(crate) const SPARE: usize = AT_ONCE + WRITTEN;

/// Writes the places of marks in a part of the records into `starts` from `count` on. Returns how many there are then; `None` if
/// less than [`SPARE`] would be free.
pub(crate) fn marks(
    _: Avx2,
    records: &[u16],
    part: Range<usize>,
    starts: &mut [u32],
    mut count: usize,
) -> Option<usize> {
    let quick = part.start..part.end.min(records.len()).saturating_sub(AT_ONCE);
    let mut at = quick.start;
    while at < quick.end {
        let free = starts.get_mut(count..count + SPARE)?;
        // SAFETY: the processor has the instructions, as `Avx2` says; there are `AT_ONCE` records from `at` on, and `SPARE`
        // places.
        count += unsafe { marks_of(records.as_ptr().add(at), at as u32, free.as_mut_ptr()) };
        at += AT_ONCE;
    }
    for (at, &record) in (at..).zip(&records[at.min(part.end)..part.end]) {
        if record >= MARK {
            starts.get_mut(count..count + SPARE)?[0] = at as u32;
            count += 1;
        }
    }
    Some(count)
}

/// # Safety
/// There are [`AT_ONCE`] records and [`SPARE`] places.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
unsafe fn marks_of(records: *const u16, first: u32, mut to: *mut u32) -> usize {
    // SAFETY: there are 32 records.
    let (a, b) = unsafe {
        let records = records.cast::<__m256i>();
        (_mm256_loadu_si256(records), _mm256_loadu_si256(records.add(1)))
    };
    // Bytes keep the sign, and their halves come in turn.
    let signs = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
    let mut mask = _mm256_movemask_epi8(signs) as u32;
    let count = mask.count_ones() as usize;
    while mask != 0 {
        for place in 0..WRITTEN {
            // SAFETY: as many places as bits are written, and up to three more.
            unsafe { to.add(place).write(first + mask.trailing_zeros()) };
            mask &= mask.wrapping_sub(1);
        }
        // SAFETY: there is more room, as there are more bits or none.
        to = unsafe { to.add(WRITTEN) };
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_kernels::Level;

    #[test]
    fn marks_are_found_wherever_they_are() {
        let Some(avx2) = Avx2::of(Level::best()) else { return };
        for length in 0..150 {
            for every in [1, 2, 3, 7, 40] {
                let records: Vec<u16> =
                    (0..length).map(|at| if at % every == 0 { 0x8001 } else { 0x7fff }).collect();
                for from in [0, length / 3] {
                    let wanted = (from..length).filter(|at| at % every == 0).map(|at| at as u32);
                    let wanted: Vec<u32> = wanted.collect();
                    let mut starts = vec![0; wanted.len() + SPARE];
                    let count = marks(avx2, &records, from..length, &mut starts, 0);
                    assert_eq!(count, Some(wanted.len()));
                    assert_eq!(starts[..wanted.len()], wanted);
                    if !wanted.is_empty() {
                        let mut few = vec![0; SPARE - 1];
                        assert_eq!(marks(avx2, &records, from..length, &mut few, 0), None);
                    }
                }
            }
        }
    }
}
