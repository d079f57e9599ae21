//! How much of what the camera sees a scene lets others see.
//!
//! A scene that takes another's place without being asked for must not show more than it did:
//! [`Scene::shows_more_than`]. Both sides of the comparison err towards hiding, so what can't be
//! told counts as more.

use crate::{DEEPEST_SCENES, Document, Effect, Layer, LayerSource, Scene, SourceSpec};
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
    /// The most that the scene may show, where nothing is known of what its names mean.
    pub fn shows_at_most(&self) -> Exposure {
        Document::default().shows_at_most(self)
    }

    /// The least that the scene is sure to show, where nothing is known of what its names mean.
    pub fn shows_at_least(&self) -> Exposure {
        Document::default().shows_at_least(self)
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

/// How many scenes are looked into below one; deeper ones count as unknown.
const DEEPEST: usize = DEEPEST_SCENES - 1;

impl Document {
    /// The most that a scene may show of any camera. A layer over another one doesn't count as
    /// hiding it.
    pub fn shows_at_most(&self, scene: &Scene) -> Exposure {
        self.at_most(scene, DEEPEST)
    }

    /// The least that a scene is sure to show: a layer under something that may be opaque doesn't
    /// count, and an effect on the finished picture veils it.
    pub fn shows_at_least(&self, scene: &Scene) -> Exposure {
        self.at_least(scene, DEEPEST)
    }

    fn at_most(&self, scene: &Scene, depth: usize) -> Exposure {
        let shown = |layer: &Layer| {
            layer.limited(match self.shown_by(layer, depth) {
                Shown::Nothing => Exposure::Nothing,
                Shown::Camera | Shown::Unknown => Exposure::Room,
                Shown::Scene(scene) => self.at_most(&scene, depth - 1),
            })
        };
        scene.layers.iter().map(shown).max().unwrap_or(Exposure::Nothing)
    }

    fn at_least(&self, scene: &Scene, depth: usize) -> Exposure {
        let shown = |layer: &Layer| {
            layer.limited(match self.shown_by(layer, depth) {
                Shown::Nothing | Shown::Unknown => Exposure::Nothing,
                Shown::Camera => Exposure::Room,
                Shown::Scene(scene) => self.at_least(&scene, depth - 1),
            })
        };
        let top = scene.layers.iter().rposition(Layer::may_cover).unwrap_or(0);
        let seen = scene.layers[top..].iter().map(shown).max();
        let seen = seen.unwrap_or(Exposure::Nothing);
        if scene.effects.iter().any(hides) { seen.min(Exposure::Veiled) } else { seen }
    }

    fn shown_by(&self, layer: &Layer, depth: usize) -> Shown {
        match &layer.source {
            LayerSource::Camera => Shown::Camera,
            LayerSource::Named(id) => match self.source(id) {
                Some(SourceSpec::Camera { .. }) => Shown::Camera,
                Some(_) => Shown::Nothing,
                None => Shown::Unknown,
            },
            LayerSource::Scene(_) if depth == 0 => Shown::Unknown,
            LayerSource::Scene(_) => self.scene_of(layer).map_or(Shown::Unknown, Shown::Scene),
            _ => Shown::Nothing,
        }
    }
}

/// What a layer shows of cameras, before it is cut out.
enum Shown {
    Nothing,
    Camera,
    Scene(Scene),
    Unknown,
}

impl Layer {
    /// Whether a camera would be seen in it uncut, and through nothing that hides the room.
    pub fn shows_whole(&self) -> bool {
        self.limited(Exposure::Room) == Exposure::Room
    }

    fn shows_the_room(&self) -> bool {
        self.source == LayerSource::Camera && self.shows_whole()
    }

    /// What is left of what its source shows.
    fn limited(&self, source: Exposure) -> Exposure {
        if self.opacity <= 0.0 || !self.visible {
            Exposure::Nothing
        } else if self.key.is_some() {
            source.min(Exposure::Person)
        } else if self.effects.iter().any(hides) {
            source.min(Exposure::Veiled)
        } else {
            source
        }
    }

    /// Whether this layer may cover everything below it.
    fn may_cover(&self) -> bool {
        self.key.is_none() && self.opacity >= 1.0 && self.visible
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
    fn names_show_what_they_mean() {
        let text = "[source.desk]\ncamera = \"a\"\n[source.sky]\ncolor = \"navy\"\n[scene.veil]\n\
                    background = \"blur\"\n[scene.room]\nbackground = \"original\"\n";
        let exposures = |source: &str, more: &str| {
            let layer = format!("[[scene.a.layer]]\nsource = \"{source}\"\n{more}\n");
            let document = Config::parse(&format!("{text}{layer}")).unwrap().document;
            let scene = document.scene("a").unwrap().form.scene();
            (document.shows_at_least(&scene), document.shows_at_most(&scene))
        };
        use Exposure::{Nothing, Person, Room, Veiled};
        for (source, more, expected) in [
            ("desk", "", (Room, Room)),
            ("desk", "key = \"person\"", (Person, Person)),
            ("sky", "", (Nothing, Nothing)),
            ("scene:veil", "", (Veiled, Veiled)),
            ("scene:room", "", (Room, Room)),
            ("scene:room", "effects = [\"blur\"]", (Veiled, Veiled)),
            ("scene:room", "visible = false", (Nothing, Nothing)),
        ] {
            assert_eq!(exposures(source, more), expected, "{source} {more}");
        }
        let unknown = LayerSource::Named("gone".parse().unwrap());
        let layers = vec![Layer::new(crate::LayerId::camera(), unknown)];
        let scene = Scene { layers, effects: Vec::new() };
        assert_eq!((scene.shows_at_least(), scene.shows_at_most()), (Nothing, Room));
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
