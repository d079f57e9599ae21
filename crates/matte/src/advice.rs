//! What a larger network says now and then, carried to the present picture.

use crate::best::Blur;
use crate::carry::Carry;
use crate::geometry::{Geometry, pixels};
use crate::motion::Motion;
use crate::parts::leave;
use crate::steady::Steady;
use crate::{MatteError, MatteSettings};
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Timestamp, Window};
use backlot_segmenter::{Pupil, SegmentationModel, SegmenterError};
use std::time::Duration;

/// From this probability the larger network sees a person.
const PERSON: f32 = 0.35;
/// How near to a person anything may be one, as a share of the grid's longer side.
const NEAR: f32 = 8.0 / 640.0;
/// How much the last answer counts against the earlier ones.
const LAST: f32 = 0.4;
/// Where answers don't depend on how fast this machine is: how long after a picture it is known, and
/// how often the network looks.
const EXACT: (Duration, Duration) = (Duration::from_millis(200), Duration::from_millis(400));

/// Asks a larger network about pictures, one after the other.
#[derive(Debug)]
pub(crate) struct Advice {
    level: Level,
    geometry: Geometry,
    pupil: Pupil,
    input: NetworkInput,
    /// Brings masks to the grid.
    grid: Option<Steady>,
    blur: Blur,
    asked: Question,
    known: Question,
    is_known: bool,
    is_exact: bool,
    /// Where the room is, and nobody near: in the last answers together, and in the last one.
    room: Vec<f32>,
    last: Vec<f32>,
    share: Vec<f32>,
}

/// A picture that the network was asked about.
#[derive(Debug)]
struct Question {
    time: Timestamp,
    /// Whether the picture belongs to the present scene.
    counts: bool,
    luma: Vec<u16>,
    room: Carry,
    share: Carry,
}

impl Advice {
    /// For pictures of one size; `parts` are those of which the share is wanted, by their names.
    pub fn new(
        model: &SegmentationModel,
        geometry: Geometry,
        settings: &MatteSettings,
        parts: &[&str],
        level: Level,
    ) -> Result<Self, MatteError> {
        let unknown = || MatteError::UnknownPart(parts.join(", "));
        let teacher = model.teacher(pixels(geometry.picture), level, settings.teacher_share);
        let teacher = match teacher {
            Err(SegmenterError::Alone) if !parts.is_empty() => return Err(unknown()),
            teacher => teacher?,
        };
        let bits = teacher.parts(parts);
        if bits == 0 && !parts.is_empty() {
            return Err(unknown());
        }
        let pupil = teacher.pupil(bits, settings.is_exact);
        let shape = pupil.input_shape();
        let question = || Question {
            time: Timestamp::default(),
            counts: false,
            luma: vec![0; geometry.cells()],
            room: Carry::new(geometry, level),
            share: Carry::new(geometry, level),
        };
        Ok(Self {
            level,
            geometry,
            input: NetworkInput::new(geometry.picture, shape.width, shape.height),
            pupil,
            grid: None,
            blur: Blur::new(geometry.grid),
            asked: question(),
            known: question(),
            is_known: false,
            is_exact: settings.is_exact,
            room: vec![0.0; geometry.cells()],
            last: vec![0.0; geometry.cells()],
            share: vec![1.0; if bits == 0 { 0 } else { geometry.cells() }],
        })
    }

    /// Forgets what is known: another scene begins.
    pub const fn reset(&mut self) {
        (self.is_known, self.asked.counts) = (false, false);
    }

    /// Takes the next frame, which `motion` has observed.
    pub fn observe(&mut self, frame: &Frame, motion: &Motion) -> Result<(), MatteError> {
        if motion.is_cut() {
            self.reset();
        }
        let is_due = |after| !self.is_exact || frame.time.since(self.asked.time) >= after;
        let (may_know, may_ask) = (is_due(EXACT.0), is_due(EXACT.1));
        if may_know {
            self.hear()?;
        }
        if self.pupil.is_free() && (may_ask || !self.is_known) {
            self.ask(frame, motion);
        }
        Ok(())
    }

    fn ask(&mut self, frame: &Frame, motion: &Motion) {
        let Self { pupil, input, level, geometry, asked, .. } = self;
        let window = Window::whole(geometry.picture);
        pupil.ask(|picture| input.run(*level, frame.yuv(), frame.color, window, picture));
        (asked.time, asked.counts) = (frame.time, true);
        asked.luma.copy_from_slice(motion.present().1);
        asked.room.anchor(motion);
        asked.share.anchor(motion);
    }

    /// Takes the answer, if there is one.
    fn hear(&mut self) -> Result<(), MatteError> {
        let Self { pupil, grid, geometry, last: room, share, blur, level, asked, .. } = self;
        let (counts, whole) = (asked.counts, geometry.whole());
        let is_answered = pupil.answer(|answer| {
            if !counts {
                return;
            }
            let grid = grid.get_or_insert_with(|| Steady::new(*geometry, answer.size, 0.0, *level));
            grid.place(&answer.mask, whole);
            let is_person = |value: &f32| if *value > PERSON { 1.0 } else { 0.0 };
            room.iter_mut().zip(grid.present()).for_each(|(room, value)| *room = is_person(value));
            let near = (NEAR * geometry.grid.0.max(geometry.grid.1) as f32).ceil() as usize;
            blur.grow(room, near);
            blur.smooth(room, 1);
            room.iter_mut().for_each(|person| *person = 1.0 - *person);
            if !share.is_empty() && !answer.share.is_empty() {
                grid.place(&answer.share, whole);
                share.copy_from_slice(grid.present());
            }
        })?;
        if is_answered && counts {
            let weight = if self.is_known { LAST } else { 1.0 };
            let rooms = self.room.iter_mut().zip(&self.last);
            rooms.for_each(|(room, last)| *room += weight * (last - *room));
            std::mem::swap(&mut self.asked, &mut self.known);
            self.is_known = true;
        }
        Ok(())
    }

    /// How surely each cell is the room, `0.0..=1.0`, with nobody near: as the network saw it, carried
    /// to the present; and the luma of the picture that it saw.
    pub fn room(&mut self, motion: &Motion) -> Option<(&[f32], &[u16])> {
        let known = self.is_known.then_some(&mut self.known)?;
        Some((known.room.run(motion, &self.room), &known.luma))
    }

    /// Leaves the wanted parts of persons in a matte, as they were seen, carried to the present: all of
    /// it while nothing is known.
    pub fn leave(&mut self, motion: &Motion, matte: &mut [f32]) {
        if self.is_known && !self.share.is_empty() {
            leave(self.known.share.run(motion, &self.share), matte);
        }
    }
}
