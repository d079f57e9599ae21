//! Means of cells, and the cells that the edge of a matte crosses.

use super::{Cell, Cells};
use crate::dispatch::dispatch;
use backlot_media::Plane;

dispatch! {
    /// The mean of each cell of a plane (for a cell that extends beyond the plane, of its part
    /// inside). The mean is exactly 0 or 255 only if all pixels are. `sums` is scratch of a row.
    ///
    /// # Panics
    /// If `means` or `sums` don't have the length for the plane.
    pub fn cell_means(plane: Plane<'_>, cell: Cell, sums: &mut [u16], means: &mut [f32]) = body::cell_means;
}

/// As [`cell_means`], only for the cells with a mark other than 0; the others keep their values.
/// Eight bytes are added at a time in one 64-bit number, which no level does faster.
///
/// # Panics
/// If `means` or `marks` don't have the length for the plane.
pub fn cell_means_where(plane: Plane<'_>, cell: Cell, marks: &[u8], means: &mut [f32]) {
    let (columns, rows) = cell.count((plane.width(), plane.height()));
    assert_eq!((means.len(), marks.len()), (columns * rows, columns * rows), "the grids");
    match cell {
        Cell::Of4 => body::where_marked::<4>(plane, columns, marks, means),
        Cell::Of8 => body::where_marked::<8>(plane, columns, marks, means),
        Cell::Of16 => body::where_marked::<16>(plane, columns, marks, means),
        Cell::Of32 => body::where_marked::<32>(plane, columns, marks, means),
    }
}

/// Marks the cells that a matte's edge crosses (whose mean is neither 0 nor 255) and those up to
/// `reach` cells from them. Returns whether there is any.
///
/// # Panics
/// If a slice doesn't have the length of the grid.
pub fn mark_edge(means: &[f32], (columns, rows): Cells, reach: usize, marks: &mut [u8]) -> bool {
    assert_eq!((means.len(), marks.len()), (columns * rows, columns * rows), "the grids' length");
    marks.fill(0);
    let mut any = false;
    for (j, row) in means.chunks_exact(columns.max(1)).enumerate() {
        for (block, means) in row.chunks(BLOCK).enumerate() {
            // Most blocks have no edge, which shows without a branch for each cell.
            if !means.iter().fold(false, |edge, &mean| edge | is_edge(mean)) {
                continue;
            }
            any = true;
            for i in (0..means.len()).filter(|&i| is_edge(means[i])) {
                let i = block * BLOCK + i;
                let across = i.saturating_sub(reach)..(i + reach + 1).min(columns);
                for j in j.saturating_sub(reach)..(j + reach + 1).min(rows) {
                    marks[j * columns..][..columns][across.clone()].fill(1);
                }
            }
        }
    }
    any
}

/// The number of cells to examine together.
const BLOCK: usize = 16;

fn is_edge(mean: f32) -> bool {
    (mean > 0.0) & (mean < 255.0)
}

mod body {
    use super::{Cell, Plane};

    #[inline(always)]
    pub fn cell_means(plane: Plane<'_>, cell: Cell, sums: &mut [u16], means: &mut [f32]) {
        let (width, side) = (plane.width(), cell.side());
        let (columns, rows) = cell.count((width, plane.height()));
        assert_eq!((means.len(), sums.len()), (columns * rows, width), "the grid's length");
        for (j, means) in means.chunks_exact_mut(columns.max(1)).enumerate() {
            sums.fill(0);
            let lines = j * side..((j + 1) * side).min(plane.height());
            let count = lines.len();
            for y in lines {
                sums.iter_mut().zip(plane.row(y)).for_each(|(sum, &v)| *sum += u16::from(v));
            }
            match cell {
                Cell::Of4 => across::<4>(sums, count, means),
                Cell::Of8 => across::<8>(sums, count, means),
                Cell::Of16 => across::<16>(sums, count, means),
                Cell::Of32 => across::<32>(sums, count, means),
            }
        }
    }

    #[inline(always)]
    fn across<const N: usize>(sums: &[u16], rows: usize, means: &mut [f32]) {
        let (whole, rest) = sums.as_chunks::<N>();
        let share = 1.0 / (N * rows) as f32;
        for (mean, sums) in means.iter_mut().zip(whole) {
            *mean = sums.iter().map(|&v| u32::from(v)).sum::<u32>() as f32 * share;
        }
        if let Some(mean) = means.get_mut(whole.len()) {
            let sum = rest.iter().map(|&v| u32::from(v)).sum::<u32>();
            *mean = sum as f32 / (rest.len() * rows) as f32;
        }
        // A sum of 255s times a rounded share may miss 255.
        for mean in means {
            *mean = if *mean > 254.9999 { 255.0 } else { *mean };
        }
    }

    pub fn where_marked<const N: usize>(
        plane: Plane<'_>,
        columns: usize,
        marks: &[u8],
        means: &mut [f32],
    ) {
        let (whole, data, stride) = (plane.width() / N, plane.data(), plane.stride());
        let rows = marks.chunks_exact(columns).zip(means.chunks_exact_mut(columns));
        for (j, (marks, means)) in rows.enumerate() {
            let count = N.min(plane.height() - j * N);
            let share = 1.0 / (N * count) as f32;
            for i in (0..columns).filter(|&i| marks[i] != 0) {
                let start = j * N * stride + i * N;
                let width = if i < whole { N } else { plane.width() - i * N };
                let lines = (0..count).map(|k| &data[start + k * stride..][..width]);
                means[i] = if i < whole {
                    together(lines.map(pairs::<N>).sum()) as f32 * share
                } else {
                    let sum = lines.flatten().map(|&v| u32::from(v)).sum::<u32>();
                    sum as f32 / (width * count) as f32
                };
            }
        }
    }

    /// The sums of bytes in four 16-bit lanes of one number: at most 8 in a lane, for 32 rows.
    #[inline(always)]
    fn pairs<const N: usize>(row: &[u8]) -> u64 {
        const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
        let lanes = |v: u64| (v & EVEN) + ((v >> 8) & EVEN);
        let fours = |v: [u8; 4]| lanes(u64::from(u32::from_le_bytes(v)));
        if N == 4 {
            return row.as_chunks().0.iter().map(|&v| fours(v)).sum();
        }
        row.as_chunks().0.iter().map(|&v| lanes(u64::from_le_bytes(v))).sum()
    }

    /// The sum of the four lanes.
    #[inline(always)]
    fn together(lanes: u64) -> u64 {
        (0..4).map(|lane| (lanes >> (16 * lane)) & 0xffff).sum()
    }
}
