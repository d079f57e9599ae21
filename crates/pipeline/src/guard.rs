//! The privacy guard: no picture in which the room shows although the scene hides it.
//!
//! The studio asks it before each frame. Unless a matte for that very frame is there and
//! plausible, viewers see the *shield*: the background alone, or the room heavily blurred.

use backlot_media::Matte;

/// The largest share of the picture that a person may cover. A matte beyond it lets nearly the
/// whole room through, and is what broken networks give.
const MOST_PERSON: f64 = 0.995;

/// Whether a frame may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The scene as it was asked for.
    Show,
    /// The shield.
    Shield(ShieldReason),
}

/// Why viewers see the shield.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShieldReason {
    /// There is no matte: the network failed or has not run yet.
    NoMatte,
    /// The matte is of another frame.
    OtherFrame,
    /// The matte lets the whole picture through.
    Implausible,
}

/// Decides for each frame, and counts.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    needs_matte: bool,
    shown: u64,
    shielded: u64,
    last: Option<ShieldReason>,
}

impl Guard {
    /// `needs_matte`: whether the scene cuts a person out or hides a room around them.
    pub const fn new(needs_matte: bool) -> Self {
        Self { needs_matte, shown: 0, shielded: 0, last: None }
    }

    /// Whether frame `sequence` may be shown with `matte`.
    pub fn judge(&mut self, sequence: u64, matte: Option<&Matte>) -> Verdict {
        let verdict = self.verdict(sequence, matte);
        match verdict {
            Verdict::Show => self.shown += 1,
            Verdict::Shield(reason) => {
                self.shielded += 1;
                self.last = Some(reason);
            }
        }
        verdict
    }

    fn verdict(&self, sequence: u64, matte: Option<&Matte>) -> Verdict {
        let Some(matte) = matte else {
            let missing = self.needs_matte;
            return if missing { Verdict::Shield(ShieldReason::NoMatte) } else { Verdict::Show };
        };
        if matte.sequence() != sequence {
            return Verdict::Shield(ShieldReason::OtherFrame);
        }
        if coverage(matte) > MOST_PERSON {
            return Verdict::Shield(ShieldReason::Implausible);
        }
        Verdict::Show
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

/// The share of the picture that is person, of every eighth row.
fn coverage(matte: &Matte) -> f64 {
    let rows = matte.plane().rows().step_by(8);
    let (sum, count) = rows.fold((0, 0), |(sum, count), row| {
        (sum + row.iter().map(|&v| u64::from(v)).sum::<u64>(), count + row.len())
    });
    sum as f64 / (255.0 * count as f64)
}

impl std::fmt::Display for ShieldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoMatte => "the network gave no matte",
            Self::OtherFrame => "the matte was of another frame",
            Self::Implausible => "the matte let the whole picture through",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Size;

    fn matte(sequence: u64, value: u8) -> Matte {
        let mut matte = Matte::new(Size::new(16, 9).unwrap());
        matte.plane_mut().fill(value);
        matte.set_sequence(sequence);
        matte
    }

    #[test]
    fn only_a_plausible_matte_of_this_frame_opens_it() {
        let mut guard = Guard::new(true);
        assert_eq!(guard.judge(1, None), Verdict::Shield(ShieldReason::NoMatte));
        assert_eq!(guard.judge(1, Some(&matte(0, 0))), Verdict::Shield(ShieldReason::OtherFrame));
        assert_eq!(
            guard.judge(1, Some(&matte(1, 255))),
            Verdict::Shield(ShieldReason::Implausible)
        );
        assert_eq!((guard.shown(), guard.shielded()), (0, 3));
        assert_eq!(guard.judge(1, Some(&matte(1, 0))), Verdict::Show);
        assert_eq!(guard.judge(2, Some(&matte(2, 200))), Verdict::Show);
        assert_eq!((guard.shown(), guard.shielded()), (2, 3));
        assert_eq!(guard.last_reason(), Some(ShieldReason::Implausible));
    }

    #[test]
    fn a_scene_without_a_person_needs_no_matte() {
        assert_eq!(Guard::new(false).judge(7, None), Verdict::Show);
    }
}
