//! The judge: what may be drawn of a camera's picture, frame by frame.

use crate::image::Form;
use crate::plausible::Plausibility;
use crate::{Image, ScreenLook, Unjudged};
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
    /// The screen whose colour is cut away isn't there.
    NoScreen,
    /// The matte shows a part of the picture that was not decoded.
    NotMade,
}

/// The guard's verdict on one picture of a camera: what may be drawn of it.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    verdict: Verdict,
    /// Whether a matte was judged.
    is_keyed: bool,
    sequence: u64,
}

/// Whether the scene on show lets a camera be seen whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Only cut out, or through effects that hide the room.
    Hidden,
    /// As it is.
    Whole,
}

/// Effects through which a camera may be seen.
pub trait Veil {
    /// Whether the room can't be made out behind them.
    fn hides(&self) -> bool;

    /// Whether they write every pixel, and read none of the picture.
    fn draws_anew(&self) -> bool {
        false
    }

    /// Applies them to a picture.
    fn draw(&mut self, picture: &mut Frame);
}

impl Admission {
    /// What to draw.
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the scene is drawn, not the shield.
    pub fn shows(&self) -> bool {
        self.verdict == Verdict::Show
    }

    /// Whether this is the verdict on that matte's picture.
    pub(crate) fn is_of(&self, matte: &Matte) -> bool {
        self.is_keyed && matte.sequence() == self.sequence
    }

    /// The picture as it is, if the scene lets it be seen so.
    pub fn whole(&self, picture: Unjudged, grant: Grant) -> Option<Image> {
        let may = grant == Grant::Whole && picture.is_whole();
        may.then(|| self.admit(picture, Form::Whole)).flatten()
    }

    /// The picture to cut out, if its matte may be used.
    pub fn cut(&self, picture: Unjudged) -> Option<Image> {
        let may = self.is_keyed && self.shows() && picture.may_be_cut();
        may.then(|| self.admit(picture, Form::Cut)).flatten()
    }

    /// The picture behind effects, if they hide the room.
    pub fn hidden(&self, picture: Unjudged, veil: &mut dyn Veil) -> Option<Image> {
        if !veil.hides() || !(picture.is_whole() || veil.draws_anew()) {
            return None;
        }
        let mut image = self.admit(picture, Form::Whole)?;
        veil.draw(image.frame_mut());
        Some(image)
    }

    /// `None` for a picture that wasn't judged.
    fn admit(&self, picture: Unjudged, form: Form) -> Option<Image> {
        let is_judged = picture.look().sequence == self.sequence;
        is_judged.then(|| Image::admitted(picture.into_frame(), form))
    }
}

/// Decides for each frame, and counts.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    needs_matte: bool,
    has_screen: bool,
    plausibility: Plausibility,
    shown: u64,
    shielded: u64,
    last: Option<ShieldReason>,
    /// How much of the last picture its matte covered, if it may be used.
    coverage: Option<f64>,
}

impl Guard {
    /// `needs_matte`: whether the scene cuts a person out or hides a room around them.
    pub const fn new(needs_matte: bool) -> Self {
        let plausibility = Plausibility::new();
        Self {
            needs_matte,
            has_screen: false,
            plausibility,
            shown: 0,
            shielded: 0,
            last: None,
            coverage: None,
        }
    }

    /// For mattes of a key by colours, which need a screen behind what is cut out.
    pub const fn before_screen() -> Self {
        Self { has_screen: true, ..Self::new(true) }
    }

    /// Decides what may be drawn of a camera's picture with this matte.
    pub fn judge(&mut self, picture: &Unjudged, matte: Option<&Matte>) -> Admission {
        let frame = picture.look();
        let fits = |matte: &Matte| matte.size() == frame.size();
        let is_made = matte.is_none_or(|matte| !fits(matte) || picture.covers(matte.plane()));
        let verdict = if is_made {
            self.decide(frame, matte)
        } else {
            self.coverage = None;
            Verdict::Shield(ShieldReason::NotMade)
        };
        self.count(verdict);
        Admission { verdict, is_keyed: matte.is_some(), sequence: frame.sequence }
    }

    /// What may be drawn of a picture without any key, where the keys of the camera are judged apart.
    pub fn unkeyed(&self, picture: &Unjudged) -> Admission {
        let sequence = picture.look().sequence;
        Admission { verdict: Verdict::Show, is_keyed: false, sequence }
    }

