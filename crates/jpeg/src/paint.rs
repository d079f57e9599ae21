//! Makes pixels of the blocks that are wanted.

#![forbid(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use crate::avx2::Avx2;
use crate::blocks::{Blocks, JOBS, Job};
use crate::geometry::{Geometry, PlaneMut, Scale, Shape};
use backlot_kernels::Level;

/// Paints blocks that lie in a plane as a whole.
fn paint(level: Level, blocks: &Blocks<'_>, jobs: &[Job], scale: Scale, plane: &mut PlaneMut<'_>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = Avx2::of(level) {
        let wide = crate::avx2::spread::Wide::of(level);
        return crate::avx2::paint::paint(avx2, wide, blocks, jobs, scale, plane);
    }
    let _ = level;
    for job in jobs {
        let rows = plane.bytes[job.at..].chunks_mut(plane.stride);
        match scale {
            Scale::Full => write::<8>(&blocks.pixels(job.block as usize), rows),
            Scale::Half => write::<4>(&blocks.half_pixels(job.block as usize), rows),
        }
    }
}

fn write<'a, const SIDE: usize>(pixels: &[u8], rows: impl Iterator<Item = &'a mut [u8]>) {
    for (from, to) in pixels.as_chunks::<SIDE>().0.iter().zip(rows) {
        to[..SIDE].copy_from_slice(from);
    }
}

/// Paints one component's blocks of wanted units.
pub(crate) struct Painter<'a, 'b> {
    pub level: Level,
    pub geometry: &'a Geometry,
    pub component: usize,
    pub blocks: Blocks<'a>,
    pub scale: Scale,
    pub plane: &'a mut PlaneMut<'b>,
}

impl Painter<'_, '_> {
    /// Paints the wanted units of one row of units.
    pub fn row(&mut self, y: usize, wanted: &[bool]) {
        // All are looked at, which takes fewer instructions than to stop at the first.
        if !wanted.iter().fold(false, |any, &wanted| any | wanted) {
            return;
        }
        let Geometry { units, blocks, .. } = *self.geometry;
        let Shape { size, blocks: (wide, high), first } = self.geometry.shapes()[self.component];
        let (side, stride) = (8 / self.scale.divisor(), self.plane.stride);
        let mut jobs = [Job::default(); JOBS];
        for (down, row) in (0..high).zip(y * high..) {
            // Blocks of this row that lie in the plane as a whole.
            let whole = if 8 * (row + 1) <= size.1 { size.0 / 8 } else { 0 };
            let start = y * units.0 * blocks + first + down * wide;
            let mut count = 0;
            for x in wanted.iter().enumerate().filter_map(|(x, &wanted)| wanted.then_some(x)) {
                let (block, column) = (start + x * blocks, x * wide);
                if column + wide > whole {
                    for (block, column) in (block..block + wide).zip(column..) {
                        self.edge(block, (column, row));
                    }
                    continue;
                }
                let at = side * (row * stride + column);
                for across in 0..wide {
                    jobs[count % JOBS] =
                        Job { block: (block + across) as u32, at: at + side * across };
                    count += 1;
                }
                if count == JOBS {
                    self.paint(&jobs);
                    count = 0;
                }
            }
            self.paint(&jobs[..count]);
        }
    }

    fn paint(&mut self, jobs: &[Job]) {
        paint(self.level, &self.blocks, jobs, self.scale, self.plane);
    }

    /// Paints the part of a block that lies in the plane.
    fn edge(&mut self, block: usize, (x, y): (usize, usize)) {
        match self.scale {
            Scale::Full => self.clipped::<8>(&self.blocks.pixels(block), (x, y)),
            Scale::Half => self.clipped::<4>(&self.blocks.half_pixels(block), (x, y)),
        }
    }

    fn clipped<const SIDE: usize>(&mut self, pixels: &[u8], (x, y): (usize, usize)) {
        let (width, height) = self.geometry.plane(self.component, self.scale.divisor());
        let (left, top) = (x * SIDE, y * SIDE);
        let columns = SIDE.min(width.saturating_sub(left));
        if columns == 0 {
            return;
        }
        let rows = SIDE.min(height.saturating_sub(top));
        for (from, row) in pixels.chunks_exact(SIDE).take(rows).zip(top..) {
            let at = row * self.plane.stride + left;
            self.plane.bytes[at..at + columns].copy_from_slice(&from[..columns]);
        }
    }
}
