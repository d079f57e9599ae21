//! The matte of one key of one camera, and the guard's judgement of it.

use super::darkroom::Exposure;
use super::somebody::Somebody;
use crate::{CameraId, Keyer, Timings};
use backlot_guard::{Admission, Guard, MOST_AGE, Unjudged};
use backlot_kernels::YuvMut;
use backlot_matte::{Lead, MatteError, Presence};
use backlot_media::View;
use backlot_media::{Frame, Latent, Matte, Plane, Size, Timestamp};
use backlot_scene::Key;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who makes the finders of keys: two of the same maker find the same.
#[derive(Clone, Debug, Default)]
pub struct Maker(Arc<()>);

impl Maker {
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A key at work in a studio, which the next studio goes on with instead of making it anew.
#[derive(Clone, Debug)]
pub(crate) struct KeptKey {
    pub(crate) maker: Maker,
    pub(crate) camera: CameraId,
    pub(crate) native: Size,
    pub(crate) view: View,
    pub(crate) key: Key,
}

impl KeptKey {
    /// Whether it is the key of a camera of that size, for pictures of that form.
    pub(crate) fn is_of(&self, (camera, native, view): (&CameraId, Size, View), key: &Key) -> bool {
        let form = (&self.camera, self.native, self.view);
        form == (camera, native, view) && self.key == *key
    }
}

/// Stands for a key that the studio before is at work with: nobody is found until it is handed on.
struct Awaited;

impl Keyer for Awaited {
    fn find(&mut self, _: &Frame, _: &mut Matte) -> Result<(), MatteError> {
        Err(MatteError::NotYet)
    }
}

/// A key at work on a camera's pictures: any number of layers and scenes share it.
pub(crate) struct KeyNode {
    /// Whose finder it is: only one of the same maker can take its place.
    maker: Option<Maker>,
    is_awaited: bool,
    finder: Box<dyn Keyer>,
    matte: Matte,
    guard: Guard,
    admission: Option<Admission>,
    fault: Option<MatteError>,
    /// Whether the present picture was looked at.
    is_done: bool,
    /// The number of frames since the network looked, and the time of the frame that it looked at.
    since_look: u32,
    last_look: Option<Timestamp>,
    /// The time of the last picture that was worked on.
    last_work: Option<Timestamp>,
    time: Duration,
    age: Option<Duration>,
    somebody: Somebody,
}

/// The longest time between two pictures of which a matte knows that they belong together.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

impl KeyNode {
    /// Puts the finder of a key to work on pictures of one size.
    pub fn new(key: &Key, finder: Box<dyn Keyer>, size: Size, maker: Option<Maker>) -> Self {
        Self {
            maker,
            is_awaited: false,
            finder,
            matte: Matte::new(size),
            guard: if key.def().needs_screen() { Guard::before_screen() } else { Guard::new(true) },
            admission: None,
            fault: None,
            is_done: false,
            since_look: 0,
            last_look: None,
            last_work: None,
            time: Duration::ZERO,
            age: None,
            somebody: Somebody::default(),
        }
    }

    /// One that the studio before hands on.
    pub fn awaited(key: &Key, size: Size, maker: Maker) -> Self {
        Self { is_awaited: true, ..Self::new(key, Box::new(Awaited), size, Some(maker)) }
    }

    /// Whether it was not handed on yet.
    pub const fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// Whose it is.
    pub const fn maker(&self) -> Option<&Maker> {
        self.maker.as_ref()
    }

    /// There is another picture; the matte belongs to the one before.
    pub const fn expect_another(&mut self) {
        (self.is_done, self.admission) = (false, None);
    }

    /// Makes the matte of the present picture, unless that is done, and asks the guard about it. The
    /// network looks at every `n`-th picture only; the matte is carried along in between. Returns
    /// what it cost.
    pub fn work(&mut self, picture: &mut Exposure<'_>, every: u32) -> Option<Timings> {
        if std::mem::replace(&mut self.is_done, true) {
            return None;
        }
        let (start, before) = (Instant::now(), picture.darkroom.time());
        self.forget_after_pause(picture.time());
        let carried = self.carry(picture, every);
        let has_looked = carried.is_none();
        let (found, mut timings) =
            carried.map_or_else(|| self.look(picture), |timings| (true, timings));
        self.age = found.then(|| self.matte.age());
        self.admission = Some(self.guard.judge(picture.picture, found.then_some(&self.matte)));
        if has_looked {
            self.somebody.note(self.guard.coverage());
        }
        // Making pixels is the camera's.
        let made = picture.darkroom.time() - before;
        timings.refine = timings.refine.saturating_sub(made);
        self.time += start.elapsed().saturating_sub(made);
        Some(timings)
    }

