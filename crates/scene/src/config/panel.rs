//! `[panel]`

use super::define::Section;
use crate::form::{Property, Refusal, Takes, Value};

/// `[panel]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelConfig {
    /// Whether the control panel is served.
    pub enabled: bool,
    /// Its port on this machine; 0 for that of before, or any that is free.
    pub port: u16,
}

impl Default for PanelConfig {
    fn default() -> Self {
        Self { enabled: true, port: 0 }
    }
}

pub(super) const SECTION: Section<PanelConfig> = Section {
    head: "[panel]",
    help: "The control panel in your browser, for you alone and on this machine alone.",
    properties: &[
        Property {
            name: "enabled",
            takes: Takes::Switch,
            help: "Whether it is served.",
            example: None,
            read: |panel, value| {
                panel.enabled = value.as_switch().unwrap_or_default();
                Ok(())
            },
            write: |panel| Some(Value::Switch(panel.enabled)),
        },
        Property {
            name: "port",
            takes: Takes::Number { min: 0.0, max: 65535.0, unit: None },
            help: "Its port, a whole number; 0 for one that is free, the same one as long as you are logged in.",
            example: None,
            read: |panel, value| {
                let port = value.as_number().unwrap_or_default();
                if port.fract() != 0.0 {
                    return Err(Refusal::must_be(&"a whole number", &port));
                }
                panel.port = port as u16;
                Ok(())
            },
            write: |panel| Some(Value::Number(panel.port.into())),
        },
    ],
};
