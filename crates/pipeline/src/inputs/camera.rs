//! A camera's present picture, in the form in which layers want it, and its keys.

use super::adapter::Adapter;
use super::cut::{Cut, Keyed};
use super::fitter::Fitter;
use super::key::{KeptKey, KeyNode};
use crate::notice::Notice;
use crate::plan::Step;
use crate::{CameraId, PipelineError, Stage, Stages};
use backlot_effects::Canvas;
use backlot_guard::{Admission, Guard, Unjudged};
use backlot_keys::Painted;
use backlot_media::View;
use backlot_media::{Frame, FramePool, PixelFormat, Size, Trouble};
use backlot_scene::{Key, Turn};
use std::time::{Duration, Instant};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// One camera: decoded once and keyed once, however many layers show it.
pub(crate) struct CameraNode {
    id: CameraId,
    native: Size,
    view: View,
    adapter: Adapter,
    fitter: Fitter,
    pool: FramePool,
    picture: Option<Unjudged>,
    /// What layers show in place of a picture.
    missing: Option<Notice>,
    /// What makes mattes, by the key without what was painted.
    finders: Vec<(Key, KeyNode)>,
    /// The keys that layers want.
    keys: Vec<Cut>,
    /// Judges pictures where no key is.
    plain: Guard,
    admission: Option<Admission>,
    time: Duration,
}

impl CameraNode {
    /// A camera whose pictures have a size, and are wanted in a form.
    pub fn new(id: CameraId, native: Size, view: View, canvas: Canvas) -> Self {
        // Whoever has a declared one to show says so.
        let is_missing = id != CameraId::Usual;
        Self {
            id,
            native,
            view,
            adapter: Adapter::new(native, canvas.color, canvas.level),
            missing: is_missing.then_some(Notice::Camera(Trouble::Absent)),
            fitter: Fitter::new(View::whole(native), view, (Turn::None, false), canvas.level),
            pool: FramePool::new(PixelFormat::I420, view.size, POOLED_FRAMES),
            picture: None,
            finders: Vec::new(),
            keys: Vec::new(),
            plain: Guard::new(false),
            admission: None,
            time: Duration::ZERO,
        }
    }

