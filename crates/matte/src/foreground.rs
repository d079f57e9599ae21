//! Foreground colours: removes the old background from a person's edge, and lets the light of the
//! new one fall on it.
//!
//! At the edge a camera's pixel is `I = a F + (1 - a) B`: blended unchanged over another picture,
//! it brings the old room along as a halo. [`Foreground::clean`] finds `F` and `B` around the edge
//! by least squares in cells of about 1/45 of the height, from coarse to fine
//! ([`backlot_kernels::edge`]), and writes `F`. [`Foreground::wrap`] adds the blurred new
//! background to the last 1 % of the height before the edge.

use backlot_kernels::Level;
use backlot_kernels::edge::{
    Cell, Cells, EdgeRows, Light, MOMENTS, Mixture, Moments, cell_means, cell_means_where,
    mark_edge, moments, solve, unmix, wrap_chroma, wrap_luma,
};
use backlot_kernels::grid::{double, halve, halved};
use backlot_media::{Plane, PlaneMut, Range, Size};

/// The weight of the guess from a coarser grid, against samples of weight 1.
const GUESS: f32 = 0.01;

/// The share of the light at the very edge, at full amount.
const LIGHT: f32 = 0.6;

/// Corrects the colours at the edge of a person, in I420 pictures of one size.
#[derive(Debug)]
pub struct Foreground {
    size: Size,
    level: Level,
    /// The code values of black and white.
    ends: [f32; 2],
    cleaning: Grid,
    /// The finest grid first.
    steps: Vec<Step>,
    wrapping: Grid,
    near: Vec<u8>,
    light: [Vec<f32>; 3],
    /// The means of a constant background.
    still: Option<[Vec<f32>; 3]>,
    sums: Vec<u16>,
    row: Vec<f32>,
    rows: EdgeRows,
}

/// A matte's mean in each cell, and which cells are at its edge.
#[derive(Debug)]
struct Grid {
    cell: Cell,
    cells: Cells,
    means: Vec<f32>,
    marks: Vec<u8>,
}

/// The estimate on a grid.
#[derive(Debug)]
struct Step {
    cells: Cells,
    moments: Moments,
    foreground: [Vec<f32>; 3],
    background: [Vec<f32>; 3],
}

/// The cells for cleaning and for light in pictures of a size.
const fn cells(size: Size) -> (Cell, Cell) {
    match size.height {
        ..400 => (Cell::Of8, Cell::Of8),
        400..1440 => (Cell::Of16, Cell::Of8),
        _ => (Cell::Of32, Cell::Of16),
    }
}

impl Grid {
    fn new(size: Size, cell: Cell) -> Self {
        let cells = cell.count((size.width as usize, size.height as usize));
        let count = cells.0 * cells.1;
        Self { cell, cells, means: vec![0.0; count], marks: vec![0; count] }
    }

    /// Finds the edge; returns false if there is none.
    fn look(&mut self, level: Level, matte: Plane<'_>, sums: &mut [u16]) -> bool {
        cell_means(level, matte, self.cell, sums, &mut self.means);
        mark_edge(&self.means, self.cells, 1, &mut self.marks)
    }

    /// The cell of a chroma plane that covers the same pixels.
    fn chroma(&self) -> Cell {
        match self.cell {
            Cell::Of32 => Cell::Of16,
            Cell::Of16 => Cell::Of8,
            Cell::Of8 | Cell::Of4 => Cell::Of4,
        }
    }
}

impl Step {
    fn new(cells: Cells) -> Self {
        let grid = || vec![0.0; cells.0 * cells.1];
        Self {
            cells,
            moments: std::array::from_fn::<_, MOMENTS, _>(|_| grid()),
            foreground: std::array::from_fn(|_| grid()),
            background: std::array::from_fn(|_| grid()),
        }
    }

