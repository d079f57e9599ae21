//! Mattes of videos that are files: a frame may look at those that come after it.
//!
//! Each frame is looked at once, both ways. Its mask is then the mean of the masks of the frames
//! around it, as far as the picture is the same there: what flickers is noise of the network, and
//! what moves has another luma. Nothing is carried over a cut.

use crate::geometry::Geometry;
use crate::live::Live;
use crate::motion::Motion;
use crate::steady::Steady;
use crate::witness::Witness;
use crate::{MatteError, MatteTiming};
use backlot_kernels::Level;
use backlot_kernels::matte::LUMA_ONE;
use backlot_media::{Frame, Timestamp};
use backlot_segmenter::SegmentationModel;
use std::collections::VecDeque;
use std::time::Duration;

/// How far in time frames count for each other.
const REACH: Duration = Duration::from_millis(800);
/// The difference of luma, in code values, at which a frame's weight has fallen to `1 / e`.
const SAME: f32 = 2.5;
/// Differences of luma from here on, in code values, have no weight.
const OTHER: usize = 10;
/// The most frames ahead of the one whose matte is made.
const AHEAD: usize = 24;

/// Looks at the frames of a video ahead of the one whose matte is made.
#[derive(Debug)]
pub(crate) struct Film {
    live: Live,
    reel: Reel,
    witness: Option<Witness>,
    mask: Vec<f32>,
    /// The number of cuts so far.
    scene: u64,
}

/// The masks of the frames around the one whose matte is made.
#[derive(Debug)]
struct Reel {
    looked: VecDeque<Looked>,
    spare: Vec<Looked>,
    /// By the difference of luma, in its own units.
    weights: Vec<f32>,
    sums: Vec<f32>,
}

/// A frame that was looked at.
#[derive(Debug)]
struct Looked {
    frame: Shot,
    mask: Vec<f32>,
    luma: Vec<u16>,
}

/// Which frame it is.
#[derive(Clone, Copy, Debug)]
struct Shot {
    sequence: u64,
    time: Timestamp,
    /// Frames on both sides of a cut have different ones.
    scene: u64,
}

impl Film {
    /// The most frames that are looked at before the first matte is asked for.
    pub const AHEAD: usize = AHEAD;

    pub fn new(
        model: &SegmentationModel,
        geometry: Geometry,
        level: Level,
    ) -> Result<Self, MatteError> {
        let live = Live::new(model, geometry.picture, level)?.thorough();
        let witness = Witness::beside(model, geometry, level)?;
        let (reel, mask) = (Reel::new(geometry.cells()), vec![0.0; geometry.cells()]);
        Ok(Self { live, reel, witness, mask, scene: 0 })
    }

    pub fn reset(&mut self) {
        self.live.reset();
        self.reel.clear();
    }

    /// Looks at the next frame, which `motion` has observed.
    pub fn look(
        &mut self,
        frame: &Frame,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        self.scene += u64::from(motion.is_cut());
        let is_first = self.reel.looked.is_empty();
        self.live.look(is_first, &mut &*frame, motion, steady, timing)?;
        self.mask.copy_from_slice(steady.present());
        if let Some(witness) = &mut self.witness {
            witness.look(frame)?;
            witness.judge(&mut self.mask);
        }
        self.live.follow(&self.mask);
        let shot = Shot { sequence: frame.sequence, time: frame.time, scene: self.scene };
        self.reel.push(shot, &self.mask, motion.present().1);
        Ok(())
    }

    /// Writes the mask of a frame that was looked at; returns whether it was.
    pub fn take(&mut self, sequence: u64, mask: &mut [f32]) -> bool {
        self.reel.take(sequence, mask)
    }
}

impl Reel {
    fn new(cells: usize) -> Self {
        let unit = f32::from(LUMA_ONE);
        let weight = |difference: usize| (-(difference as f32 / unit / SAME).powi(2)).exp();
        Self {
            looked: VecDeque::new(),
            spare: Vec::new(),
            weights: (0..OTHER * usize::from(LUMA_ONE)).map(weight).collect(),
            sums: vec![0.0; cells],
        }
    }

    fn clear(&mut self) {
        self.spare.extend(self.looked.drain(..));
    }

    fn push(&mut self, frame: Shot, mask: &[f32], luma: &[u16]) {
        let mut looked = self.spare.pop().unwrap_or_else(|| Looked {
            frame,
            mask: vec![0.0; mask.len()],
            luma: vec![0; luma.len()],
        });
        looked.frame = frame;
        looked.mask.copy_from_slice(mask);
        looked.luma.copy_from_slice(luma);
        self.looked.push_back(looked);
    }

