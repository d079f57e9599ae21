//! The effects that can hide a room, and the value from which they do.
//!
//! The table of effects defines effects. For these two, the part that decides whether a room can be
//! made out is here, because scenes are judged without that table. `scripts/measure_hiding.py`
//! measures the limits, and `docs/privacy.md` explains how.

use crate::{EffectSpec, Layer, LayerSource, Scene, SettingDef, SettingKind, Settings};
use serde::Serialize;

/// An effect that can hide what it is applied to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Veil {
    /// Its name, as it is written.
    pub name: &'static str,
    /// Its settings; the first is the one that may be given without a name.
    pub settings: &'static [SettingDef],
    /// The value from which it hides.
    pub hides: Hiding,
}

/// The value from which an effect hides what it is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Hiding {
    /// The setting that decides, a number.
    pub setting: &'static str,
    /// The least value at which no text can be read and nobody recognised.
    pub least: f64,
}

/// A Gaussian. `light` looks like a good lens and shows the room; `strong` leaves light and
/// colours, as the strong blur of meeting programs does.
pub const BLUR: Veil = Veil {
    name: "blur",
    settings: &[SettingDef {
        name: "radius",
        kind: SettingKind::Number {
            min: 1.0,
            max: 100.0,
            default: 60.0,
            step: 1.0,
            unit: "px",
            words: &[("light", 16.0), ("strong", 60.0)],
        },
        help: "How far a point spreads, in pixels at 720 lines; behind light the room shows",
    }],
    hides: Hiding { setting: "radius", least: 40.0 },
};

/// Cells of one colour each.
pub const MOSAIC: Veil = Veil {
    name: "mosaic",
    settings: &[SettingDef {
        name: "size",
        kind: SettingKind::Number {
            min: 2.0,
            max: 200.0,
            default: 40.0,
            step: 2.0,
            unit: "px",
            words: &[],
        },
        help: "How wide and high a cell is, in pixels at 720 lines",
    }],
    hides: Hiding { setting: "size", least: 32.0 },
};

/// All of them.
const VEILS: [&Veil; 2] = [&BLUR, &MOSAIC];

impl Veil {
    /// The veil with a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        VEILS.into_iter().find(|veil| veil.name == name)
    }
}

impl EffectSpec {
    /// Whether it hides what it is applied to. What can't be judged doesn't.
    pub fn hides(&self) -> bool {
        Veil::find(&self.name).is_some_and(|veil| {
            let settings = Settings::resolve(self, veil.settings);
            settings.is_ok_and(|given| given.number(veil.hides.setting) >= veil.hides.least)
        })
    }
}

impl Layer {
    /// Whether the camera is seen uncut, and through nothing that hides the room.
    fn shows_the_room(&self) -> bool {
        let is_whole = self.source == LayerSource::Camera && self.key.is_none();
        is_whole && !self.effects.iter().any(EffectSpec::hides)
    }
}

impl Scene {
    /// Whether the camera's room must not be seen: the camera appears, but only cut out or
    /// through an effect that hides it.
    pub fn hides_the_room(&self) -> bool {
        !self.layers.iter().any(Layer::shows_the_room)
    }

    /// The warning for a scene in which the room shows through an effect that would hide it with
    /// other settings.
    pub fn barely_hidden(&self) -> Option<String> {
        let layer = self.layers.iter().find(|layer| layer.shows_the_room())?;
        layer.effects.iter().find_map(|spec| {
            let Veil { name, hides: Hiding { least, .. }, .. } = Veil::find(&spec.name)?;
            Some(format!("{spec} does not hide the room: use {name}, or at least {name}:{least}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Background, Replacement};

    fn replace(background: &str) -> Scene {
        Scene::replace(background.parse().unwrap(), Replacement::default())
    }

    #[test]
    fn a_veil_is_a_background_by_its_name_and_hides_from_its_limit_on() {
        for Veil { name, hides: Hiding { setting, least }, .. } in VEILS {
            assert!(matches!(name.parse(), Ok(Background::Room(_))), "{name}");
            assert!(EffectSpec::plain(name).hides(), "{name}");
            let with = |value: f64| {
                format!("{name}:{setting}={value}").parse::<EffectSpec>().unwrap().hides()
            };
            assert!(with(*least) && with(least * 1.5) && !with(least - 0.1), "{name}");
        }
        let hides = |text: &str| text.parse::<EffectSpec>().unwrap().hides();
        for showing in
            ["mirror", "hologram", "nothing", "blur:light", "blur:nan", "blur:999", "mosaic:8"]
        {
            assert!(!hides(showing), "{showing}");
        }
        for hiding in ["blur:strong", "blur:2,strong", "mosaic:size=60"] {
            assert!(hides(hiding), "{hiding}");
        }
    }

    #[test]
    fn a_scene_shows_the_room_where_nothing_hides_it() {
        for hiding in ["navy", "aurora", "blur", "mosaic"] {
            let scene = replace(hiding);
            assert!(scene.hides_the_room() && scene.barely_hidden().is_none(), "{hiding}");
        }
        let mut scene = replace("blur:light");
        assert!(!scene.hides_the_room());
        let said = scene.barely_hidden().unwrap();
        assert_eq!(said, "blur:light does not hide the room: use blur, or at least blur:40");
        scene.layers[0].effects.push("mosaic".parse().unwrap());
        assert!(scene.hides_the_room(), "the second effect hides it");
        scene.layers[0].effects = vec!["mirror".parse().unwrap()];
        assert!(
            !scene.hides_the_room() && scene.barely_hidden().is_none(),
            "nothing was to hide it"
        );
    }
}