    fn halve_into(&self, level: Level, coarse: &mut Self) {
        for (fine, coarse) in self.moments.iter().zip(&mut coarse.moments) {
            halve(level, fine, self.cells, coarse);
        }
    }

    fn guess_from(&mut self, level: Level, coarse: &Self, row: &mut [f32]) {
        let fine = self.foreground.iter_mut().chain(&mut self.background);
        for (fine, coarse) in fine.zip(coarse.foreground.iter().chain(&coarse.background)) {
            double(level, coarse, fine, self.cells, row);
        }
    }

    fn solve(&mut self, level: Level) {
        solve(level, &self.moments, GUESS, &mut self.foreground, &mut self.background);
    }
}

impl Foreground {
    /// Makes one for pictures of `size` with numbers in `range`, and allocates everything.
    pub fn new(size: Size, range: Range, level: Level) -> Self {
        let (coarse, fine) = cells(size);
        let (cleaning, wrapping) = (Grid::new(size, coarse), Grid::new(size, fine));
        let finer = |cells: &Cells| (cells.0.max(cells.1) > 2).then(|| halved(*cells));
        let steps = std::iter::successors(Some(cleaning.cells), finer).map(Step::new).collect();
        let count = wrapping.means.len();
        Self {
            size,
            level,
            ends: [range.black(), range.white()].map(f32::from),
            cleaning,
            steps,
            near: vec![0; count],
            light: std::array::from_fn(|_| vec![0.0; count]),
            still: None,
            sums: vec![0; size.width as usize],
            row: vec![0.0; wrapping.cells.0],
            rows: EdgeRows::new(size.width as usize),
            wrapping,
        }
    }

    /// How far around the pixels that are partly person, in pixels of a picture of that size, [`Foreground::clean`]
    /// reads colours: that of their cells and the neighbours of these.
    pub const fn reach(size: Size) -> u32 {
        2 * cells(size).0.side() as u32
    }