    /// After a while in which nobody needed the matte, it begins anew.
    fn forget_after_pause(&mut self, now: Timestamp) {
        if self.last_work.is_some_and(|last| now.since(last) > LONGEST_PAUSE) {
            self.finder.reset();
            self.guard.reset();
            self.last_look = None;
            self.somebody = Somebody::default();
        }
        self.last_work = Some(now);
    }

    /// How many pictures its finder wants to foresee.
    pub fn lookahead(&self) -> usize {
        self.finder.lookahead()
    }

    /// Shows its finder a picture that comes later.
    pub fn foresee(&mut self, picture: &Unjudged) {
        if let Err(fault) = self.finder.foresee(picture.look()) {
            self.fault = Some(fault);
        }
    }

    /// Carries the last matte along, unless it is time to look, carrying fails, or the guard would
    /// find the matte too old.
    fn carry(&mut self, picture: &mut Exposure<'_>, every: u32) -> Option<Timings> {
        if self.since_look + 1 >= every {
            return None;
        }
        let age = picture.time().since(self.last_look?);
        if age > MOST_AGE {
            return None;
        }
        self.finder.carry_in(picture, &mut self.matte).ok()?;
        // A finder can't make a matte younger than it is.
        let (sequence, age) = (self.matte.sequence(), self.matte.age().max(age));
        self.matte.set_carried(sequence, age);
        self.since_look += 1;
        Some(self.finder.timings())
    }

    /// Lets the finder look at the picture.
    fn look(&mut self, picture: &mut Exposure<'_>) -> (bool, Timings) {
        let found = self.finder.find_in(picture, &mut self.matte);
        self.since_look = 0;
        self.last_look = found.is_ok().then_some(picture.time());
        let is_found = found.is_ok();
        if let Err(fault) = found {
            self.fault = Some(fault);
        }
        (is_found, self.finder.timings())
    }

    /// Takes what the surroundings cast on the cut out of a picture, by its matte.
    pub fn clean(&self, picture: YuvMut<'_>, matte: Plane<'_>) {
        self.finder.clean(picture, matte);
    }

    /// The guard's judgement of the present picture.
    pub const fn admission(&self) -> Option<Admission> {
        self.admission
    }

    /// The matte of the present picture, if it may be used.
    pub fn admitted(&self) -> Option<&Matte> {
        self.admission.is_some_and(|admission| admission.shows()).then_some(&self.matte)
    }

    /// The matte of the last picture, whatever the guard said.
    pub const fn matte(&self) -> &Matte {
        &self.matte
    }

    /// Whether somebody is in the picture, if it was looked at and that is known.
    pub fn sees_somebody(&self) -> Option<bool> {
        self.is_done.then(|| self.somebody.is_there()).flatten()
    }

    /// Which network makes the mattes, if one elsewhere is asked.
    pub fn lead(&self) -> Option<Lead> {
        self.finder.lead()
    }

    /// The age of the last matte: the time since the picture that the network looked at.
    pub const fn age(&self) -> Option<Duration> {
        self.age
    }

    /// What it has cost so far.
    pub const fn time(&self) -> Duration {
        self.time
    }

    /// The guard's counts.
    pub const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The last fault that prevented a matte.
    pub const fn fault(&self) -> Option<&MatteError> {
        self.fault.as_ref()
    }

    /// Goes on where another of the same maker was, for the same camera and size; of another maker's
    /// it takes the memory of who is there.
    pub fn continue_with(&mut self, mut before: Self) {
        let is_same = match (&self.maker, &before.maker) {
            (Some(own), Some(other)) => own.is(other),
            _ => false,
        };
        if is_same && !before.is_awaited && self.matte.size() == before.matte.size() {
            before.guard.forget_counts();
            *self = before;
        } else {
            self.take_over(&mut before);
        }
    }

    /// Continues with another's memory of who is there, for the same camera.
    pub fn take_over(&mut self, before: &mut Self) {
        if let (Some(ours), Some(theirs)) = (self.finder.presence(), before.finder.presence()) {
            ours.take_over(theirs);
        }
    }

    /// Its memory of who is there, if it has one.
    pub fn presence(&mut self) -> Option<&mut Presence> {
        self.finder.presence()
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.finder.reset();
        (self.last_look, self.last_work, self.age, self.admission) = (None, None, None, None);
        self.guard.reset();
        self.somebody = Somebody::default();
    }
}
