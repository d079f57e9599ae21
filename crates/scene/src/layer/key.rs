//! What cuts a layer out, and how its edge is treated.

use super::Layer;
use crate::Key;
use crate::form::{Property, Takes, Value};

/// How what is cut out is tied to what stands behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// How much of the old room's colour is taken out of the edge, `0.0..=1.0`.
    pub decontaminate: f32,
    /// How much of the new background's light falls on the edge, `0.0..=1.0`.
    pub light_wrap: f32,
}

impl Default for Edge {
    fn default() -> Self {
        Self { decontaminate: 1.0, light_wrap: 0.3 }
    }
}

/// `key`
pub(super) const KEY: Property<Layer> = Property {
    name: "key",
    takes: Takes::Key,
    help: "What cuts the layer's camera out ('backlot keys'). Without it the whole picture shows.",
    example: Some("\"person\""),
    read: |layer, value| {
        layer.key = Some(value.parsed()?).filter(|key: &Key| key.def().cuts());
        Ok(())
    },
    write: |layer| layer.key.as_ref().map(Value::text),
};

/// `decontaminate`
pub(super) const DECONTAMINATE: Property<Layer> = Property {
    name: "decontaminate",
    takes: Takes::SHARE,
    help: "How much of the old room's colour is taken out of its edge, 0 to 1.",
    example: None,
    read: |layer, value| {
        layer.edge.decontaminate = value.share();
        Ok(())
    },
    write: |layer| Some(Value::single(layer.edge.decontaminate)),
};

/// `light_wrap`
pub(super) const LIGHT_WRAP: Property<Layer> = Property {
    name: "light_wrap",
    takes: Takes::SHARE,
    help: "How much of the light behind falls on its edge, 0 to 1.",
    example: None,
    read: |layer, value| {
        layer.edge.light_wrap = value.share();
        Ok(())
    },
    write: |layer| Some(Value::single(layer.edge.light_wrap)),
};
