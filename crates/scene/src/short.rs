//! The short form of a scene: the person before something else.

use crate::form::{Property, Takes, Value};
use crate::layer::EFFECT_LIST;
use crate::{Background, DEFAULT_BACKGROUND, Fit, Look, Replacement, Scene, SceneError};

/// The person before something else, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct ShortScene {
    /// What stands behind the person.
    pub background: Background,
    /// Everything else.
    pub parts: Replacement,
}

impl Default for ShortScene {
    fn default() -> Self {
        let background = Background::Set(DEFAULT_BACKGROUND.to_owned());
        Self { background, parts: Replacement::default() }
    }
}

impl ShortScene {
    /// The scene that it stands for.
    pub fn scene(&self) -> Scene {
        Scene::replace(self.background.clone(), self.parts.clone())
    }

    /// The scene that it stands for, with a changed look.
    ///
    /// # Errors
    /// When the parts don't go together.
    pub fn with(&self, look: &Look) -> Result<Scene, SceneError> {
        look.of_short(&self.background, &self.parts)
    }
}

/// `whole_effects`, which the long form has too.
pub(crate) const WHOLE_EFFECTS: Property<ShortScene> = Property {
    name: "whole_effects",
    takes: EFFECT_LIST,
    help: "Effects on the finished picture; [\"mirror\"] swaps left and right of all of it.",
    example: None,
    read: |scene, value| {
        scene.parts.whole_effects = value.all_parsed()?;
        Ok(())
    },
    write: |scene| Some(Value::texts(&scene.parts.whole_effects)),
};

/// Every key of the short form, in the order in which they are written.
pub const SCENE_PROPERTIES: &[Property<ShortScene>] = &[
    Property {
        name: "background",
        takes: Takes::Text,
        help: "A picture or video file, #204060, navy, gradient:navy,black, blur[:RADIUS or light], mosaic[:SIZE], \
               a set ('backlot sets'), or original (the room as it is).",
        example: None,
        read: |scene, value| {
            scene.background = value.parsed()?;
            Ok(())
        },
        write: |scene| Some(Value::text(&scene.background)),
    },
    Property {
        name: "effects",
        takes: EFFECT_LIST,
        help: "Effects on you alone, in order, like \"hologram:ghost=0.5\" ('backlot effects').",
        example: None,
        read: |scene, value| {
            scene.parts.person_effects = value.all_parsed()?;
            Ok(())
        },
        write: |scene| Some(Value::texts(&scene.parts.person_effects)),
    },
    Property {
        name: "background_effects",
        takes: EFFECT_LIST,
        help: "Effects on the background.",
        example: None,
        read: |scene, value| {
            scene.parts.background_effects = value.all_parsed()?;
            Ok(())
        },
        write: |scene| Some(Value::texts(&scene.parts.background_effects)),
    },
    WHOLE_EFFECTS,
    Property {
        name: "fit",
        takes: Takes::Words(Fit::WORDS),
        help: "How a background of another shape fills the frame: cover, contain or stretch.",
        example: None,
        read: |scene, value| {
            scene.parts.fit = value.parsed()?;
            Ok(())
        },
        write: |scene| Some(Value::text(&scene.parts.fit)),
    },
    Property {
        name: "decontaminate",
        takes: Takes::SHARE,
        help: "How much of the old room's colour is taken out of your edge, 0 to 1.",
        example: None,
        read: |scene, value| {
            scene.parts.edge.decontaminate = value.share();
            Ok(())
        },
        write: |scene| Some(Value::single(scene.parts.edge.decontaminate)),
    },
    Property {
        name: "light_wrap",
        takes: Takes::SHARE,
        help: "How much of the new background's light falls on your edge, 0 to 1.",
        example: None,
        read: |scene, value| {
            scene.parts.edge.light_wrap = value.share();
            Ok(())
        },
        write: |scene| Some(Value::single(scene.parts.edge.light_wrap)),
    },
];