    /// The verdict alone: for measurements, which show nothing to viewers.
    pub fn verdict(&mut self, frame: &Frame, matte: Option<&Matte>) -> Verdict {
        let verdict = self.decide(frame, matte);
        self.count(verdict);
        verdict
    }

    const fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Show => self.shown += 1,
            Verdict::Shield(reason) => {
                self.shielded += 1;
                self.last = Some(reason);
            }
        }
    }

    fn decide(&mut self, frame: &Frame, matte: Option<&Matte>) -> Verdict {
        self.coverage = None;
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
        if self.has_screen {
            let look = ScreenLook::of(matte.plane());
            if !look.shows_a_screen() {
                return Verdict::Shield(ShieldReason::NoScreen);
            }
            self.coverage = Some(look.coverage);
            return Verdict::Show;
        }
        if !self.plausibility.holds(matte.plane(), frame.time) {
            return Verdict::Shield(ShieldReason::Implausible);
        }
        self.coverage = Some(self.plausibility.coverage());
        Verdict::Show
    }

    /// Forgets the frames before: a cut, a new picture. The counters stay.
    pub const fn reset(&mut self) {
        self.plausibility = Plausibility::new();
    }

    /// Counts from zero again.
    pub const fn forget_counts(&mut self) {
        (self.shown, self.shielded, self.last) = (0, 0, None);
    }

    /// The number of frames that viewers saw as the scene asks.
    pub const fn shown(&self) -> u64 {
        self.shown
    }

    /// The number of frames in whose place viewers saw the shield.
    pub const fn shielded(&self) -> u64 {
        self.shielded
    }

    /// The share of the last frame that its matte covers, `0.0..=1.0`; nothing where the matte may not
    /// be used.
    pub const fn coverage(&self) -> Option<f64> {
        self.coverage
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
            Self::NoScreen => "the screen is not there",
            Self::NotMade => "the matte showed what was not decoded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_kernels::Level;
    use backlot_media::{PixelFormat, Size, Tiles};

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
        guard.judge(&Unjudged::new(frame(sequence)), matte).verdict()
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
        assert_eq!(guard.coverage(), None);
        assert_eq!(judged(&mut guard, 1, Some(&matte(1, 0))), Verdict::Show);
        assert_eq!(guard.coverage(), Some(0.0));
        assert_eq!(judged(&mut guard, 2, Some(&carried(2, 400))), Verdict::Show);
        assert_eq!((guard.shown(), guard.shielded()), (2, 3));
        assert_eq!(guard.last_reason(), Some(ShieldReason::Implausible));
        assert_eq!(judged(&mut guard, 2, Some(&carried(2, 401))), shield(ShieldReason::TooOld));
    }

    #[test]
    fn before_a_screen_the_margins_decide() {
        let mut guard = Guard::before_screen();
        let shield = Verdict::Shield;
        assert_eq!(judged(&mut guard, 1, None), shield(ShieldReason::NoMatte));
        assert_eq!(judged(&mut guard, 1, Some(&matte(1, 20))), Verdict::Show);
        let all = matte(2, 64);
        assert_eq!(judged(&mut guard, 2, Some(&all)), shield(ShieldReason::NoScreen));
        assert_eq!(judged(&mut guard, 3, Some(&carried(3, 401))), shield(ShieldReason::TooOld));
        assert_eq!(ShieldReason::NoScreen.to_string(), "the screen is not there");
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

    struct Grey(bool);

    impl Veil for Grey {
        fn hides(&self) -> bool {
            self.0
        }

        fn draw(&mut self, picture: &mut Frame) {
            picture.plane_mut(0).fill(99);
        }
    }

    fn raw(sequence: u64) -> Unjudged {
        Unjudged::new(frame(sequence))
    }

    #[test]
    fn a_camera_is_whole_only_where_the_scene_grants_it() {
        let admission = Guard::new(false).judge(&raw(7), None);
        assert!(admission.whole(raw(7), Grant::Hidden).is_none());
        assert!(!admission.whole(raw(7), Grant::Whole).unwrap().must_be_cut());
        assert!(admission.whole(raw(8), Grant::Whole).is_none(), "another frame");
    }

    #[test]
    fn a_camera_is_cut_out_only_by_a_judged_matte() {
        let mut guard = Guard::new(true);
        assert!(guard.judge(&raw(7), None).cut(raw(7)).is_none());
        assert!(guard.judge(&raw(7), Some(&matte(6, 20))).cut(raw(7)).is_none());
        let admission = guard.judge(&raw(7), Some(&matte(7, 20)));
        assert!(admission.cut(raw(7)).unwrap().must_be_cut());
        assert!(admission.cut(raw(6)).is_none(), "another frame");
        assert!(Guard::new(false).judge(&raw(7), None).cut(raw(7)).is_none(), "no matte");
    }

    #[test]
    fn what_was_not_made_is_never_drawn() {
        let part = |matte: Option<&Matte>| {
            let mut tiles = Tiles::new(size(), (16, 8));
            (0..5).for_each(|y| tiles.row_mut(y)[..2].fill(true));
            let picture = Unjudged::in_part(frame(7), Box::new(tiles));
            let admission = Guard::new(matte.is_some()).judge(&picture, matte);
            (picture, admission)
        };
        let (picture, admission) = part(Some(&matte(7, 32)));
        assert!(admission.cut(picture).is_some());
        let (picture, admission) = part(Some(&matte(7, 33)));
        assert_eq!(admission.verdict(), Verdict::Shield(ShieldReason::NotMade));
        assert!(admission.cut(picture).is_none());
        let (picture, admission) = part(None);
        assert!(admission.whole(picture, Grant::Whole).is_none());
        let (picture, admission) = part(None);
        assert!(admission.hidden(picture, &mut Grey(true)).is_none());
        let (mut picture, admission) = part(None);
        picture.make(|_, made| made.fill());
        assert!(picture.settle().is_some() && picture.is_whole());
        assert!(admission.hidden(picture, &mut Grey(true)).is_some());
        let (mut picture, _) = part(None);
        let copy = picture.copied(frame(7));
        assert!(picture.settle().is_some() && !picture.is_whole() && !copy.is_whole());
        let judged = Guard::new(true).judge(&picture, Some(&matte(7, 20)));
        assert_eq!(judged.verdict(), Verdict::Shield(ShieldReason::NotMade), "nobody knows");
    }

    #[test]
    fn what_was_changed_is_cut_out_only_if_what_it_was_made_from_is_there() {
        let mut tiles = Tiles::new(size(), (16, 8));
        (0..5).for_each(|y| tiles.row_mut(y)[..2].fill(true));
        let mut picture = Unjudged::in_part(frame(7), Box::new(tiles));
        let judged = matte(7, 20);
        let admission = Guard::new(true).judge(&picture, Some(&judged));
        assert!(admission.shows());
        assert!(admission.cut(picture.changed(frame(7), |_, _| ())).is_none(), "nobody knows");
        let around = |picture: &Unjudged, matte: &Matte, reach| {
            picture.changed_around(frame(7), matte, reach, |_, _| ())
        };
        let changed = around(&picture, &judged, 12).unwrap();
        assert!(!changed.is_whole() && admission.whole(changed, Grant::Whole).is_none());
        assert!(admission.cut(around(&picture, &judged, 12).unwrap()).is_some());
        assert!(around(&picture, &judged, 13).is_none(), "a pixel too far");
        assert!(around(&picture, &matte(6, 20), 0).is_none(), "another picture's");
        let changed = around(&picture, &judged, 12).unwrap();
        assert!(around(&changed, &judged, 0).is_none(), "changed twice");
        assert!(admission.cut(picture.copied(frame(7)).mirrored(Level::SCALAR)).is_some());
        picture.make(|_, made| made.fill());
        assert!(admission.cut(picture.changed(frame(7), |_, _| ())).is_some());
        assert!(around(&picture, &judged, 99).unwrap().is_whole());
        assert!(admission.cut(picture.blank(frame(7))).is_none());
    }

    #[test]
    fn a_hidden_camera_has_gone_through_the_effects() {
        let admission = Guard::new(true).judge(&raw(7), None);
        let image = admission.hidden(raw(7), &mut Grey(true)).unwrap();
        assert_eq!(image.picture().plane(0).row(0)[0], 99);
        assert!(admission.hidden(raw(7), &mut Grey(false)).is_none());
    }
}
