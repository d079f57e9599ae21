//! Layers: one file for each property.

mod blend;
mod crop;
mod fit;
mod frame;
mod id;
mod key;
mod length;
mod place;
mod plain;
mod play;
mod source;
mod turn;
mod words;

pub use blend::Blend;
pub use crop::Crop;
pub use fit::Fit;
pub use frame::{Border, Corners, Shadow};
pub use id::{LayerId, SourceId};
pub use key::Edge;
pub use length::Length;
pub use place::{Anchor, Margin, Place};
pub use play::Play;
pub use source::{LayerSource, SourceSpec};
pub use turn::Turn;

pub(crate) use plain::EFFECT_LIST;
pub(crate) use source::{DECLARED, Declared, KINDS};
pub(crate) use words::words;

use crate::form::Property;
use crate::{Effect, Key};

/// The most layers of a scene.
pub(crate) const MOST_LAYERS: usize = 32;

/// Every property of a layer, in the order in which they are written.
pub const PROPERTIES: &[Property<Layer>] = &[
    id::ID,
    plain::NAME,
    source::SOURCE,
    place::PLACE,
    crop::CROP,
    fit::FIT,
    turn::TURN,
    plain::MIRROR,
    key::KEY,
    key::DECONTAMINATE,
    key::LIGHT_WRAP,
    plain::EFFECTS,
    plain::OPACITY,
    blend::BLEND,
    frame::CORNERS,
    frame::BORDER,
    frame::SHADOW,
    plain::VISIBLE,
    play::PLAY,
];

/// The properties of which a change has something made anew. What a border, a shadow or an effect
/// is like is a value; that there is one is not.
pub(crate) const STRUCTURE: &[Property<Layer>] =
    &[id::ID, source::SOURCE, fit::FIT, turn::TURN, key::KEY, play::PLAY];

/// One element of a scene.
///
/// What becomes of its source, in this order: crop, turn, mirror, fit into the box of its place;
/// the key and the file's own transparency cut it out; effects, corners and border, opacity; it is
/// blended over what is below, with the shadow of what is left under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What edits call it by; unique in the scene.
    pub id: LayerId,
    /// What people call it, without control characters.
    pub name: Option<String>,
    /// Where its picture comes from.
    pub source: LayerSource,
    /// Where it stands.
    pub place: Place,
    /// What is taken off the source's sides.
    pub crop: Crop,
    /// How the source fills a box of another shape.
    pub fit: Fit,
    /// By how much it is turned.
    pub turn: Turn,
    /// Whether left and right are swapped, after the turn.
    pub mirror: bool,
    /// What cuts it out; `None` if nothing does.
    pub key: Option<Key>,
    /// How what is cut out is tied to what stands behind.
    pub edge: Edge,
    /// Effects on this layer, in order.
    pub effects: Vec<Effect>,
    /// How much of the layer shows, `0.0..=1.0`.
    pub opacity: f32,
    /// How it mixes with what is below.
    pub blend: Blend,
    /// The shape of its corners.
    pub corners: Corners,
    /// A line along its edge.
    pub border: Option<Border>,
    /// The shadow that it casts.
    pub shadow: Option<Shadow>,
    /// Whether it is drawn at all.
    pub visible: bool,
    /// What a moving source does at its end.
    pub play: Play,
}

impl Layer {
    /// A layer that shows the whole source on the whole canvas.
    pub fn new(id: LayerId, source: LayerSource) -> Self {
        Self {
            id,
            name: None,
            source,
            place: Place::default(),
            crop: Crop::NONE,
            fit: Fit::Cover,
            turn: Turn::None,
            mirror: false,
            key: None,
            edge: Edge::default(),
            effects: Vec::new(),
            opacity: 1.0,
            blend: Blend::Normal,
            corners: Corners::Square,
            border: None,
            shadow: None,
            visible: true,
            play: Play::Loop,
        }
    }

    /// The layer, cut out by a key.
    #[must_use]
    pub fn keyed(mut self, key: Key) -> Self {
        self.key = Some(key).filter(|key| key.def().cuts());
        self
    }
}
