//! How much of what the camera sees a scene lets others see.
//!
//! A scene that takes another's place without being asked for must not show more than it did:
//! [`Scene::shows_more_than`]. Both sides of the comparison err towards hiding, so what can't be
//! told counts as more.

use crate::{Effect, Layer, LayerSource, Scene};
use backlot_effects::Hiding;
use serde::{Deserialize, Serialize};

/// What of the camera's picture can be seen, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Nothing.
    Nothing,
    /// The person, cut out.
    Person,
    /// The room too, through an effect that hides it.
    Veiled,
    /// Everything.
    Room,
}

/// Whether an effect hides what it is applied to.
fn hides(effect: &Effect) -> bool {
    effect.def().hides(effect.values())
}

impl Scene {
    /// The most that the scene may show. A layer over another one doesn't count as hiding it.
    pub fn shows_at_most(&self) -> Exposure {
        self.layers.iter().map(Layer::exposure).max().unwrap_or(Exposure::Nothing)
    }

    /// The least that the scene is sure to show: a layer under something that may be opaque doesn't
    /// count, and an effect on the finished picture veils it.
    pub fn shows_at_least(&self) -> Exposure {
        let top = self.layers.iter().rposition(Layer::may_cover).unwrap_or(0);
        let seen = self.layers[top..].iter().map(Layer::exposure).max();
        let seen = seen.unwrap_or(Exposure::Nothing);
        if self.effects.iter().any(hides) { seen.min(Exposure::Veiled) } else { seen }
    }

    /// Whether this scene may show more of what the camera sees than `other` does for certain.
    pub fn shows_more_than(&self, other: &Self) -> bool {
        self != other && self.shows_at_most() > other.shows_at_least()
    }

    /// Whether the camera's room must not be seen: the camera appears, but only cut out or
    /// through an effect that hides it.
    pub fn hides_the_room(&self) -> bool {
        !self.layers.iter().any(Layer::shows_the_room)
    }

    /// The warning for a scene in which the room shows through an effect that would hide it with
    /// other settings.
    pub fn barely_hidden(&self) -> Option<String> {
        let layer = self.layers.iter().find(|layer| layer.shows_the_room())?;
        layer.effects.iter().find_map(|effect| {
            let (name, Hiding { least, .. }) = (effect.def().name, effect.def().hiding?);
            Some(format!("{effect} does not hide the room: use {name}, or at least {name}:{least}"))
        })
    }
}

impl Layer {
    /// Whether the camera is seen uncut, and through nothing that hides the room.
    fn shows_the_room(&self) -> bool {
        let is_whole = self.source == LayerSource::Camera && self.key.is_none();
        is_whole && !self.effects.iter().any(hides)
    }

    /// What of the camera's picture this layer shows.
    fn exposure(&self) -> Exposure {
        let may_be_camera = matches!(
            self.source,
            LayerSource::Camera | LayerSource::Named(_) | LayerSource::Scene(_)
        );
        if !may_be_camera || self.opacity <= 0.0 || !self.visible {
            Exposure::Nothing
        } else if self.key.is_some() {
            Exposure::Person
        } else if self.effects.iter().any(hides) {
            Exposure::Veiled
        } else {
            Exposure::Room
        }
    }

    /// Whether this layer may cover everything below it.
    fn may_cover(&self) -> bool {
        self.key.is_none() && self.opacity >= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Background, Config, Replacement};

    fn before(background: &str) -> Scene {
        let background: Background = background.parse().unwrap();
        Scene::replace(background, Replacement::default())
    }

    /// A scene of layers, as it is written in a settings file.
    fn layers(text: &str) -> Scene {
        let config = Config::parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        config.document.scenes[0].form.scene()
    }

    #[test]
    fn a_scene_shows_the_room_where_nothing_hides_it() {
        for hiding in ["navy", "aurora", "blur", "mosaic"] {
            let scene = before(hiding);
            assert!(scene.hides_the_room() && scene.barely_hidden().is_none(), "{hiding}");
        }
        let mut scene = before("blur:light");
        assert!(!scene.hides_the_room());
        let said = scene.barely_hidden().unwrap();
        let expected = "blur:light does not hide the room: use blur, or at least blur:40";
        assert_eq!(said, expected);
        scene.layers[0].effects.push("mosaic".parse().unwrap());
        assert!(scene.hides_the_room(), "the second effect hides it");
        scene.layers[0].effects = vec!["mirror".parse().unwrap()];
        let nothing_was_to = scene.barely_hidden().is_none();
        assert!(!scene.hides_the_room() && nothing_was_to);
    }

    const PLAIN: &str = "[[scene.a.layer]]\nsource = \"camera\"\n";
    const CARD: &str = "[[scene.a.layer]]\nsource = \"navy\"\n";

    #[test]
    fn each_kind_of_scene_has_its_exposure() {
        let card = layers(CARD);
        let plain = layers(PLAIN);
        let veiled = layers(&format!("{PLAIN}effects = [\"blur\"]\n"));
        for (scene, exposure) in [
            (&Scene::default(), Exposure::Nothing),
            (&card, Exposure::Nothing),
            (&before("navy"), Exposure::Person),
            (&before("beach.jpg"), Exposure::Person),
            (&before("blur"), Exposure::Veiled),
            (&veiled, Exposure::Veiled),
            (&plain, Exposure::Room),
            (&layers(&format!("{PLAIN}effects = [\"mirror\"]\n")), Exposure::Room),
            (&layers(&format!("{PLAIN}effects = [\"blur:1\"]\n")), Exposure::Room),
            (&layers(&format!("{PLAIN}opacity = 0.01\n")), Exposure::Room),
            (&layers(&format!("{PLAIN}opacity = 0\n")), Exposure::Nothing),
        ] {
            assert_eq!(scene.shows_at_most(), exposure, "{scene:?}");
            assert_eq!(scene.shows_at_least(), exposure, "{scene:?}");
        }
        let ladder = [&card, &before("navy"), &veiled, &plain];
        for (low, scene) in ladder.iter().enumerate() {
            for (high, other) in ladder.iter().enumerate() {
                assert_eq!(scene.shows_more_than(other), low > high, "{scene:?} {other:?}");
            }
        }
    }

    #[test]
    fn unknown_exposure_counts_as_more() {
        let plain = layers(PLAIN);
        let covered = layers(&format!("{PLAIN}{CARD}"));
        assert!(plain.shows_more_than(&covered), "the card hides the room");
        assert!(covered.shows_more_than(&before("navy")), "a card may have holes");
        assert!(!covered.shows_more_than(&covered));
        let through = layers(&format!("{PLAIN}{CARD}opacity = 0.9\n"));
        assert!(!plain.shows_more_than(&through), "the room shows through");
        let blurred = layers(&format!("[scene.a]\nwhole_effects = [\"mosaic\"]\n{PLAIN}"));
        assert!(plain.shows_more_than(&blurred));
        assert!(!before("blur").shows_more_than(&blurred));
    }
}
