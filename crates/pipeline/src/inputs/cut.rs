//! A key as layers want it: the matte that a finder makes, with what the user painted on it.

use super::key::KeyNode;
use backlot_guard::{Admission, Regions};
use backlot_kernels::YuvMut;
use backlot_keys::Painted;
use backlot_media::{Matte, Plane, Size, View};
use backlot_scene::Key;
use std::time::Duration;

/// A key of a camera as layers want it. Those that differ only in what was painted share one finder.
pub(crate) struct Cut {
    /// As it was written.
    key: Key,
    /// Which of the camera's finders makes its mattes.
    finder: usize,
    touched: Option<Touched>,
}

/// A finder's matte with painted regions.
struct Touched {
    regions: Regions,
    matte: Matte,
    /// Whether it is the present picture's.
    is_done: bool,
    /// The shares of the camera's picture, in per cent.
    shares: String,
}

/// The matte of the present picture for a key, and the guard's word on it.
#[derive(Clone, Copy)]
pub(crate) struct Keyed<'a> {
    node: &'a KeyNode,
    cut: &'a Cut,
}

impl Cut {
    /// A key whose mattes one of the finders makes, of a camera's pictures in that form.
    pub fn new(key: Key, finder: usize, native: Size, view: &View) -> Self {
        let touched = Painted::of(&key).map(|painted| {
            let (keep, hide) = (painted.keep(native, view), painted.hide(native, view));
            let shares = painted.to_string();
            let regions = Regions::new(keep, hide);
            Touched { regions, matte: Matte::new(view.size), is_done: false, shares }
        });
        Self { key, finder, touched }
    }

    /// The key as it was written.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Which of the camera's finders makes its mattes.
    pub const fn finder(&self) -> usize {
        self.finder
    }

    /// Whether the user painted something on it.
    pub const fn is_painted(&self) -> bool {
        self.touched.is_some()
    }

    /// The key in a few words: what finds, and how much was painted.
    pub fn word(&self) -> String {
        match &self.touched {
            None => self.key.to_string(),
            Some(touched) => format!("{} ({})", self.key.def().name, touched.shares),
        }
    }

    /// There is another picture; the matte belongs to the one before.
    pub const fn expect_another(&mut self) {
        if let Some(touched) = &mut self.touched {
            touched.is_done = false;
        }
    }

    /// Paints the regions on the finder's matte of the present picture, unless that is done.
    pub fn touch(&mut self, node: &KeyNode) {
        let Some(touched) = self.touched.as_mut().filter(|touched| !touched.is_done) else {
            return;
        };
        touched.is_done = true;
        if let (Some(word), Some(matte)) = (node.admission(), node.admitted()) {
            touched.matte.copy_from(matte);
            touched.regions.apply(&word, &mut touched.matte);
        }
    }

    /// The matte for layers, by the finder's.
    pub const fn with<'a>(&'a self, node: &'a KeyNode) -> Keyed<'a> {
        Keyed { node, cut: self }
    }
}

impl<'a> Keyed<'a> {
    /// The guard's judgement of the present picture.
    pub const fn admission(self) -> Option<Admission> {
        self.node.admission()
    }

    /// The matte of the present picture, if it may be used.
    pub fn admitted(self) -> Option<&'a Matte> {
        let found = self.node.admitted()?;
        match &self.cut.touched {
            None => Some(found),
            Some(touched) => touched.is_done.then_some(&touched.matte),
        }
    }

    /// Takes what the surroundings cast on the cut out of a picture, by its matte.
    pub fn clean(self, picture: YuvMut<'_>, matte: Plane<'_>) {
        self.node.clean(picture, matte);
    }

    /// What the finder has cost so far.
    pub const fn time(self) -> Duration {
        self.node.time()
    }
}
