//! Why there is no such effect.

use backlot_scene::SceneError;

/// Why an effect can't be had.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EffectError {
    /// There is no such effect, it has no such setting, or the setting can't take the value.
    #[error(transparent)]
    Spec(#[from] SceneError),
}
