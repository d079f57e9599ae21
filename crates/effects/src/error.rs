//! Why an effect can't be made.

use backlot_scene::SceneError;

/// Why an effect can't be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EffectError {
    /// The effect doesn't exist, it has no such setting, or the setting can't take the value.
    #[error(transparent)]
    Spec(#[from] SceneError),
}
