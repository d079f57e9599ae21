//! The best matte of a single picture.
//!
//! The network's resolution is the bottleneck: a person's outline has thousands of pixels, its mask
//! a few hundred. So the network looks many times: at the whole picture, at boxes around the
//! persons, at overlapping tiles of the box, and at the mirror images. All looks vote on one
//! grid. A tile shows the edge sharply but not what it belongs to, so it counts only near the edge,
//! and only where it agrees with the wider looks about the surroundings. Then islands and holes are
//! removed, and the picture's colours refine the edge at full resolution, strands of hair most finely.

mod axis;
mod blur;
mod clean;
mod closed_form;
mod edge;
mod hair;
mod line;
mod means;
mod rect;
mod soft;
mod votes;
mod windows;

use crate::MatteError;
use crate::geometry::{Cells, Geometry, pixels};
use crate::parts::Parts;
use crate::witness::Witness;
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Matte, Size, Window};
use backlot_segmenter::{SegmentationModel, Segmenter};
pub(crate) use blur::Blur;
pub(crate) use clean::Cleaner;
use edge::Edge;
use hair::Hair;
use votes::{Vote, Votes};

/// Boxes around the persons: the margin added on each side, as a share of the box's.
const MARGINS: [f32; 3] = [0.0, 0.08, 0.2];
/// The margin of the box to cut into tiles.
const TILED: f32 = 0.08;
/// Tiles: how many in a row and column, and their sides as a share of the box's.
const TILES: [(usize, f32); 2] = [(2, 0.65), (3, 0.5)];
/// How much a tile's vote counts, where a box's is 1.
const TILE_WEIGHT: f32 = 3.0;
/// The outer share of a tile that counts less.
const TILE_TAPER: f32 = 0.25;
/// Tiles count this far from doubtful cells, as a share of the grid's diagonal.
const BAND: f32 = 0.03;
/// The surroundings in which tiles must agree with wider looks, as a share of the diagonal.
const SURROUNDINGS: f32 = 0.02;
/// Differences up to the first don't matter; from the second a tile doesn't count.
const AGREEMENT: (f32, f32) = (0.05, 0.3);

/// Makes the best matte of pictures of one size, each on its own.
#[derive(Debug)]
pub struct Best {
    geometry: Geometry,
    looks: Looks,
    /// The network's results for the whole picture, and for each box.
    each: [Votes; 1 + MARGINS.len()],
    wide: Votes,
    close: Votes,
    mask: Vec<f32>,
    shares: Vec<f32>,
    closer: Vec<f32>,
    blur: Blur,
    cleaner: Cleaner,
    witness: Option<Witness>,
    edge: Edge,
    hair: Option<Hair>,
}

/// The network, with memory for its inputs and results.
#[derive(Debug)]
struct Looks {
    level: Level,
    segmenter: Segmenter,
    input: NetworkInput,
    picture: Vec<f32>,
    map: Vec<f32>,
}

impl Best {
    /// Makes one for pictures of `size`, and allocates everything.
    ///
    /// # Errors
    /// Returns an error if the model doesn't turn pictures into masks.
    pub fn new(model: &SegmentationModel, size: Size, level: Level) -> Result<Self, MatteError> {
        let segmenter = model.segmenter(pixels(size), level)?;
        let (from, mask) = (segmenter.input_shape(), segmenter.mask_size());
        let geometry = Geometry::new(size);
        let cells = geometry.cells();
        let votes = Votes::new(geometry, mask);
        let looks = Looks {
            level,
            segmenter,
            input: NetworkInput::new(size, from.width, from.height),
            picture: vec![0.0; 3 * from.width * from.height],
            map: vec![0.0; mask.0 * mask.1],
        };
        Ok(Self {
            geometry,
            looks,
            close: votes.clone(),
            each: std::array::from_fn(|_| votes.clone()),
            wide: votes,
            mask: vec![0.0; cells],
            shares: vec![0.0; cells],
            closer: vec![0.0; cells],
            blur: Blur::new(geometry.grid),
            cleaner: Cleaner::new(geometry.grid),
            witness: Witness::beside(model, geometry, level)?,
            edge: Edge::new(geometry),
            hair: Hair::told_by(model, geometry, level),
        })
    }

