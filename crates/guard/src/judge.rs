//! The judge: whether the scene may be shown, frame by frame.

use crate::Cleared;
use crate::plausible::Plausibility;
use backlot_media::{Frame, Matte};
use std::time::Duration;

/// How old a matte may be that was carried along: the time since the picture that the network
/// last saw.
pub const MOST_AGE: Duration = Duration::from_millis(400);

/// Whether a frame may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The scene as it was asked for.
    Show,
    /// The shield.
    Shield(ShieldReason),
}

/// Why viewers see the shield.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShieldReason {
    /// There is no matte: the network failed or has not run yet.
    NoMatte,
    /// The matte is of another frame.
    OtherFrame,
    /// The matte looks like nobody.
    Implausible,
    /// The matte was carried along for too long.
    TooOld,
}

/// What the guard said about one frame; with it the picture drawn by it is cleared.
#[derive(Debug)]
#[must_use = "nothing is shown that no judgement clears"]
pub struct Judgement {
    verdict: Verdict,
    sequence: u64,
}

impl Judgement {
    /// What is to be drawn.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Clears what was drawn by the verdict: the scene, or the shield.
    ///
    /// # Panics
    /// If the picture is not of the frame that was judged: nothing else is ever let through.
    pub fn clear(self, picture: Frame) -> Cleared {
        assert_eq!(picture.sequence, self.sequence, "the guard judged another frame");
        Cleared::judged(picture)
    }
}

/// Decides for each frame, and counts.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    needs_matte: bool,
    plausibility: Plausibility,
    shown: u64,
    shielded: u64,
    last: Option<ShieldReason>,
}

impl Guard {
    /// `needs_matte`: whether the scene cuts a person out or hides a room around them.
    pub const fn new(needs_matte: bool) -> Self {
        let plausibility = Plausibility::new();
        Self { needs_matte, plausibility, shown: 0, shielded: 0, last: None }
    }

    /// Whether `frame` may be shown with a matte, which is handed over with its age: 0 if the
    /// network saw this very frame, else the time since the frame that it saw last.
    pub fn judge(&mut self, frame: &Frame, matte: Option<(&Matte, Duration)>) -> Judgement {
        let verdict = self.verdict(frame, matte);
        match verdict {
            Verdict::Show => self.shown += 1,
            Verdict::Shield(reason) => {
                self.shielded += 1;
                self.last = Some(reason);
            }
        }
        Judgement { verdict, sequence: frame.sequence }
    }

    fn verdict(&mut self, frame: &Frame, matte: Option<(&Matte, Duration)>) -> Verdict {
        let Some((matte, age)) = matte else {
            let missing = self.needs_matte;
            return if missing { Verdict::Shield(ShieldReason::NoMatte) } else { Verdict::Show };
        };
        if (matte.sequence(), matte.size()) != (frame.sequence, frame.size()) {
            return Verdict::Shield(ShieldReason::OtherFrame);
        }
        if age > MOST_AGE {
            return Verdict::Shield(ShieldReason::TooOld);
        }
        if !self.plausibility.holds(matte.plane(), frame.time) {
            return Verdict::Shield(ShieldReason::Implausible);
        }
        Verdict::Show
    }

    /// Forgets the frames before: a cut, a new picture. The counters stay.
    pub const fn reset(&mut self) {
        self.plausibility = Plausibility::new();
    }

    /// Frames that were shown as asked for.
    pub const fn shown(&self) -> u64 {
        self.shown
    }

    /// Frames of which viewers saw the shield.
    pub const fn shielded(&self) -> u64 {
        self.shielded
    }

    /// Why the last shielded frame was.
    pub const fn last_reason(&self) -> Option<ShieldReason> {
        self.last
    }
}

impl std::fmt::Display for ShieldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoMatte => "the network gave no matte",
            Self::OtherFrame => "the matte was of another frame",
            Self::Implausible => "the matte looked like nobody",
            Self::TooOld => "the last matte was too old",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{PixelFormat, Size};

    fn size() -> Size {
        Size::new(64, 36).unwrap()
    }

    fn frame(sequence: u64) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size());
        frame.sequence = sequence;
        frame
    }

    /// A matte with everybody left of `x`.
    fn matte(sequence: u64, x: usize) -> Matte {
        let mut matte = Matte::new(size());
        matte.plane_mut().rows_mut().for_each(|row| row[..x].fill(255));
        matte.set_sequence(sequence);
        matte
    }

    fn judged(guard: &mut Guard, sequence: u64, matte: Option<&Matte>, age: u64) -> Verdict {
        let matte = matte.map(|matte| (matte, Duration::from_millis(age)));
        guard.judge(&frame(sequence), matte).verdict()
    }

    #[test]
    fn only_a_plausible_matte_of_this_frame_opens_it() {
        let mut guard = Guard::new(true);
        let shield = Verdict::Shield;
        assert_eq!(judged(&mut guard, 1, None, 0), shield(ShieldReason::NoMatte));
        let other = matte(0, 0);
        assert_eq!(judged(&mut guard, 1, Some(&other), 0), shield(ShieldReason::OtherFrame));
        let all = matte(1, 64);
        assert_eq!(judged(&mut guard, 1, Some(&all), 0), shield(ShieldReason::Implausible));
        assert_eq!((guard.shown(), guard.shielded()), (0, 3));
        assert_eq!(judged(&mut guard, 1, Some(&matte(1, 0)), 0), Verdict::Show);
        assert_eq!(judged(&mut guard, 2, Some(&matte(2, 20)), 400), Verdict::Show);
        assert_eq!((guard.shown(), guard.shielded()), (2, 3));
        assert_eq!(guard.last_reason(), Some(ShieldReason::Implausible));
        assert_eq!(judged(&mut guard, 2, Some(&matte(2, 20)), 401), shield(ShieldReason::TooOld));
    }

    #[test]
    fn a_matte_of_another_size_is_of_another_frame() {
        let small = Matte::new(Size::new(32, 18).unwrap());
        let verdict = judged(&mut Guard::new(true), 0, Some(&small), 0);
        assert_eq!(verdict, Verdict::Shield(ShieldReason::OtherFrame));
    }

    #[test]
    fn a_scene_without_a_person_needs_no_matte() {
        assert_eq!(judged(&mut Guard::new(false), 7, None, 0), Verdict::Show);
    }

    #[test]
    fn a_judgement_clears_the_picture_of_its_frame() {
        let judgement = Guard::new(false).judge(&frame(7), None);
        assert_eq!(judgement.clear(frame(7)).sequence, 7);
    }

    #[test]
    #[should_panic(expected = "another frame")]
    fn a_judgement_clears_no_other_picture() {
        let judgement = Guard::new(false).judge(&frame(7), None);
        let _ = judgement.clear(frame(8));
    }
}