    /// Whether another's pictures have the same form.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.native, self.view) == (other.native, other.view)
    }

    /// Which camera it is.
    pub const fn id(&self) -> &CameraId {
        &self.id
    }

    /// The form of its pictures.
    pub const fn view(&self) -> View {
        self.view
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match &self.id {
            CameraId::Usual => "camera",
            CameraId::Declared(id) => id.as_str(),
        }
    }

    /// What it does, step by step, for these keys.
    pub fn explain(&self, keys: impl Iterator<Item = usize>) -> Vec<Step> {
        let (name, view) = (self.name(), self.view);
        let fitted = format!("{name} {}", view.size);
        let mut steps = Vec::new();
        if !self.fitter.changes_nothing() {
            let (size, of) = (self.native, format!("{name} {}", self.native));
            let fit = Step::new(format!("{name}: fit"), vec![of], fitted.clone(), size);
            steps.push(fit.of_view(&view).at(self.time));
        }
        for key in keys {
            let (word, time) = (self.key_word(key), self.key(key).time());
            let writes = format!("{name} matte {word}");
            let step =
                Step::new(format!("{name}: key {word}"), vec![fitted.clone()], writes, view.size);
            steps.push(step.at(time));
        }
        steps
    }

    /// A key in a few words.
    pub fn key_word(&self, index: usize) -> String {
        self.keys[index].word()
    }

    /// Adds a key, and what finds for it, which another key may have already.
    ///
    /// # Errors
    /// Whatever `make` answers.
    pub fn add_key(
        &mut self,
        key: Key,
        make: impl FnOnce(&Key) -> Result<KeyNode, PipelineError>,
    ) -> Result<(), PipelineError> {
        let plain = Painted::without(&key);
        let known = self.finders.iter().position(|(known, _)| *known == plain);
        let finder = known.unwrap_or(self.finders.len());
        if known.is_none() {
            let node = make(&plain)?;
            self.finders.push((plain, node));
        }
        self.keys.push(Cut::new(key, finder, self.native, &self.view));
        Ok(())
    }

    /// Where a key is among the camera's, if it is at work.
    pub fn key_index(&self, key: &Key) -> Option<usize> {
        self.keys.iter().position(|known| known.key() == key)
    }

    /// A key at work.
    pub fn key(&self, index: usize) -> Keyed<'_> {
        let key = &self.keys[index];
        key.with(&self.finders[key.finder()].1)
    }

    /// The keys at work that another studio can go on with.
    pub fn kept(&self) -> impl Iterator<Item = KeptKey> {
        self.finders.iter().filter(|(_, node)| !node.is_awaited()).filter_map(|(key, node)| {
            let (maker, key) = (node.maker()?.clone(), key.clone());
            let (camera, native, view) = (self.id.clone(), self.native, self.view);
            Some(KeptKey { maker, camera, native, view, key })
        })
    }

    /// All that finds for keys.
    pub fn finders(&self) -> impl Iterator<Item = &KeyNode> {
        self.finders.iter().map(|(_, node)| node)
    }

    /// Continues with another's memory of who is there, for the same camera.
    pub fn take_over(&mut self, before: &mut Self) {
        for (key, node) in &mut self.finders {
            if let Some((_, before)) = before.finders.iter_mut().find(|(known, _)| known == key) {
                node.take_over(before);
            }
        }
    }

    /// How many pictures its finders want to foresee.
    pub fn lookahead(&self) -> usize {
        self.finders().map(KeyNode::lookahead).max().unwrap_or(0)
    }

    /// Shows its finders a picture that comes later.
    pub fn foresee(&mut self, frame: Frame) {
        let picture = self.fit(frame);
        self.finders.iter_mut().for_each(|(_, finder)| finder.foresee(&picture));
    }

    /// Brings a picture to the form that layers want.
    fn fit(&mut self, frame: Frame) -> Unjudged {
        let raw = Unjudged::new(self.adapter.run(frame));
        if self.fitter.changes_nothing() {
            raw
        } else {
            raw.changed(self.pool.take(), |from, to| self.fitter.run(from, to))
        }
    }

    /// Takes the camera's next picture, and brings it to the form that layers want.
    pub fn accept(&mut self, frame: Frame, stages: &mut Stages) {
        let start = Instant::now();
        let picture = self.fit(frame);
        self.time += stages.lap(Stage::Convert, start) - start;
        self.finders.iter_mut().for_each(|(_, finder)| finder.expect_another());
        self.keys.iter_mut().for_each(Cut::expect_another);
        self.admission = Some(match self.keys.is_empty() {
            true => self.plain.judge(&picture, None),
            false => self.plain.unkeyed(&picture),
        });
        (self.picture, self.missing) = (Some(picture), None);
    }

    /// Finds what a key looks for in the present picture, once for all who need it.
    pub fn find(&mut self, key: usize, every: u32, stages: &mut Stages) {
        let Some(picture) = &self.picture else { return };
        let key = &mut self.keys[key];
        let finder = &mut self.finders[key.finder()].1;
        if let Some(timings) = finder.work(picture, every) {
            stages.add(Stage::Shrink, timings.shrink);
            stages.add(Stage::Network, timings.network);
            stages.add(Stage::Refine, timings.refine);
        }
        key.touch(finder);
    }

    /// Layers show a card in place of a picture from now on, until the next picture.
    pub const fn miss(&mut self, notice: Notice) {
        self.missing = Some(notice);
    }

    /// What layers show where there is no picture.
    pub const fn missing(&self) -> Option<Notice> {
        match (self.missing, &self.picture) {
            (None, None) => Some(Notice::Late),
            (missing, _) => missing,
        }
    }

    /// The present picture, if there is one.
    pub const fn picture(&self) -> Option<&Unjudged> {
        self.picture.as_ref()
    }

    /// The present picture, for the last layer that needs it.
    pub const fn take_picture(&mut self) -> Option<Unjudged> {
        self.picture.take()
    }

    /// Continues with what is known of the same camera in the same form, the keys at work included.
    pub fn continue_with(&mut self, before: Self) {
        for (key, node) in before.finders {
            if let Some((_, own)) = self.finders.iter_mut().find(|(known, _)| *known == key) {
                own.continue_with(node);
            }
        }
    }

    /// The guard's word on the picture without a key.
    pub const fn admission(&self) -> Option<Admission> {
        self.admission
    }

    /// What the guard did.
    pub fn guards(&self) -> impl Iterator<Item = &Guard> {
        self.finders.iter().map(|(_, finder)| finder.guard()).chain(std::iter::once(&self.plain))
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.picture = None;
        self.finders.iter_mut().for_each(|(_, finder)| finder.reset());
        self.plain.reset();
    }
}
