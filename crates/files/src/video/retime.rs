//! Converts frames with any times to a constant rate.
//!
//! A frame fills its own slot and those up to the next frame's. The grid begins at the first
//! frame, so that a video of constant rate is never rounded.

use backlot_media::FrameRate;
use std::time::Duration;

/// How much later than its time a frame may show, in slots, so that its predecessor shows too:
/// jitter must not lose frames.
const LATEST: f64 = 0.9;

/// A longer gap between two frames, in seconds, means broken times.
const LONGEST: f64 = 3600.0;

/// What happens to the frame before a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// It shows for this many slots.
    Shows(u64),
    /// It doesn't show: the new one takes its place.
    GivesWay,
}

/// Computes for how many slots each frame of a video shows. Times are in seconds from the start of
/// reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retimer {
    rate: f64,
    latest: f64,
    /// The time of slot 0, where the frames before some slot are left out.
    known: Option<f64>,
    raster: Option<Raster>,
}

#[derive(Clone, Copy, Debug)]
struct Raster {
    /// The time of slot 0.
    begin: f64,
    /// The slot of the last frame.
    slot: i64,
    /// The time of the last frame.
    last: f64,
}

impl Retimer {
    /// Shows every frame if possible.
    pub fn new(rate: FrameRate) -> Self {
        Self { rate: rate.fps(), latest: LATEST, known: None, raster: None }
    }

    /// For more frames than slots: each shown frame is as near to its time as possible.
    pub fn with_fewer(rate: FrameRate) -> Self {
        Self { latest: 0.5, ..Self::new(rate) }
    }

    /// Expects a frame within, where slot 0 is at a time.
    pub const fn within(mut self, begins: f64) -> Self {
        self.known = Some(begins);
        self
    }

    /// The slot of the last frame.
    pub fn slot(&self) -> u64 {
        self.raster.map_or(0, |raster| raster.slot.max(0) as u64)
    }

    /// When the first frame shows.
    pub fn begin(&self) -> Duration {
        let begin = self.raster.map_or(0.0, |raster| raster.begin);
        Duration::try_from_secs_f64(begin.max(0.0)).unwrap_or_default()
    }

    /// Adds a frame of this time.
    pub fn put(&mut self, time: f64) -> Before {
        let (rate, period) = (self.rate, 1.0 / self.rate);
        let Some(raster) = &mut self.raster else {
            let begin = self.known.unwrap_or(time);
            let slot = ((time - begin) * rate).round() as i64;
            self.raster = Some(Raster { begin, slot, last: time });
            return Before::GivesWay;
        };
        let is_early = time <= 0.0 || (raster.begin < 0.0 && time < 0.5 * period);
        if is_early && raster.slot == 0 {
            // Both come before the start of reading, or this one is nearer to it: it shows there.
            *raster = Raster { begin: time, slot: 0, last: time };
            return Before::GivesWay;
        }
        if raster.slot == 0 && raster.begin < -period {
            (raster.begin, raster.last) = (0.0, 0.0);
        }
        if time - raster.last > LONGEST {
            raster.begin += time - raster.last - period;
        }
        raster.last = raster.last.max(time);
        let place = (time - raster.begin) * rate;
        let next = raster.slot + 1;
        let slot = if (next as f64) - place < self.latest {
            next.max(place.round() as i64)
        } else {
            next - 1
        };
        let slots = slot - raster.slot;
        raster.slot = slot;
        if slots > 0 { Before::Shows(slots as u64) } else { Before::GivesWay }
    }

    /// For how many slots the last frame shows, where the picture ends at `end`; none if that is
    /// before reading begins.
    pub fn finish(&self, end: Option<f64>) -> u64 {
        let Some(raster) = self.raster else { return 0 };
        let over = (raster.last + 1.0 / self.rate).max(end.unwrap_or(f64::MIN));
        if over <= 0.0 {
            return 0;
        }
        let begin = if raster.slot == 0 && raster.begin < 0.0 { 0.0 } else { raster.begin };
        let end = end.map_or(0.0, |end| end.min(raster.last.max(0.0) + LONGEST));
        let slots = ((end - begin) * self.rate).round() as i64 - raster.slot;
        slots.max(1) as u64
    }
}

