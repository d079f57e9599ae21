//! Finer mattes where hair is.
//!
//! The guided filter of [`Edge`](super::edge::Edge) loses strands in a soft edge. Closed-form matting finds them,
//! but elsewhere it takes up whatever pattern crosses the edge. So it is asked in the doubtful band
//! near what the network calls hair, and only adds: what it would take away of hair's inside, where
//! the room has the same colour, stays.

use super::blur::Blur;
use super::closed_form::ClosedForm;
use super::edge::{self, to_byte};
use super::line::Pixel;
use super::rect::Rect;
use super::soft::{self, Soft};
use crate::geometry::{Cells, Geometry};
use crate::parts::Parts;
use backlot_kernels::Level;
use backlot_media::{Frame, PlaneMut};
use backlot_segmenter::{SegmentationModel, Segmenter};

/// What networks call it.
const NAME: &str = "hair";
/// From which share on a cell is hair.
const HAIR: f32 = 0.3;
/// How far around hair it counts, as a share of the grid's diagonal.
const REACH: f32 = 0.02;
/// How far from doubtful pixels the matte is open, as a share of the grid's diagonal.
const BAND: f32 = 0.004;
/// Where less than this counts, it doesn't.
const LEAST: f32 = 0.02;

/// Memory for the hair of pictures of one size.
#[derive(Debug)]
pub struct Hair {
    geometry: Geometry,
    parts: Parts,
    is_known: bool,
    blur: Blur,
    /// How much each cell is hair, or near some.
    share: Vec<f32>,
    /// 1 where pixels are open, else 0.
    open: Vec<f32>,
    closed_form: ClosedForm,
    pixels: Vec<Pixel>,
    colors: Vec<[f32; 3]>,
    unknown: Vec<bool>,
    matte: Vec<f32>,
}

impl Hair {
    /// For a network that tells hair apart; nothing for others.
    pub fn told_by(model: &SegmentationModel, geometry: Geometry, level: Level) -> Option<Self> {
        let bits = model.form().part_bits(&[NAME]);
        (bits != 0).then(|| Self {
            geometry,
            parts: Parts::new(geometry, bits, level),
            is_known: false,
            blur: Blur::new(geometry.grid),
            share: vec![0.0; geometry.cells()],
            open: vec![0.0; geometry.cells()],
            closed_form: ClosedForm::default(),
            pixels: Vec::new(),
            colors: Vec::new(),
            unknown: Vec::new(),
            matte: Vec::new(),
        })
    }

    /// Takes what the network has just found in some cells.
    pub fn take(&mut self, segmenter: &mut Segmenter, cells: Cells) {
        self.parts.take(segmenter, cells);
        self.is_known = true;
    }

    /// Forgets the hair: the next matte is another picture's.
    pub const fn forget(&mut self) {
        self.is_known = false;
    }

    /// Refines a frame's matte, which the guided filter made of `mask`.
    pub fn run(&mut self, mask: &[f32], soft: &Soft, frame: &Frame, mut out: PlaneMut<'_>) {
        if !self.is_known {
            return;
        }
        self.find(mask);
        let Some(rect) = self.around() else { return };
        self.load(&rect, frame, &mut out);
        self.matte.clear();
        self.matte.extend(self.pixels.iter().map(|pixel| pixel[3]));
        self.closed_form.solve(&rect, &self.colors, &self.unknown, &mut self.matte);
        for y in rect.y.clone() {
            let row = out.row_mut(y);
            for x in rect.x.clone() {
                let at = rect.index(x, y);
                if self.unknown[at] {
                    let (before, found) = (self.pixels[at][3], self.matte[at]);
                    let share = soft.sample(&self.share, x, y);
                    row[x] = to_byte(before + (found - before).max(0.0) * share);
                }
            }
        }
    }

    /// Finds the cells near hair whose pixels are open.
    fn find(&mut self, mask: &[f32]) {
        let Self { geometry, parts, blur, share, open, .. } = self;
        let reach = |share: f32| (geometry.diagonal(share) as usize).max(1);
        share.fill(1.0);
        parts.apply(share);
        share.iter_mut().for_each(|v| *v = if *v > HAIR { 1.0 } else { 0.0 });
        blur.grow(share, reach(REACH));
        blur.smooth(share, reach(REACH / 2.0));
        let doubtful = open.iter_mut().zip(mask);
        doubtful.for_each(|(open, &v)| *open = f32::from(u8::from(soft::is_doubtful(v))));
        blur.grow(open, reach(BAND));
        open.iter_mut()
            .zip(&*share)
            .filter(|(_, near)| **near < LEAST)
            .for_each(|(open, _)| *open = 0.0);
    }

    /// The pixels around all open cells.
    fn around(&self) -> Option<Rect> {
        let Geometry { factor, grid: (columns, rows), picture } = self.geometry;
        let is_open = |x: usize, y: usize| self.open[y * columns + x] > 0.0;
        let mut across = (0..columns).filter(|&x| (0..rows).any(|y| is_open(x, y)));
        let mut down = (0..rows).filter(|&y| (0..columns).any(|x| is_open(x, y)));
        let (left, top) = (across.next()?, down.next()?);
        let (right, bottom) = (across.next_back().unwrap_or(left), down.next_back().unwrap_or(top));
        let size = (picture.width as usize, picture.height as usize);
        let cells =
            Rect { x: left * factor..(right + 1) * factor, y: top * factor..(bottom + 1) * factor };
        Some(cells.grown(1, size))
    }

    /// Reads a rectangle's colours and matte, and which of its pixels are open.
    fn load(&mut self, rect: &Rect, frame: &Frame, out: &mut PlaneMut<'_>) {
        let Self { geometry, open, pixels, colors, unknown, .. } = self;
        edge::load(frame, rect, |_, _| 0.0, pixels);
        unknown.clear();
        for y in rect.y.clone() {
            let row = out.row_mut(y);
            for x in rect.x.clone() {
                pixels[rect.index(x, y)][3] = f32::from(row[x]) / 255.0;
                let cell = y / geometry.factor * geometry.grid.0 + x / geometry.factor;
                unknown.push(open[cell] > 0.0);
            }
        }
        colors.clear();
        colors.extend(pixels.iter().map(|&[luma, blue, red, _]| [luma, blue, red]));
    }
}
