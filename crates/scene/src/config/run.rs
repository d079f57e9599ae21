//! `[run]`

use super::away::Away;
use super::define::Section;
use super::memory::MemorySize;
use super::pause_card::PauseCard;
use super::switch::Switch;
use crate::form::{Property, Takes, Value};
use crate::words;
use std::time::Duration;

/// `[run]`
#[derive(Clone, Debug, PartialEq)]
pub struct RunConfig {
    /// The scene to begin with, if not the one used last. The scene exists.
    pub scene: Option<String>,
    /// How long the camera stays open when nobody watches, up to an hour.
    pub close_after: Duration,
    /// How one scene gives way to the next.
    pub transition: Switch,
    /// How to notice viewers where the device can't report them.
    pub viewers: ViewersRule,
    /// What is shown while nobody is in the picture. The scene exists.
    pub away: Option<Away>,
    /// What viewers see during a break, if not the built-in card.
    pub pause_card: Option<PauseCard>,
    /// What reading one picture may take.
    pub memory: MemorySize,
}

impl Default for RunConfig {
    fn default() -> Self {
        let memory = MemorySize::megabytes(600);
        let viewers = ViewersRule::Auto;
        let (close_after, transition) = (Duration::from_secs(1), Switch::default());
        Self { scene: None, close_after, transition, viewers, away: None, pause_card: None, memory }
    }
}

/// How to notice viewers where the virtual camera's driver can't report them (v4l2loopback 0.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ViewersRule {
    /// The best way that the machine allows.
    #[default]
    Auto,
    /// Assume that there is always one.
    Always,
    /// By looking for programs that have the device open.
    Scan,
}

words!(ViewersRule, "way to notice viewers", Auto = "auto", Always = "always", Scan = "scan");

pub(super) const SECTION: Section<RunConfig> = Section {
    head: "[run]",
    help: "What 'backlot run' does.",
    properties: &[
        Property {
            name: "scene",
            takes: Takes::Text,
            help: "The scene that is shown, one of those below. Without it: the one used last, or the first that hides the room.",
            example: Some("\"calm\""),
            read: |run, value| {
                run.scene = value.as_text().map(str::to_owned);
                Ok(())
            },
            write: |run| run.scene.as_ref().map(Value::text),
        },
        Property {
            name: "transition",
            takes: Takes::Like(&["cut", "fade:400", "slide:400", "wipe:400"]),
            help: "How one scene gives way to the next: cut, or fade, slide or wipe with its milliseconds. \
                   The camera's own picture never shows meanwhile, only what is cut out or hidden of it.",
            example: None,
            read: |run, value| {
                run.transition = value.parsed()?;
                Ok(())
            },
            write: |run| Some(Value::text(&run.transition)),
        },
        Property {
            name: "close_after",
            takes: Takes::Number { min: 0.0, max: 3600.0, unit: Some("seconds") },
            help: "How many seconds the camera stays open when nobody watches any more.",
            example: None,
            read: |run, value| {
                run.close_after = Duration::from_secs_f64(value.as_number().unwrap_or_default());
                Ok(())
            },
            write: |run| Some(Value::Number(run.close_after.as_secs_f64())),
        },
        Property {
            name: "viewers",
            takes: Takes::Words(ViewersRule::WORDS),
            help: "How viewers are noticed where v4l2loopback, before 0.13, can't tell: auto and scan look who has \
                   the device open, always keeps the camera on.",
            example: None,
            read: |run, value| {
                run.viewers = value.parsed()?;
                Ok(())
            },
            write: |run| Some(Value::text(&run.viewers)),
        },
        Property {
            name: "away",
            takes: Takes::Like(&["be-right-back:30"]),
            help: "Another scene for while nobody is in the picture, and after how many seconds: SCENE:SECONDS. Your look is back as \
                   soon as somebody is. It needs a look that cuts you out of the camera's picture, and a scene that shows no room.",
            example: Some("\"be-right-back:30\""),
            read: |run, value| {
                run.away = Some(value.parsed()?);
                Ok(())
            },
            write: |run| run.away.as_ref().map(Value::text),
        },
        Property {
            name: "pause_card",
            takes: Takes::Like(&["Back in five minutes", "~/break.png"]),
            help: "What viewers see while 'backlot pause' lasts: a few words, or a picture's file. Without it: a card that says that you are back soon.",
            example: Some("\"Back in five minutes\""),
            read: |run, value| {
                run.pause_card = Some(value.parsed()?);
                Ok(())
            },
            write: |run| run.pause_card.as_ref().map(Value::text),
        },
        Property {
            name: "memory",
            takes: Takes::Like(&["600MB", "2GB"]),
            help: "The memory that reading one picture or animation for a background may take.",
            example: None,
            read: |run, value| {
                run.memory = value.parsed()?;
                Ok(())
            },
            write: |run| Some(Value::text(&run.memory)),
        },
    ],
};
