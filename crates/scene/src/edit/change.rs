//! Whether a change is only of values, or of structure.

use super::{Edit, EditError};
use crate::layer::STRUCTURE;
use crate::{Document, Effect, Layer, Scene};

/// How much a change changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// Only values, which apply at a frame's boundary: nothing has to be made anew.
    Values,
    /// What is read, computed or drawn: what has to be made anew is made aside.
    Structure,
    /// Which scene is shown.
    Scene,
}

/// What of a layer can't change without something being made anew.
fn skeleton(layer: &Layer) -> impl PartialEq {
    let written: Vec<_> = STRUCTURE.iter().map(|property| (property.write)(layer)).collect();
    (written, names(&layer.effects), [layer.border.is_some(), layer.shadow.is_some()])
}

fn names(effects: &[Effect]) -> Vec<&'static str> {
    effects.iter().map(|effect| effect.def().name).collect()
}

impl Change {
    /// What leads from one scene to another.
    pub fn between(before: &Scene, after: &Scene) -> Self {
        if before == after {
            return Self::Nothing;
        }
        let same_effects = names(&before.effects) == names(&after.effects);
        let [old, new] = [before, after].map(|scene| scene.layers.iter().map(skeleton));
        if same_effects && old.eq(new) { Self::Values } else { Self::Structure }
    }
}

impl Edit {
    /// What it changes in a document.
    ///
    /// # Errors
    /// When it can't be applied.
    pub fn change(&self, document: &Document) -> Result<Change, EditError> {
        let mut after = document.clone();
        after.apply(self)?;
        let scene =
            |document: &Document, name: &str| document.scene(name).map(|scene| scene.form.scene());
        Ok(match self.scene() {
            Some(name) => match (scene(document, name), scene(&after, name)) {
                (Some(before), Some(after)) => Change::between(&before, &after),
                _ => Change::Structure,
            },
            None if *document == after => Change::Nothing,
            None if matches!(self, Self::Show { .. }) => Change::Scene,
            None => Change::Structure,
        })
    }
}
