//! Nothing is read or written beside the caller's memory: a page that mustn't be touched lies before it and behind it.

use backlot_jpeg::{Decoder, Level, McuMask, PlaneMut, Scale};
use encoder::{Blocks, Drawing, Tables};

#[path = "exact/encoder.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod encoder;

/// The size of pages, or a multiple of it.
const PAGE: usize = 1 << 16;

/// Memory between two pages that mustn't be touched.
struct Guarded {
    all: *mut libc::c_void,
    bytes: usize,
    start: usize,
    length: usize,
}

impl Guarded {
    /// So many bytes, which begin right behind the first page or end right before the last.
    fn new(length: usize, at_end: bool) -> Self {
        let inside = length.next_multiple_of(PAGE).max(PAGE);
        let bytes = inside + 2 * PAGE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: it asks for new memory, and makes the inner part of that usable.
        let all = unsafe {
            let all = libc::mmap(std::ptr::null_mut(), bytes, libc::PROT_NONE, flags, -1, 0);
            assert_ne!(all, libc::MAP_FAILED);
            let usable = libc::PROT_READ | libc::PROT_WRITE;
            assert_eq!(libc::mprotect(all.byte_add(PAGE), inside, usable), 0);
            all
        };
        let start = if at_end { PAGE + inside - length } else { PAGE };
        Self { all, bytes, start, length }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the inner part is usable, and belongs to this value alone.
        unsafe { std::slice::from_raw_parts_mut(self.all.byte_add(self.start).cast(), self.length) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: it was mapped in `new`.
        unsafe { libc::munmap(self.all, self.bytes) };
    }
}

/// Planes of a picture at a divisor, none longer than it must be.
fn planes(
    picture: &backlot_jpeg::Picture<'_>,
    divisor: usize,
    at_end: bool,
) -> Vec<(Guarded, usize)> {
    let plane = |index| {
        let (width, height) = picture.plane_size(index, divisor);
        let stride = width + 3 * usize::from(at_end);
        (Guarded::new(stride * (height - 1) + width, at_end), stride)
    };
    (0..picture.planes()).map(plane).collect()
}

/// Everything that can be asked of a picture, with its bytes and the planes at one end of their memory.
fn made(level: Level, jpeg: &[u8], at_end: bool) -> Vec<Vec<u8>> {
    let mut input = Guarded::new(jpeg.len(), at_end);
    input.bytes().copy_from_slice(jpeg);
    let mut decoder = Decoder::new(level);
    let Ok(picture) = decoder.read(input.bytes()) else { return Vec::new() };
    let (across, down) = picture.units();
    let mut mask = McuMask::new(across, down);
    mask.fill();
    let mut all = Vec::new();
    for divisor in [1, 2, 4, 8] {
        let mut planes = planes(&picture, divisor, at_end);
        let mut lent: Vec<_> = planes
            .iter_mut()
            .map(|(memory, stride)| PlaneMut { bytes: memory.bytes(), stride: *stride })
            .collect();
        match divisor {
            1 => picture.blocks(&mask, Scale::Full, &mut lent),
            2 => picture.blocks(&mask, Scale::Half, &mut lent),
            4 => picture.quarter(&mut lent),
            _ => picture.eighth(&mut lent),
        }
        .unwrap();
        for (index, (memory, stride)) in planes.iter_mut().enumerate() {
            let (width, _) = picture.plane_size(index, divisor);
            let rows = memory.bytes().chunks(*stride);
            all.push(rows.flat_map(|row| &row[..width]).copied().collect());
        }
    }
    all
}

#[test]
fn no_byte_beside_the_callers_memory_is_touched() {
    let factors: [&[(usize, usize)]; 5] = [
        &[(2, 1), (1, 1), (1, 1)],
        &[(2, 2), (1, 2), (1, 2)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (1, 1)],
        &[(1, 1)],
    ];
    for factors in factors {
        for size in [(640, 480), (64, 32), (71, 45), (8, 8), (1, 1), (33, 9)] {
            for (blocks, interval) in
                [(Blocks::Flat, 0), (Blocks::Usual, 0), (Blocks::Usual, 9), (Blocks::Wild, 0)]
            {
                let tables = Tables::Left;
                let jpeg = Drawing { size, factors, blocks, interval, tables, seed: 6 }.jpeg();
                // Cut short, the data ends in the middle of what lanes read.
                for jpeg in [&jpeg[..], &jpeg[..jpeg.len() - 2], &jpeg[..jpeg.len() * 4 / 5]] {
                    let wanted = made(Level::SCALAR, jpeg, false);
                    for level in Level::available() {
                        for at_end in [false, true] {
                            assert!(
                                made(level, jpeg, at_end) == wanted,
                                "{level}, {factors:?}, {size:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