    /// Writes the person's own colour into the pixels that are partly person according to the
    /// matte. `amount` is the strength of the correction, `0.0..=1.0`.
    ///
    /// # Panics
    /// If a plane doesn't have the size of the picture.
    pub fn clean(&mut self, picture: [PlaneMut<'_>; 3], matte: Plane<'_>, amount: f32) {
        self.check(picture.each_ref().map(|p| (p.width(), p.height())), matte);
        let level = self.level;
        if amount <= 0.0 || !self.cleaning.look(level, matte, &mut self.sums) {
            return;
        }
        self.estimate(picture.each_ref().map(PlaneMut::as_ref), matte);
        let (grid, step) = (&self.cleaning, &self.steps[0]);
        for (i, plane) in picture.into_iter().enumerate() {
            let mixture = Mixture {
                matte,
                cell: if i == 0 { grid.cell } else { grid.chroma() },
                means: &grid.means,
                foreground: &step.foreground[i],
                background: &step.background[i],
                amount: amount.min(1.0),
            };
            unmix(level, plane, &mixture, &mut self.rows);
        }
    }

    /// The colours on both sides of the edge, from the coarsest grid to the finest.
    fn estimate(&mut self, picture: [Plane<'_>; 3], matte: Plane<'_>) {
        let (level, grid) = (self.level, &self.cleaning);
        let (cell, means) = (grid.cell, &mut self.steps[0].moments);
        moments(level, picture, matte, cell, &grid.marks, &mut self.rows, means);
        for at in 1..self.steps.len() {
            let (fine, coarse) = self.steps.split_at_mut(at);
            fine[at - 1].halve_into(level, &mut coarse[0]);
        }
        let last = self.steps.len() - 1;
        let coarsest = &mut self.steps[last];
        coarsest.foreground.iter_mut().chain(&mut coarsest.background).for_each(|g| g.fill(128.0));
        coarsest.solve(level);
        for at in (0..last).rev() {
            let (fine, coarse) = self.steps.split_at_mut(at + 1);
            fine[at].guess_from(level, &coarse[0], &mut self.row);
            fine[at].solve(level);
        }
    }

    /// Sets the background of every future [`Foreground::wrap`], so that it isn't examined again.
    ///
    /// # Panics
    /// If a plane doesn't have the size of the picture.
    pub fn keep_background(&mut self, background: [Plane<'_>; 3]) {
        let everywhere = vec![1; self.near.len()];
        let grid = &self.wrapping;
        let mut means: [Vec<f32>; 3] = std::array::from_fn(|_| vec![0.0; everywhere.len()]);
        for (i, (plane, means)) in background.into_iter().zip(&mut means).enumerate() {
            let cell = if i == 0 { grid.cell } else { grid.chroma() };
            cell_means_where(plane, cell, &everywhere, means);
        }
        self.still = Some(means);
    }

    /// Lets the light of the background that will be behind the person fall on the edge. `amount`
    /// is how much, `0.0..=1.0`. It only brightens.
    ///
    /// # Panics
    /// If a plane doesn't have the size of the picture.
    pub fn wrap(
        &mut self,
        picture: [PlaneMut<'_>; 3],
        matte: Plane<'_>,
        background: [Plane<'_>; 3],
        amount: f32,
    ) {
        self.check(picture.each_ref().map(|p| (p.width(), p.height())), matte);
        self.check(background.map(|p| (p.width(), p.height())), matte);
        let level = self.level;
        if amount <= 0.0 || !self.wrapping.look(level, matte, &mut self.sums) {
            return;
        }
        self.gather_light(background, LIGHT * amount.min(1.0));
        let (grid, [luma, light_cb, light_cr]) = (&self.wrapping, &self.light);
        let light = Light { cell: grid.cell, marks: &grid.marks, luma, ends: self.ends };
        let [y, cb, cr] = picture;
        let of_chroma = Light { cell: grid.chroma(), ..light };
        let colors = [&light_cb[..], light_cr];
        wrap_chroma(level, [cb, cr], y.as_ref(), of_chroma, colors, &mut self.rows);
        wrap_luma(level, y, light, &mut self.rows);
    }

    /// The background's means around the edge, times the share of their light: all of it where the
    /// matte's mean is 1/2 or less, nothing where it is 1. Cells without any person get no light,
    /// but spread it.
    fn gather_light(&mut self, background: [Plane<'_>; 3], strength: f32) {
        let grid = &mut self.wrapping;
        mark_edge(&grid.means, grid.cells, 2, &mut self.near);
        for (i, (plane, light)) in background.into_iter().zip(&mut self.light).enumerate() {
            let cell = if i == 0 { grid.cell } else { grid.chroma() };
            match &self.still {
                Some(means) => light.copy_from_slice(&means[i]),
                None => cell_means_where(plane, cell, &self.near, light),
            }
        }
        let [luma, cb, cr] = &mut self.light;
        let [black, white] = self.ends;
        for (i, _) in self.near.iter().enumerate().filter(|(_, near)| **near != 0) {
            let outside = (2.0 - grid.means[i] * (2.0 / 255.0)).min(1.0);
            let share = strength * outside * outside;
            luma[i] = share * ((luma[i] - black) / (white - black)).clamp(0.0, 1.0);
            cb[i] = share * (cb[i] - 128.0);
            cr[i] = share * (cr[i] - 128.0);
            grid.marks[i] = if grid.means[i] > 0.0 { grid.marks[i] } else { 0 };
        }
    }

    fn check(&self, planes: [(usize, usize); 3], matte: Plane<'_>) {
        let whole = (self.size.width as usize, self.size.height as usize);
        let half = (whole.0.div_ceil(2), whole.1.div_ceil(2));
        assert_eq!(planes, [whole, half, half], "the picture's planes");
        assert_eq!((matte.width(), matte.height()), whole, "the matte's size");
    }
}

#[cfg(test)]
mod tests;