    /// The width and height of the network's masks.
    pub fn mask_size(&self) -> (usize, usize) {
        self.looks.segmenter.mask_size()
    }

    /// The mask of the frame segmented last, on the picture's grid ([`Geometry::new`]): the
    /// person's probability, `0.0..=1.0`, rows from top to bottom.
    pub fn mask(&self) -> &[f32] {
        &self.mask
    }

    /// The mask, to steady it before refining.
    pub fn mask_mut(&mut self) -> &mut [f32] {
        &mut self.mask
    }

    /// Takes islands and holes that are none of a person out of the mask.
    pub fn clean(&mut self) {
        self.cleaner.run(&mut self.mask);
    }

    /// Finds the persons in an I420 frame of this size; [`Best::mask`] then returns them.
    ///
    /// # Errors
    /// Returns an error if the network returns anything but probabilities.
    ///
    /// # Panics
    /// If the frame has another format or size.
    pub fn segment(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.each.iter_mut().for_each(Votes::clear);
        let [all, boxes @ ..] = &mut self.each;
        let whole = Window::whole(self.geometry.picture);
        let vote = Vote { window: whole, weight: 1.0, taper: 0.0 };
        self.looks.both_ways(frame, vote, all)?;
        all.write(&mut self.mask);
        if let Some(witness) = &mut self.witness {
            witness.look(frame)?;
            witness.judge(&mut self.mask);
        }
        if let Some(persons) = windows::around_persons(&self.mask, self.geometry) {
            for (margin, votes) in MARGINS.into_iter().zip(boxes) {
                let window = windows::grown(persons, margin, self.geometry.picture);
                let vote = Vote { window, weight: 1.0, taper: 0.0 };
                self.looks.both_ways(frame, vote, votes)?;
            }
            self.wide.set_guarded(&self.each);
            self.wide.write(&mut self.mask);
            self.look_closer(frame, persons)?;
        }
        if let Some(witness) = &mut self.witness {
            witness.judge(&mut self.mask);
        }
        self.clean();
        self.find_hair(frame)
    }

    /// The mask, to put that of another picture than the one segmented last there.
    pub fn take_mask(&mut self) -> &mut [f32] {
        if let Some(hair) = &mut self.hair {
            hair.forget();
        }
        &mut self.mask
    }

    fn find_hair(&mut self, frame: &Frame) -> Result<(), MatteError> {
        let Some(mut hair) = self.hair.take() else { return Ok(()) };
        hair.forget();
        let cells = self.look_around_persons(frame)?;
        if let Some(cells) = cells {
            hair.take(&mut self.looks.segmenter, cells);
        }
        self.hair = Some(hair);
        Ok(())
    }

    fn look_closer(&mut self, frame: &Frame, before: Window) -> Result<(), MatteError> {
        let persons = windows::around_persons(&self.mask, self.geometry).unwrap_or(before);
        let tiled = windows::grown(persons, TILED, self.geometry.picture);
        for (count, share) in TILES {
            self.mark_band();
            self.close.clear();
            for window in windows::tiles(tiled, count, share) {
                if self.is_marked(window) {
                    let vote = Vote { window, weight: TILE_WEIGHT, taper: TILE_TAPER };
                    self.looks.closely(frame, vote, &mut self.close)?;
                }
            }
            self.weigh_agreement();
            self.wide.add_votes(&self.close, &self.shares);
            self.wide.write(&mut self.mask);
        }
        Ok(())
    }

    /// Sets the shares to 1 around doubtful cells, falling to 0 beyond.
    fn mark_band(&mut self) {
        for (share, value) in self.shares.iter_mut().zip(&self.mask) {
            *share = if (0.1..0.9).contains(value) { 1.0 } else { 0.0 };
        }
        let reach = self.reach(BAND);
        self.blur.grow(&mut self.shares, reach);
        self.blur.smooth(&mut self.shares, reach.div_ceil(2));
    }

