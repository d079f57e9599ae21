//! Properties that are no more than a name, a number or a switch.

use super::Layer;
use crate::form::{Property, Takes, Value};

/// The longest name, in characters.
const LONGEST_NAME: usize = 64;

/// `name`
pub(super) const NAME: Property<Layer> = Property {
    name: "name",
    takes: Takes::Name(LONGEST_NAME),
    help: "What you call it.",
    example: Some("\"Me, in the corner\""),
    read: |layer, value| {
        layer.name = value.as_text().map(str::to_owned);
        Ok(())
    },
    write: |layer| layer.name.as_ref().map(Value::text),
};

/// `mirror`
pub(super) const MIRROR: Property<Layer> = Property {
    name: "mirror",
    takes: Takes::Switch,
    help: "Whether its left and right are swapped, after the turn.",
    example: None,
    read: |layer, value| {
        layer.mirror = value.as_switch().unwrap_or_default();
        Ok(())
    },
    write: |layer| Some(Value::Switch(layer.mirror)),
};

/// `opacity`
pub(super) const OPACITY: Property<Layer> = Property {
    name: "opacity",
    takes: Takes::SHARE,
    help: "How much of the layer shows, 0 to 1.",
    example: None,
    read: |layer, value| {
        layer.opacity = value.share();
        Ok(())
    },
    write: |layer| Some(Value::single(layer.opacity)),
};

/// `visible`
pub(super) const VISIBLE: Property<Layer> = Property {
    name: "visible",
    takes: Takes::Switch,
    help: "Whether it is drawn at all.",
    example: None,
    read: |layer, value| {
        layer.visible = value.as_switch().unwrap_or(true);
        Ok(())
    },
    write: |layer| Some(Value::Switch(layer.visible)),
};

/// The most effects in a list.
pub(crate) const MOST_EFFECTS: usize = 32;

/// What a list of effects takes.
pub(crate) const EFFECT_LIST: Takes = Takes::Effects(MOST_EFFECTS);

/// `effects`
pub(super) const EFFECTS: Property<Layer> = Property {
    name: "effects",
    takes: EFFECT_LIST,
    help: "Effects on this layer, in order ('backlot effects').",
    example: None,
    read: |layer, value| {
        layer.effects = value.all_parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::texts(&layer.effects)),
};
