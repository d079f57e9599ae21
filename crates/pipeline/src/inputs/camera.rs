//! A camera's present picture, in the form in which layers want it, and its keys.

use super::adapter::Adapter;
use super::cut::{Cut, Keyed};
use super::darkroom::{Darkroom, Exposed, Exposure};
use super::fitter::Fitter;
use super::key::{KeptKey, KeyNode};
use crate::notice::Notice;
use crate::plan::{Made, Step};
use crate::{CameraId, PipelineError, Stage, Stages};
use backlot_effects::Canvas;
use backlot_guard::{Admission, Guard, Unjudged};
use backlot_keys::Painted;
use backlot_matte::Presence;
use backlot_media::View;
use backlot_media::{Frame, FramePool, Latent, PixelFormat, Plane, Rect, Size, Tiles, Trouble};
use backlot_mjpeg::Negative;
use backlot_scene::{Key, Turn};
use std::time::{Duration, Instant};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// The side of the tiles that layers want.
const TILE: u32 = 16;

/// One camera: decoded once and keyed once, however many layers show it.
pub(crate) struct CameraNode {
    id: CameraId,
    native: Size,
    view: View,
    adapter: Adapter,
    fitter: Fitter,
    pool: FramePool,
    picture: Option<Unjudged>,
    /// What the picture is made from, as far as that isn't done.
    negative: Option<Negative>,
    darkroom: Darkroom,
    /// The tiles that a layer wants.
    wanted: Tiles,
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
            negative: None,
            darkroom: Darkroom::new(view, canvas.color, canvas.level),
            wanted: Tiles::new(view.size, (TILE, TILE)),
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
        if let Some(Made { share, divisor }) = self.made() {
            let (of, writes) = (format!("{name}, read"), format!("{name} {}", self.native));
            let step = Step::new(format!("{name}: make"), vec![of], writes, self.native);
            let scale = 1.0 / divisor as f32;
            let step = Step { share, scale: (scale, scale), ..step };
            steps.push(step.at(self.darkroom.time()));
        }
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

    /// How far its pictures were made so far, if they come coded.
    pub fn made(&self) -> Option<Made> {
        self.darkroom.made()
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
    pub fn accept(&mut self, picture: Exposed, stages: &mut Stages) {
        let mut start = Instant::now();
        self.finish();
        let is_raw = !matches!(picture, Exposed::Frame(_));
        let frame = match picture {
            Exposed::Frame(frame) | Exposed::Raw(frame) => Some(frame),
            Exposed::Negative(negative)
                if negative.size() == self.native && self.darkroom.develops(self.native) =>
            {
                let picture = self.darkroom.begin(&negative);
                self.negative = Some(negative);
                return self.take(picture);
            }
            Exposed::Negative(mut negative) => {
                let frame = self.darkroom.whole(&mut negative);
                start = stages.lap(Stage::Decode, start);
                frame
            }
        };
        let Some(frame) = frame else { return };
        let picture = self.fit(frame);
        self.time += stages.lap(Stage::Convert, start) - start;
        self.darkroom.note(is_raw);
        self.take(picture);
    }

    /// The present picture is done: no more of it is made.
    fn finish(&mut self) {
        if let Some(picture) = &mut self.picture {
            self.darkroom.end(picture);
        }
        self.negative = None;
    }

    fn take(&mut self, picture: Unjudged) {
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
        let Some(picture) = &mut self.picture else { return };
        let (negative, darkroom) = (self.negative.as_mut(), &mut self.darkroom);
        let before = darkroom.time();
        let mut picture = Exposure { picture, negative, darkroom };
        let key = &mut self.keys[key];
        let finder = &mut self.finders[key.finder()].1;
        if key.is_painted() {
            // What is painted shows whatever is found.
            picture.whole();
        }
        if let Some(timings) = finder.work(&mut picture, every) {
            stages.add(Stage::Decode, picture.darkroom.time() - before);
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

    /// Makes all of the present picture, for whoever looks at more of it than a key cuts out.
    pub fn complete(&mut self) {
        if let (Some(picture), Some(negative)) = (&mut self.picture, &mut self.negative) {
            let (negative, darkroom) = (Some(negative), &mut self.darkroom);
            Exposure { picture, negative, darkroom }.whole();
        }
    }

    /// Makes what is up to so many pixels around what a key's matte shows, if that may be used.
    pub fn make_around(&mut self, key: usize, reach: u32) {
        let key = &self.keys[key];
        let Some(matte) = key.with(&self.finders[key.finder()].1).admitted() else { return };
        let (Some(picture), Some(negative)) = (&mut self.picture, &mut self.negative) else {
            return;
        };
        mark_around(matte.plane(), reach, &mut self.wanted);
        let (negative, darkroom) = (Some(negative), &mut self.darkroom);
        Exposure { picture, negative, darkroom }.tiles(&self.wanted);
    }

    /// Makes the present picture at a quarter of its width and height, unless it is only to be had in full. Returns
    /// whether it is there.
    pub fn make_quarter(&mut self) -> bool {
        let (Some(picture), Some(negative)) = (&mut self.picture, &mut self.negative) else {
            return false;
        };
        let (negative, darkroom) = (Some(negative), &mut self.darkroom);
        Exposure { picture, negative, darkroom }.make_quarter()
    }

    /// The present picture at a quarter of its width and height, if that was made.
    pub fn quarter(&self) -> Option<&Frame> {
        self.darkroom.quarter()
    }

    /// The present picture, if there is one.
    pub const fn picture(&self) -> Option<&Unjudged> {
        self.picture.as_ref()
    }

    /// The present picture, for the last layer that needs it.
    pub fn take_picture(&mut self) -> Option<Unjudged> {
        self.finish();
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

    /// The keys' memories of who is there.
    pub fn presences(&mut self) -> impl Iterator<Item = &mut Presence> {
        self.finders.iter_mut().filter_map(|(_, finder)| finder.presence())
    }

    /// Whether keys look at the whole of its pictures, as they come.
    pub fn is_seen_whole(&self) -> bool {
        self.view == View::whole(self.native)
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.finish();
        self.picture = None;
        self.finders.iter_mut().for_each(|(_, finder)| finder.reset());
        self.plain.reset();
    }
}

/// Marks the tiles with what is up to `reach` pixels beside a tile in which a matte is above zero.
fn mark_around(matte: Plane<'_>, reach: u32, tiles: &mut Tiles) {
    tiles.clear();
    let (columns, rows) = tiles.size();
    for y in 0..rows {
        for x in 0..columns {
            let Rect { x, y, width, height } = tiles.pixels(&(x..x + 1), y);
            let [left, top, across, down] = [x, y, width, height].map(|v| v as usize);
            let mut lines = matte.crop(left, top, across, down).rows();
            if lines.any(|line| line.iter().fold(0, |sum, &value| sum | value) > 0) {
                let around = |at: u32, length: u32| at.saturating_sub(reach)..at + length + reach;
                tiles.mark(around(x, width), around(y, height));
            }
        }
    }
}