    /// Whether tiles count anywhere in a window.
    fn is_marked(&self, window: Window) -> bool {
        let Geometry { factor, grid: (columns, rows), .. } = self.geometry;
        let cells = |from: f32, length: f32, cells: usize| {
            let at = |pixel: f32| pixel / factor as f32;
            at(from) as usize..(at(from + length).ceil() as usize).min(cells)
        };
        let across = cells(window.x, window.width, columns);
        let mut down = cells(window.y, window.height, rows);
        down.any(|y| self.shares[y * columns..][across.clone()].iter().any(|&s| s > 0.01))
    }

    /// Lowers the shares where the tiles and the wider looks disagree about the surroundings.
    fn weigh_agreement(&mut self) {
        self.closer.copy_from_slice(&self.mask);
        self.close.write(&mut self.closer);
        self.closer.iter_mut().zip(&self.mask).for_each(|(v, wide)| *v -= wide);
        let reach = self.reach(1.2 * SURROUNDINGS);
        self.blur.smooth(&mut self.closer, reach);
        let (none, all) = AGREEMENT;
        for (share, difference) in self.shares.iter_mut().zip(&self.closer) {
            *share *= (1.0 - (difference.abs() - none) / (all - none)).clamp(0.0, 1.0);
        }
    }

    /// A share of the grid's diagonal, in cells.
    fn reach(&self, share: f32) -> usize {
        (self.geometry.diagonal(share).round() as usize).max(1)
    }

    /// Leaves the parts of a person in the mask of a frame.
    ///
    /// # Errors
    /// Returns an error if the network can't be run.
    pub fn leave(&mut self, frame: &Frame, parts: &mut Parts) -> Result<(), MatteError> {
        if let Some(cells) = self.look_around_persons(frame)? {
            parts.take(&mut self.looks.segmenter, cells);
            parts.apply(&mut self.mask);
        }
        Ok(())
    }

    /// Looks at the persons once; returns the cells that were looked at, if there is anybody.
    fn look_around_persons(&mut self, frame: &Frame) -> Result<Option<Cells>, MatteError> {
        let Geometry { factor, grid, picture } = self.geometry;
        let Some(persons) = windows::around_persons(&self.mask, self.geometry) else {
            return Ok(None);
        };
        let around = windows::grown(persons, TILED, picture);
        let cell = |pixel: f32| pixel / factor as f32;
        let cells = Cells {
            left: cell(around.x) as usize,
            top: cell(around.y) as usize,
            right: (cell(around.x + around.width).ceil() as usize).min(grid.0),
            bottom: (cell(around.y + around.height).ceil() as usize).min(grid.1),
        };
        let Looks { level, segmenter, input, .. } = &mut self.looks;
        let window = self.geometry.window(cells);
        input.run(*level, frame.yuv(), frame.color, window, segmenter.input_mut());
        segmenter.run()?;
        Ok(Some(cells))
    }

    /// Makes the matte of the frame segmented last. `edge` is how far the picture's colours refine
    /// its edge, `0.0..=1.0`; 0 leaves the mask's soft edge.
    ///
    /// # Panics
    /// If the frame has another format, or the frame or matte another size.
    pub fn refine(&mut self, frame: &Frame, edge: f32, out: &mut Matte) {
        self.edge.run(&self.mask, frame, edge, out.plane_mut());
        if let Some(hair) = self.hair.as_mut().filter(|_| edge > 0.0) {
            hair.run(&self.mask, self.edge.soft(), frame, out.plane_mut());
        }
    }
}

impl Looks {
    /// Adds the network's votes on a window and on its mirror image.
    fn both_ways(
        &mut self,
        frame: &Frame,
        vote: Vote,
        votes: &mut Votes,
    ) -> Result<(), MatteError> {
        self.show(frame, vote.window);
        self.segmenter.forget();
        Ok(self.segmenter.both_ways(&self.picture, &mut self.map, |map| votes.add(map, vote))?)
    }

    /// Adds the network's votes on a tile.
    fn closely(&mut self, frame: &Frame, vote: Vote, votes: &mut Votes) -> Result<(), MatteError> {
        self.show(frame, vote.window);
        Ok(self.segmenter.closely(&self.picture, &mut self.map, |map| votes.add(map, vote))?)
    }

    /// Scales a window to the network's picture.
    fn show(&mut self, frame: &Frame, window: Window) {
        self.input.run(self.level, frame.yuv(), frame.color, window, &mut self.picture);
    }
}

#[cfg(test)]
mod tests;
