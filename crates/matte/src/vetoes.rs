//! What a larger network calls room fades out of the matte. It never adds anybody.

use crate::motion::Motion;
use backlot_kernels::matte::LUMA_ONE;
use backlot_media::Timestamp;

/// From this on what is called room goes, and below this it comes back.
const ROOM: (f32, f32) = (0.3, 0.7);
/// From this difference of luma on, in code values, a picture has changed at a place.
const CHANGED: u16 = 14 * LUMA_ONE;
/// Seconds until what is called room is gone.
const FADING: f32 = 0.6;
/// Seconds until what isn't called room any more is back.
const RETURNING: f32 = 0.6;
/// Seconds until what has changed is back.
const CHANGING: f32 = 0.15;
/// The longest step in time that counts, in seconds.
const LONGEST: f32 = 0.2;

/// How far each cell has faded.
#[derive(Debug)]
pub(crate) struct Vetoes {
    faded: Vec<f32>,
    goes: Vec<bool>,
    left: Vec<f32>,
    last: Option<Timestamp>,
}

impl Vetoes {
    pub fn new(cells: usize) -> Self {
        Self {
            faded: vec![0.0; cells],
            goes: vec![false; cells],
            left: vec![0.0; cells],
            last: None,
        }
    }

    pub fn reset(&mut self) {
        self.faded.fill(0.0);
        self.last = None;
    }

    /// Goes on to the next frame. `room` is how surely each cell is the room, and the luma of the
    /// picture in which it was; where the picture has changed since, that says nothing.
    pub fn fade(&mut self, room: Option<(&[f32], &[u16])>, motion: &Motion, time: Timestamp) {
        let step = self.last.map_or(0.0, |last| time.since(last).as_secs_f32().min(LONGEST));
        self.last = Some(time);
        let (out, back, at_once) = (step / FADING, step / RETURNING, step / CHANGING);
        let Some((room, before)) = room else {
            return self.faded.iter_mut().for_each(|faded| *faded = (*faded - back).max(0.0));
        };
        let now = motion.present().1;
        let cells = self.faded.iter_mut().zip(&mut self.goes).zip(room).zip(now.iter().zip(before));
        for (((faded, goes), room), (now, before)) in cells {
            let has_changed = now.abs_diff(*before) > CHANGED;
            *goes = !has_changed && if *goes { *room > ROOM.0 } else { *room > ROOM.1 };
            let step = match (*goes, has_changed) {
                (true, _) => out,
                (_, true) => -at_once,
                _ => -back,
            };
            *faded = (*faded + step).clamp(0.0, 1.0);
        }
    }

    /// What is left of a matte without what has faded.
    pub fn apply(&mut self, matte: &[f32]) -> &[f32] {
        let cells = self.left.iter_mut().zip(matte).zip(&self.faded);
        cells.for_each(|((left, value), faded)| *left = value * (1.0 - faded));
        &self.left
    }
}