    /// Writes the mean mask of a frame, and forgets those that are too old to count for later ones.
    fn take(&mut self, sequence: u64, mask: &mut [f32]) -> bool {
        let own = self.looked.iter().position(|looked| looked.frame.sequence == sequence);
        let Some(before) = own else { return false };
        let own = &self.looked[before];
        let Shot { time, scene, .. } = own.frame;
        mask.copy_from_slice(&own.mask);
        self.sums.fill(1.0);
        for other in &self.looked {
            let apart = time.since(other.frame.time).max(other.frame.time.since(time));
            if other.frame.sequence != sequence && other.frame.scene == scene && apart < REACH {
                let share = apart.as_secs_f32() / REACH.as_secs_f32();
                let nearness = 1.0 - share * share;
                add(other, &own.luma, &self.weights, nearness, mask, &mut self.sums);
            }
        }
        mask.iter_mut().zip(&self.sums).for_each(|(value, sum)| *value /= sum);
        let too_old = |looked: &&Looked| time.since(looked.frame.time) >= REACH;
        let old = self.looked.iter().take(before).take_while(too_old).count();
        self.spare.extend(self.looked.drain(..old.max(before.saturating_sub(AHEAD))));
        true
    }
}

/// Adds another frame's mask where its luma is like `luma`.
fn add(
    other: &Looked,
    luma: &[u16],
    weights: &[f32],
    nearness: f32,
    mask: &mut [f32],
    sums: &mut [f32],
) {
    let cells = mask.iter_mut().zip(sums).zip(&other.mask).zip(other.luma.iter().zip(luma));
    for (((value, sum), theirs), (a, b)) in cells {
        let weight = weights.get(usize::from(a.abs_diff(*b))).copied().unwrap_or(0.0) * nearness;
        *value += weight * theirs;
        *sum += weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIM: u16 = 50 * LUMA_ONE;

    /// The masks of frames of one cell each: time in milliseconds, scene, mask and luma.
    fn means(frames: &[(u64, u64, f32, u16)]) -> Vec<f32> {
        let mut reel = Reel::new(1);
        for (sequence, (time, scene, mask, luma)) in (0..).zip(frames) {
            let time = Timestamp::default() + Duration::from_millis(*time);
            reel.push(Shot { sequence, time, scene: *scene }, &[*mask], &[*luma]);
        }
        let mut mask = [0.0];
        let mean = |sequence| {
            assert!(reel.take(sequence, &mut mask), "frame {sequence} was looked at");
            mask[0]
        };
        (0..frames.len() as u64).map(mean).collect()
    }

    #[test]
    fn what_flickers_on_a_still_picture_is_averaged_both_ways() {
        let flicker: Vec<_> =
            (0..24).map(|n| (33 * n, 0, (n % 2) as f32, DIM + LUMA_ONE / 4)).collect();
        let means = means(&flicker);
        assert!(means.iter().all(|mean| (0.4..0.6).contains(mean)), "{means:?}");
    }

    #[test]
    fn what_moves_is_what_it_is() {
        let passing = [(0, 0, 0.0, DIM), (33, 0, 1.0, DIM + 12 * LUMA_ONE), (66, 0, 0.0, DIM)];
        assert_eq!(means(&passing), [0.0, 1.0, 0.0]);
    }

    #[test]
    fn nothing_counts_beyond_a_cut_or_a_long_time() {
        assert_eq!(means(&[(0, 0, 0.0, DIM), (33, 1, 1.0, DIM)]), [0.0, 1.0]);
        assert_eq!(means(&[(0, 0, 0.0, DIM), (800, 0, 1.0, DIM)]), [0.0, 1.0]);
    }

    #[test]
    fn only_what_was_looked_at_is_known() {
        let (mut reel, mut mask) = (Reel::new(1), [0.5]);
        assert!(!reel.take(0, &mut mask) && mask == [0.5]);
        let shot = |sequence, seconds| Shot {
            sequence,
            time: Timestamp::default() + Duration::from_secs(seconds),
            scene: 0,
        };
        reel.push(shot(0, 0), &[1.0], &[DIM]);
        reel.push(shot(1, 1), &[1.0], &[DIM]);
        assert!(reel.take(1, &mut mask) && !reel.take(0, &mut mask), "the first is too old");
        reel.clear();
        assert!(!reel.take(1, &mut mask));
    }

    #[test]
    fn frames_without_times_do_not_pile_up() {
        let (mut reel, mut mask) = (Reel::new(1), [0.0]);
        for sequence in 0..200 {
            let shot = Shot { sequence, time: Timestamp::default(), scene: 0 };
            reel.push(shot, &[1.0], &[DIM]);
            assert!(reel.take(sequence, &mut mask));
        }
        assert!(reel.looked.len() <= AHEAD + 1, "{}", reel.looked.len());
    }
}
