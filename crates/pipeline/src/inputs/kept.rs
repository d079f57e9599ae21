//! What one studio hands on to the next.

use super::key::{KeptKey, Maker};
use super::moving::MovingId;
use super::picture::{KnownPicture, PictureId};
use crate::CameraId;
use backlot_media::{Size, View};
use backlot_scene::Key;

/// Something at work in a studio, which the next studio goes on with instead of making it anew.
#[derive(Clone, Debug)]
pub struct Kept(Part);

#[derive(Clone, Debug)]
enum Part {
    Key(KeptKey),
    Moving(MovingId, View),
    Picture(KnownPicture),
}

impl Kept {
    pub(crate) const fn key(key: KeptKey) -> Self {
        Self(Part::Key(key))
    }

    pub(crate) fn moving((id, view): (MovingId, View)) -> Self {
        Self(Part::Moving(id, view))
    }

    pub(crate) const fn known(picture: KnownPicture) -> Self {
        Self(Part::Picture(picture))
    }

    /// Who made a key of a camera of that size, for pictures of that form, if it is kept.
    pub(crate) fn maker_of(
        all: &[Self],
        own: &Maker,
        form: (&CameraId, Size, View),
        key: &Key,
    ) -> Option<Maker> {
        all.iter().find_map(|kept| match &kept.0 {
            Part::Key(kept) if kept.maker.is(own) && kept.is_of(form, key) => Some(own.clone()),
            _ => None,
        })
    }

    /// What is known of a source, if it is kept.
    pub(crate) fn picture<'a>(all: &'a [Self], id: &PictureId) -> Option<&'a KnownPicture> {
        all.iter().find_map(|kept| match &kept.0 {
            Part::Picture(known) if known.id == *id => Some(known),
            _ => None,
        })
    }

    /// The form of a moving source's pictures, if it is kept.
    pub(crate) fn view_of(all: &[Self], id: &MovingId) -> Option<View> {
        all.iter().find_map(|kept| match &kept.0 {
            Part::Moving(known, view) if known == id => Some(*view),
            _ => None,
        })
    }
}
