//! A camera's present picture, in the form in which layers want it, and its keys.

use super::fitter::Fitter;
use super::key::KeyNode;
use crate::show::CameraId;
use crate::view::View;
use crate::{Stage, Stages};
use backlot_effects::Canvas;
use backlot_guard::{Admission, Guard, Unjudged};
use backlot_media::{Frame, FramePool, PixelFormat, Size};
use backlot_scene::{Key, Turn};
use std::time::Instant;

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// One camera: decoded once and keyed once, however many layers show it.
pub(crate) struct CameraNode {
    id: CameraId,
    native: Size,
    view: View,
    fitter: Fitter,
    pool: FramePool,
    picture: Option<Unjudged>,
    keys: Vec<(Key, KeyNode)>,
    /// Judges pictures where no key is.
    plain: Guard,
    admission: Option<Admission>,
}

impl CameraNode {
    /// A camera whose pictures have a size, and are wanted in a form.
    pub fn new(id: CameraId, native: Size, view: View, canvas: Canvas) -> Self {
        Self {
            id,
            native,
            view,
            fitter: Fitter::new(View::whole(native), view, (Turn::None, false), canvas.level),
            pool: FramePool::new(PixelFormat::I420, view.size, POOLED_FRAMES),
            picture: None,
            keys: Vec::new(),
            plain: Guard::new(false),
            admission: None,
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

    /// The size of the camera's own pictures.
    pub const fn native(&self) -> Size {
        self.native
    }

    /// The form of its pictures.
    pub const fn view(&self) -> View {
        self.view
    }

    /// Adds a key at work.
    pub fn add_key(&mut self, key: Key, node: KeyNode) {
        self.keys.push((key, node));
    }

    /// Where a key is among the camera's, if it is at work.
    pub fn key_index(&self, key: &Key) -> Option<usize> {
        self.keys.iter().position(|(known, _)| known == key)
    }

    /// A key at work.
    pub fn key(&self, index: usize) -> &KeyNode {
        &self.keys[index].1
    }

    /// All keys at work.
    pub fn keys(&self) -> impl Iterator<Item = &KeyNode> {
        self.keys.iter().map(|(_, node)| node)
    }

    /// Continues with another's memory of who is there, for the same camera.
    pub fn take_over(&mut self, before: &mut Self) {
        for (key, node) in &mut self.keys {
            if let Some((_, before)) = before.keys.iter_mut().find(|(known, _)| known == key) {
                node.take_over(before);
            }
        }
    }

    /// Takes the camera's next picture, of its own size and in the canvas' colour space, and finds
    /// what its keys look for.
    pub fn accept(&mut self, frame: Frame, every: u32, stages: &mut Stages) {
        let start = Instant::now();
        let raw = Unjudged::new(frame);
        let picture = if self.fitter.changes_nothing() {
            raw
        } else {
            raw.changed(self.pool.take(), |from, to| self.fitter.run(from, to))
        };
        stages.lap(Stage::Convert, start);
        for (_, key) in &mut self.keys {
            let timings = key.work(&picture, every);
            stages.add(Stage::Shrink, timings.shrink);
            stages.add(Stage::Network, timings.network);
            stages.add(Stage::Refine, timings.refine);
        }
        self.admission = Some(match self.keys.is_empty() {
            true => self.plain.judge(&picture, None),
            false => self.plain.unkeyed(&picture),
        });
        self.picture = Some(picture);
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
        for (key, node) in before.keys {
            if let Some((_, own)) = self.keys.iter_mut().find(|(known, _)| *known == key) {
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
        self.keys.iter().map(|(_, key)| key.guard()).chain(std::iter::once(&self.plain))
    }

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.picture = None;
        self.keys.iter_mut().for_each(|(_, key)| key.reset());
        self.plain.reset();
    }
}
