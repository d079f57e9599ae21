//! A person's pose and movements: a function of only time and seed, so that any frame can be drawn
//! without the earlier ones.

use crate::math::{drift, ease, mix, ramp, random, wave};

/// Seconds from one wave of the hand to the next.
const WAVE_CYCLE: f64 = 7.0;
/// Seconds after which the second person has come and gone.
const VISIT_CYCLE: f64 = 18.0;

/// One moment of a person. Lengths are in pixels of a picture 720 high, angles in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pose {
    /// The body's offset from its place.
    pub sway: f32,
    /// Angle of the upper body.
    pub lean: f32,
    /// 0 breathed out, 1 breathed in.
    pub breath: f32,
    /// Angle of the head, clockwise.
    pub tilt: f32,
    /// The head turned to the left (-1) or right (1).
    pub turn: f32,
    /// The head up (-1) or down (1).
    pub nod: f32,
    /// 0 closed, 1 open.
    pub eyes: f32,
    /// Where the eyes look, -1 to 1 each.
    pub gaze: (f32, f32),
    /// 0 closed, 1 wide open.
    pub mouth: f32,
    /// -1 round, 1 broad.
    pub broad: f32,
    /// 0 neutral, 1 smiling.
    pub smile: f32,
    /// Brows: 0 at rest, 1 raised.
    pub brows: f32,
    /// How far loose hair hangs behind the head's movement.
    pub hair: f32,
    /// The hand: 0 below the picture, 1 up.
    pub hand: f32,
    /// Angle of the forearm.
    pub arm: f32,
    /// Seconds since the start.
    pub time: f32,
}

impl Pose {
    pub fn at(seconds: f64, seed: u64, gesture: bool) -> Self {
        let slow =
            |n: u64, hertz: f64| drift(seed.wrapping_mul(31).wrapping_add(n), seconds * hertz);
        let talk = speech(seconds, seed);
        let tilt = head_tilt(seconds, seed);
        let (hand, arm) = if gesture { hand(seconds, seed) } else { (0.0, 0.0) };
        let look = slow(1, 0.23);
        Self {
            sway: 13.0 * slow(2, 0.17) + 3.0 * wave(seconds, 0.31, 0.2),
            lean: 0.018 * slow(3, 0.2),
            breath: 0.5 + 0.5 * wave(seconds, 0.27, 0.0),
            tilt,
            turn: (0.75 * look + 0.25 * slow(4, 0.9)).clamp(-1.0, 1.0),
            nod: 0.5 * slow(5, 0.4) + 0.5 * talk * slow(6, 1.9),
            eyes: eyelids(seconds, seed),
            gaze: gaze(seconds, seed),
            mouth: talk,
            broad: slow(7, 3.1),
            smile: 0.55 + 0.45 * slow(8, 0.25) + 0.3 * hand,
            brows: (0.35 * slow(9, 0.7) + 0.3 * hand + 0.25 * talk).clamp(-0.2, 1.0),
            hair: 260.0 * (tilt - head_tilt(seconds - 0.13, seed)) + 3.0 * slow(10, 0.8),
            hand,
            arm,
            time: seconds as f32,
        }
    }
}

fn head_tilt(seconds: f64, seed: u64) -> f32 {
    0.055 * drift(seed ^ 0x71, seconds * 0.35) + 0.022 * drift(seed ^ 0x72, seconds * 1.1)
}

/// The opening of the talking mouth: syllables within phrases, with pauses between.
fn speech(seconds: f64, seed: u64) -> f32 {
    let phrase = ease(drift(seed ^ 0x51, seconds * 0.55 + 0.6) * 2.5 + 0.9);
    let syllable = 0.5 + 0.5 * drift(seed ^ 0x52, seconds * 6.5);
    phrase * (0.15 + 0.85 * syllable) * (0.75 + 0.25 * wave(seconds, 4.3, 0.0))
}

/// The eyes are open, except for a blink every few seconds.
fn eyelids(seconds: f64, seed: u64) -> f32 {
    let slot = (seconds / 3.1).floor();
    let start = 0.3 + 2.2 * f64::from(random(seed ^ 0x61, slot as i64 as u64));
    let since = (seconds - slot * 3.1 - start) as f32;
    let closed = ramp(since, 0.0, 0.07) * (1.0 - ramp(since, 0.11, 0.24));
    1.0 - closed
}

/// The eyes rest on a point, mostly the camera, and jump to another.
fn gaze(seconds: f64, seed: u64) -> (f32, f32) {
    let slot = (seconds / 1.7).floor();
    let target = |slot: f64| {
        let n = slot as i64 as u64;
        let away = random(seed ^ 0x41, n) > 0.6;
        let reach = if away { 0.9 } else { 0.15 };
        let part = |k: u64| (random(seed ^ k, n) * 2.0 - 1.0) * reach;
        (part(0x42), 0.6 * part(0x43))
    };
    let (from, to) = (target(slot - 1.0), target(slot));
    let t = ramp((seconds - slot * 1.7) as f32, 0.0, 0.07);
    (mix(from.0, to.0, t), mix(from.1, to.1, t))
}

/// How far the hand is up, and the angle of the forearm: quick waves.
fn hand(seconds: f64, seed: u64) -> (f32, f32) {
    let cycle = (seconds / WAVE_CYCLE).floor();
    let t = (seconds - cycle * WAVE_CYCLE) as f32;
    let up = ramp(t, 2.1, 2.5) * (1.0 - ramp(t, 4.7, 5.2));
    let strength = 0.85 + 0.3 * random(seed ^ 0x81, cycle as i64 as u64);
    let waving = ramp(t, 2.4, 2.7) * (1.0 - ramp(t, 4.5, 4.9));
    let angle = 0.12 + 0.38 * strength * waving * wave(seconds, 2.3, 0.0) + 0.5 * (1.0 - up);
    (up, angle)
}

/// How far the second person is in the picture: 0 outside, 1 at their place.
pub(crate) fn visit(seconds: f64) -> f32 {
    let t = (seconds - (seconds / VISIT_CYCLE).floor() * VISIT_CYCLE) as f32;
    ramp(t, 1.5, 3.3) * (1.0 - ramp(t, 15.0, 16.8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_talks_blinks_waves_and_stays_in_place() {
        let poses: Vec<_> = (0..1800).map(|i| Pose::at(f64::from(i) / 60.0, 1, true)).collect();
        let has = |test: &dyn Fn(&Pose) -> bool| poses.iter().any(test);
        assert!(has(&|p| p.mouth > 0.6) && has(&|p| p.mouth < 0.05));
        assert!(has(&|p| p.eyes < 0.1) && has(&|p| p.eyes == 1.0));
        assert!(has(&|p| p.hand == 1.0) && has(&|p| p.hand == 0.0));
        assert!(poses.iter().all(|p| p.sway.abs() < 20.0 && p.tilt.abs() < 0.1));
    }

    #[test]
    fn people_differ() {
        assert_ne!(Pose::at(1.0, 1, true).tilt, Pose::at(1.0, 2, true).tilt);
    }
}
