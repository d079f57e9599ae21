//! Brings a source's picture into the form in which a layer shows it.

use backlot_kernels::{Level, Quarters, Scaler, flip_rows, turn};
use backlot_media::View;
use backlot_media::{Frame, PixelFormat, Plane, PlaneMut};
use backlot_scene::Turn;

/// Scales a window of a picture, turns it and swaps its sides.
#[derive(Debug)]
pub(crate) struct Fitter {
    scaler: Option<Scaler>,
    quarters: Option<Quarters>,
    mirror: bool,
    /// The picture before its turn.
    upright: Option<Frame>,
    level: Level,
}

impl Fitter {
    /// From the picture of `view` to a part of it at another size.
    pub fn new(view: View, part: View, (turn, mirror): (Turn, bool), level: Level) -> Self {
        let scaler = (view != part).then(|| {
            let (window, to) = (view.window_of(part.window), (part.size, part.size.rect()));
            Scaler::placed((view.size, window), to, level)
        });
        let quarters = match turn {
            Turn::None => None,
            Turn::Right => Some(Quarters::Right),
            Turn::Half => Some(Quarters::Half),
            Turn::Left => Some(Quarters::Left),
        };
        let is_between = scaler.is_some() && quarters.is_some();
        let upright = is_between.then(|| Frame::new(PixelFormat::I420, part.size));
        Self { scaler, quarters, mirror, upright, level }
    }

    /// Whether pictures stay as they are.
    pub const fn changes_nothing(&self) -> bool {
        self.keeps_pixels() && !self.mirror
    }

    /// Whether pictures stay as they are, but for their sides.
    pub const fn keeps_pixels(&self) -> bool {
        self.scaler.is_none() && self.quarters.is_none()
    }

    /// How far apart two pixels of a picture are at most from which one is made, its chroma included.
    pub fn reach(&self) -> u32 {
        // Turned or with its sides swapped, an odd side shifts chroma by a pixel.
        self.scaler.as_ref().map_or(0, Scaler::reach) + 2
    }

    /// How far from what a matte shows pixels of a picture lie from which those are made that lie so many pixels from
    /// what the fitted matte shows.
    pub fn reach_for(&self, pixels: u32) -> u32 {
        let step = self.scaler.as_ref().map_or(1.0, Scaler::step);
        ((pixels + 2) as f32 * step).ceil() as u32 + self.reach()
    }

    /// Fits a picture; `to` gets its tags.
    pub fn run(&mut self, from: &Frame, to: &mut Frame) {
        match (&mut self.scaler, self.quarters, &mut self.upright) {
            (Some(scaler), Some(quarters), Some(upright)) => {
                scaler.run(from, upright);
                turn_frame(self.level, upright, quarters, to);
            }
            (Some(scaler), ..) => scaler.run(from, to),
            (None, Some(quarters), _) => turn_frame(self.level, from, quarters, to),
            (None, None, _) => to.copy_picture(from),
        }
        to.tag_like(from);
        if self.mirror {
            to.yuv_mut().into_iter().for_each(|plane| flip_rows(self.level, plane));
        }
    }

    /// Fits a plane of the full size: a matte.
    pub fn run_plane(&mut self, from: Plane<'_>, mut to: PlaneMut<'_>) {
        let level = self.level;
        match (&mut self.scaler, self.quarters, &mut self.upright) {
            (Some(scaler), Some(quarters), Some(upright)) => {
                scaler.run_plane(from, upright.plane_mut(0));
                turn(level, upright.plane(0), quarters, to.reborrow());
            }
            (Some(scaler), ..) => scaler.run_plane(from, to.reborrow()),
            (None, Some(quarters), _) => turn(level, from, quarters, to.reborrow()),
            (None, None, _) => to.copy_from(from),
        }
        if self.mirror {
            flip_rows(level, to);
        }
    }
}

fn turn_frame(level: Level, from: &Frame, quarters: Quarters, to: &mut Frame) {
    for (from, to) in from.yuv().into_iter().zip(to.yuv_mut()) {
        turn(level, from, quarters, to);
    }
}
