//! The judge: whether the scene may be shown, frame by frame.

use crate::Cleared;
use crate::plausible::Plausibility;
use backlot_media::{Frame, Matte};
use std::time::Duration;

/// The greatest age of a carried-along matte: the time since the picture that the network last saw.
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
    /// The matte belongs to another frame.
    OtherFrame,
    /// The matte doesn't look like a person.
    Implausible,
    /// The matte was carried along for too long.
    TooOld,
}

/// The guard's verdict on one camera picture. It holds the picture until something is drawn.
#[derive(Debug)]
#[must_use = "only a judgement clears a picture"]
pub struct Judgement {
    verdict: Verdict,
    frame: Frame,
}

/// Where a drawing is.
#[derive(Debug)]
pub enum Drawn {
    /// In its own memory.
    Apart(Frame),
    /// Over the camera's picture, in its memory.
    Over,
}

impl Judgement {
    /// What to draw.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Lets `draw` draw what the verdict says, the scene or the shield, and clears the result.
    ///
    /// # Errors
    /// Those of `draw`. The camera's picture is lost then.
    ///
    /// # Panics
    /// If the drawing belongs to another frame, is the camera's own picture, or is the shield drawn
    /// into the camera's picture. None of these is ever let through.
    pub fn draw<E>(
        self,
        draw: impl FnOnce(&mut Frame, Verdict) -> Result<Drawn, E>,
    ) -> Result<Cleared, E> {
        let Self { verdict, mut frame } = self;
        let (sequence, memory) = (frame.sequence, frame.bytes().as_ptr());
        let picture = match draw(&mut frame, verdict)? {
            Drawn::Apart(picture) => {
                assert!(
                    picture.bytes().as_ptr() != memory,
                    "the camera's picture is not a drawing"
                );
                picture
            }
            Drawn::Over => {
                assert_eq!(
                    verdict,
                    Verdict::Show,
                    "the shield is not drawn over the camera's picture"
                );
                frame
            }
        };
        assert_eq!(picture.sequence, sequence, "the guard judged another frame");
        Ok(Cleared::judged(picture))
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

    /// Takes a camera's picture and decides whether viewers may see it with this matte.
    pub fn judge(&mut self, frame: Frame, matte: Option<&Matte>) -> Judgement {
        let verdict = self.verdict(&frame, matte);
        Judgement { verdict, frame }
    }

    /// The same without taking the picture: for measurements, which show nothing to viewers.
    pub fn verdict(&mut self, frame: &Frame, matte: Option<&Matte>) -> Verdict {
        let verdict = self.decide(frame, matte);
        match verdict {
            Verdict::Show => self.shown += 1,
            Verdict::Shield(reason) => {
                self.shielded += 1;
                self.last = Some(reason);
            }
        }
        verdict
    }

    fn decide(&mut self, frame: &Frame, matte: Option<&Matte>) -> Verdict {
        let Some(matte) = matte else {
            let missing = self.needs_matte;
            return if missing { Verdict::Shield(ShieldReason::NoMatte) } else { Verdict::Show };
        };
        if (matte.sequence(), matte.size()) != (frame.sequence, frame.size()) {
            return Verdict::Shield(ShieldReason::OtherFrame);
        }
        if matte.age() > MOST_AGE {
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

    /// The number of frames that viewers saw as the scene asks.
    pub const fn shown(&self) -> u64 {
        self.shown
    }

    /// The number of frames in whose place viewers saw the shield.
    pub const fn shielded(&self) -> u64 {
        self.shielded
    }

    /// Why the last shielded frame was shielded.
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

    /// A matte that covers everything left of `x`.
    fn matte(sequence: u64, x: usize) -> Matte {
        let mut matte = Matte::new(size());
        matte.plane_mut().rows_mut().for_each(|row| row[..x].fill(255));
        matte.set_sequence(sequence);
        matte
    }

    fn judged(guard: &mut Guard, sequence: u64, matte: Option<&Matte>) -> Verdict {
        guard.judge(frame(sequence), matte).verdict()
    }

    fn carried(sequence: u64, age: u64) -> Matte {
        let mut matte = matte(sequence, 20);
        matte.set_carried(sequence, Duration::from_millis(age));
        matte
    }

    #[test]
    fn only_a_plausible_matte_of_this_frame_opens_it() {
        let mut guard = Guard::new(true);
        let shield = Verdict::Shield;
        assert_eq!(judged(&mut guard, 1, None), shield(ShieldReason::NoMatte));
        let other = matte(0, 0);
        assert_eq!(judged(&mut guard, 1, Some(&other)), shield(ShieldReason::OtherFrame));
        let all = matte(1, 64);
        assert_eq!(judged(&mut guard, 1, Some(&all)), shield(ShieldReason::Implausible));
        assert_eq!((guard.shown(), guard.shielded()), (0, 3));
        assert_eq!(judged(&mut guard, 1, Some(&matte(1, 0))), Verdict::Show);
        assert_eq!(judged(&mut guard, 2, Some(&carried(2, 400))), Verdict::Show);
        assert_eq!((guard.shown(), guard.shielded()), (2, 3));
        assert_eq!(guard.last_reason(), Some(ShieldReason::Implausible));
        assert_eq!(judged(&mut guard, 2, Some(&carried(2, 401))), shield(ShieldReason::TooOld));
    }

    #[test]
    fn a_matte_of_another_size_is_of_another_frame() {
        let small = Matte::new(Size::new(32, 18).unwrap());
        let verdict = judged(&mut Guard::new(true), 0, Some(&small));
        assert_eq!(verdict, Verdict::Shield(ShieldReason::OtherFrame));
    }

    #[test]
    fn a_scene_without_a_person_needs_no_matte() {
        assert_eq!(judged(&mut Guard::new(false), 7, None), Verdict::Show);
    }

    /// Lets the guard judge frame 7, and draws.
    fn draw(guard: &mut Guard, drawn: impl FnOnce(&mut Frame) -> Drawn) -> Cleared {
        let judgement = guard.judge(frame(7), None);
        judgement.draw(|frame, _| Ok::<_, ()>(drawn(frame))).unwrap()
    }

    #[test]
    fn a_judgement_clears_what_is_drawn_by_it() {
        let over = draw(&mut Guard::new(false), |frame| {
            frame.plane_mut(0).fill(9);
            Drawn::Over
        });
        assert_eq!((over.sequence, over.plane(0).row(0)[0]), (7, 9));
        assert_eq!(draw(&mut Guard::new(true), |_| Drawn::Apart(frame(7))).sequence, 7);
        let failed = Guard::new(false).judge(frame(7), None).draw(|_, _| Err("no memory"));
        assert_eq!(failed.unwrap_err(), "no memory");
    }

    #[test]
    #[should_panic(expected = "another frame")]
    fn a_judgement_clears_nothing_of_another_frame() {
        let _ = draw(&mut Guard::new(false), |_| Drawn::Apart(frame(8)));
    }

    #[test]
    #[should_panic(expected = "not a drawing")]
    fn a_judgement_does_not_clear_the_cameras_own_picture() {
        let _ = draw(&mut Guard::new(true), |raw| Drawn::Apart(std::mem::replace(raw, frame(7))));
    }

    #[test]
    #[should_panic(expected = "not drawn over")]
    fn the_shield_is_not_drawn_over_the_cameras_picture() {
        let _ = draw(&mut Guard::new(true), |_| Drawn::Over);
    }
}
