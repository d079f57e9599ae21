//! `[desktop]`

use super::define::Section;
use crate::form::{Property, Takes, Value};

/// `[desktop]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DesktopConfig {
    /// Whether there is an icon in the tray.
    pub tray: bool,
    /// Whether there are notifications.
    pub notifications: bool,
    /// Whether it pauses while the session is locked or the machine sleeps.
    pub pause_on_lock: bool,
}

impl Default for DesktopConfig {
    fn default() -> Self {
        Self { tray: true, notifications: true, pause_on_lock: true }
    }
}

pub(super) const SECTION: Section<DesktopConfig> = Section {
    head: "[desktop]",
    help: "What the desktop shows of a running Backlot, and how it acts on it.",
    properties: &[
        Property {
            name: "tray",
            takes: Takes::Switch,
            help: "Whether there is an icon in the tray, where the desktop has one: scenes, pause, panic, who is watching.",
            example: None,
            read: |desktop, value| {
                desktop.tray = value.as_switch().unwrap_or_default();
                Ok(())
            },
            write: |desktop| Some(Value::Switch(desktop.tray)),
        },
        Property {
            name: "notifications",
            takes: Takes::Switch,
            help: "Whether there are notifications: the camera went or came back, or nobody is found for five seconds.",
            example: None,
            read: |desktop, value| {
                desktop.notifications = value.as_switch().unwrap_or_default();
                Ok(())
            },
            write: |desktop| Some(Value::Switch(desktop.notifications)),
        },
        Property {
            name: "pause_on_lock",
            takes: Takes::Switch,
            help: "Whether it pauses while the session is locked or the machine sleeps.",
            example: None,
            read: |desktop, value| {
                desktop.pause_on_lock = value.as_switch().unwrap_or_default();
                Ok(())
            },
            write: |desktop| Some(Value::Switch(desktop.pause_on_lock)),
        },
    ],
};
