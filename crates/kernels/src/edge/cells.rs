//! Means of cells, and which of them the edge of a matte crosses.

use super::{Cell, Cells};
use crate::dispatch::dispatch;
use backlot_media::Plane;

dispatch! {
    /// The mean of each cell of a plane (of a cell that sticks out, of what it has of the plane).
    /// The mean is exactly 0 or 255 only if all pixels are. `sums` is scratch of a row.
    ///
    /// # Panics
    /// If `means` or `sums` have not the length for the plane.
    pub fn cell_means(plane: Plane<'_>, cell: Cell, sums: &mut [u16], means: &mut [f32]) = body::cell_means;
}

dispatch! {
    /// As [`cell_means`], only for the cells with a mark other than 0; the others keep their values.
    ///
    /// # Panics
    /// If `means` or `marks` have not the length for the plane.
    pub fn cell_means_where(plane: Plane<'_>, cell: Cell, marks: &[u8], means: &mut [f32]) = body::cell_means_where;
}

/// Marks the cells that a matte's edge crosses (whose mean is neither 0 nor 255) and those up to
/// `reach` cells from them. Says whether there is any.
///
/// # Panics
/// If a slice has not the length of the grid.
pub fn mark_edge(means: &[f32], (columns, rows): Cells, reach: usize, marks: &mut [u8]) -> bool {
    assert_eq!((means.len(), marks.len()), (columns * rows, columns * rows), "the grids' length");
    marks.fill(0);
    let mut any = false;
    for (j, row) in means.chunks_exact(columns.max(1)).enumerate() {
        for (i, &mean) in row.iter().enumerate() {
            if mean > 0.0 && mean < 255.0 {
                any = true;
                let across = i.saturating_sub(reach)..(i + reach + 1).min(columns);
                for j in j.saturating_sub(reach)..(j + reach + 1).min(rows) {
                    marks[j * columns..][..columns][across.clone()].fill(1);
                }
            }
        }
    }
    any
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

    #[inline(always)]
    pub fn cell_means_where(plane: Plane<'_>, cell: Cell, marks: &[u8], means: &mut [f32]) {
        let size = (plane.width(), plane.height());
        let (columns, rows) = cell.count(size);
        assert_eq!((means.len(), marks.len()), (columns * rows, columns * rows), "the grids");
        for (index, (mean, _)) in means.iter_mut().zip(marks).enumerate().filter(|(_, m)| *m.1 != 0)
        {
            let (x, y) = (index % columns * cell.side(), index / columns * cell.side());
            let window = plane.crop(x, y, cell.side().min(size.0 - x), cell.side().min(size.1 - y));
            let sum = match cell {
                Cell::Of4 => sum::<4>(window),
                Cell::Of8 => sum::<8>(window),
                Cell::Of16 => sum::<16>(window),
                Cell::Of32 => sum::<32>(window),
            };
            *mean = sum as f32 / (window.width() * window.height()) as f32;
        }
    }

    #[inline(always)]
    fn sum<const N: usize>(window: Plane<'_>) -> u32 {
        let mut sums = [0_u16; N];
        for row in window.rows() {
            match <&[u8; N]>::try_from(row) {
                Ok(row) => sums.iter_mut().zip(row).for_each(|(s, &v)| *s += u16::from(v)),
                Err(_) => sums.iter_mut().zip(row).for_each(|(s, &v)| *s += u16::from(v)),
            }
        }
        sums.iter().map(|&v| u32::from(v)).sum()
    }
}
