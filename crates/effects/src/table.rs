//! The table of effects.

use crate::{Effect, EffectError, blur, colormap, hologram, mirror, mosaic};
use backlot_scene::{EffectSpec, Hiding, SceneError, SettingDef, Settings, nearest};
use serde::Serialize;

/// One effect: what people need to know to use it, and how to make it.
///
/// Its serialized form is what `backlot effects --json` prints.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct EffectDef {
    /// Its name, as it is written.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Its settings; the first is the one that may be given without a name.
    pub settings: &'static [SettingDef],
    /// The value from which it hides what it is applied to; `None` if it never does.
    pub hides: Option<Hiding>,
    /// Makes one from checked settings.
    #[serde(skip)]
    pub(crate) make: fn(&Settings) -> Box<dyn Effect>,
}

/// Every effect, sorted by name.
pub fn all() -> &'static [EffectDef] {
    const { &[blur::DEF, colormap::DEF, hologram::DEF, mirror::DEF, mosaic::DEF] }
}

/// The effect with a name.
///
/// # Errors
/// Returns [`SceneError::Unknown`] with the nearest name.
pub fn find(name: &str) -> Result<&'static EffectDef, EffectError> {
    let found = all().iter().find(|def| def.name == name);
    found.ok_or_else(|| {
        let nearest = nearest(name, all().iter().map(|def| def.name)).map(str::to_owned);
        SceneError::Unknown { kind: "effect", name: name.to_owned(), nearest, list: "effects" }
            .into()
    })
}

/// Makes the effect that `spec` asks for.
///
/// # Errors
/// Returns [`EffectError::Spec`] when the effect or setting doesn't exist, or a value is out of
/// range.
pub fn build(spec: &EffectSpec) -> Result<Box<dyn Effect>, EffectError> {
    let def = find(&spec.name)?;
    let settings = Settings::resolve(spec, def.settings)?;
    Ok((def.make)(&settings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(all().is_sorted_by_key(|def| def.name));
        for def in all() {
            assert!(!def.summary.is_empty() && !def.summary.ends_with('.'), "{}", def.name);
            let names: HashSet<_> = def.settings.iter().map(|s| s.name).collect();
            assert_eq!(names.len(), def.settings.len(), "{} has a setting twice", def.name);
            assert!(def.settings.iter().all(|s| !s.help.is_empty()), "{} lacks help", def.name);
            assert!(build(&EffectSpec::plain(def.name)).is_ok());
        }
    }

    #[test]
    fn the_room_is_a_background_through_every_effect_that_can_hide_it_and_no_other() {
        for def in all() {
            let is_room = matches!(def.name.parse(), Ok(backlot_scene::Background::Room(_)));
            assert_eq!(def.hides.is_some(), is_room, "{}", def.name);
        }
    }

    #[test]
    fn a_slip_gets_the_nearest_name() {
        let error = build(&EffectSpec::plain("miror")).err().unwrap().to_string();
        assert!(error.contains("'miror'") && error.contains("did you mean 'mirror'?"), "{error}");
    }
}