/// How many of the frames of these times, in order, show at a rate.
pub(crate) fn shown(times: &[f64], rate: FrameRate) -> usize {
    let mut retimer = Retimer::new(rate);
    let before = times.iter().map(|&time| retimer.put(time));
    before.filter(|before| *before != Before::GivesWay).count() + usize::from(!times.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(fps: u32) -> FrameRate {
        FrameRate::new(fps, 1).unwrap()
    }

    /// The index of the frame in each slot.
    fn slots(times: &[f64], fps: u32, end: Option<f64>) -> Vec<usize> {
        slots_by(Retimer::new(rate(fps)), times, end)
    }

    fn slots_by(mut retimer: Retimer, times: &[f64], end: Option<f64>) -> Vec<usize> {
        let mut slots = Vec::new();
        for (index, &time) in times.iter().enumerate() {
            if let Before::Shows(count) = retimer.put(time) {
                slots.extend(std::iter::repeat_n(index - 1, count as usize));
            }
        }
        slots.extend(std::iter::repeat_n(times.len() - 1, retimer.finish(end) as usize));
        slots
    }

    #[test]
    fn a_frame_just_behind_the_start_shows_rather_than_the_end_of_the_one_before() {
        let mut retimer = Retimer::new(FrameRate::new(10, 1).unwrap());
        assert_eq!(
            [-0.093, 0.007, 0.107].map(|time| retimer.put(time)),
            [Before::GivesWay, Before::GivesWay, Before::Shows(1),]
        );
        let mut retimer = Retimer::new(FrameRate::new(10, 1).unwrap());
        assert_eq!(
            [-0.04, 0.06].map(|time| retimer.put(time)),
            [Before::GivesWay, Before::Shows(1),]
        );
    }

    #[test]
    fn frames_fill_their_slots() {
        assert_eq!(slots(&[0.5, 0.6, 0.7], 10, None), [0, 1, 2]);
        assert_eq!(slots(&[0.0, 0.1, 0.4], 10, Some(0.6)), [0, 1, 1, 1, 2, 2]);
        let few = Retimer::with_fewer(rate(10));
        assert_eq!(slots_by(few, &[0.0, 0.033, 0.067, 0.1, 0.133], None), [1, 4], "two of five");
        assert_eq!(slots(&[0.0, 0.1], 20, Some(0.2)), [0, 0, 1, 1]);
        assert_eq!(slots(&[0.0, 0.031, 0.07, 0.098, 0.131], 30, None), [0, 1, 2, 3, 4], "jitter");
    }

    #[test]
    fn reading_begins_with_what_shows_there() {
        assert_eq!(slots(&[-3.0, 0.2], 10, Some(0.4)), [0, 0, 1, 1]);
        assert_eq!(slots(&[-0.25, -0.15, -0.05, 0.05, 0.15], 10, None), [2, 3, 4]);
        assert_eq!(slots(&[-3.0], 10, Some(0.4)), [0, 0, 0, 0]);
        assert!(slots(&[-3.0, -2.9], 10, Some(-2.8)).is_empty(), "it was over before");
        let mut retimer = Retimer::new(rate(10));
        assert_eq!(retimer.put(0.96), Before::GivesWay);
        assert_eq!(retimer.begin(), Duration::from_millis(960));
    }

    #[test]
    fn broken_times_fill_no_disk() {
        assert_eq!(slots(&[0.0, 1e9, 1e9 + 0.1], 10, Some(1e12)).len(), 36_002);
        assert_eq!(slots(&[0.0, f64::from(i32::MIN), 0.1], 10, None), [1, 2]);
    }

    proptest! {
        #[test]
        fn no_frame_is_far_from_its_time(
            gaps in proptest::collection::vec(0.0..0.3_f64, 1..60),
            fps in 5..61_u32,
        ) {
            let times: Vec<f64> =
                gaps.iter().scan(0.0, |time, gap| { *time += gap; Some(*time) }).collect();
            for (slot, index) in slots(&times, fps, None).into_iter().enumerate() {
                let time = times[0] + slot as f64 / f64::from(fps);
                let next = times.get(index + 1).copied().unwrap_or(f64::MAX);
                let period = 1.0 / f64::from(fps);
                prop_assert!(times[index] <= time + period && time <= next + period);
            }
        }
    }
}
