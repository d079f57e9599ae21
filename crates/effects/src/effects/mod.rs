//! The effects, one file each, and the table of them.

mod blur;
mod colormap;
mod gain;
mod hologram;
mod invert;
mod mirror;
mod mosaic;

pub use blur::{DEF as BLUR, shield};
pub use hologram::DEF as HOLOGRAM;
pub use mirror::DEF as MIRROR;

use crate::EffectDef;
use backlot_schema::{Definition, Setting};

/// Every effect, sorted by name.
pub fn all() -> &'static [EffectDef] {
    const { &[blur::DEF, colormap::DEF, gain::DEF, hologram::DEF, invert::DEF, mirror::DEF, mosaic::DEF] }
}

impl Definition for EffectDef {
    const KIND: &'static str = "effect";
    const LIST: &'static str = "effects";

    fn all() -> &'static [Self] {
        all()
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Effect;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert_eq!(backlot_schema::faults_of_table::<EffectDef>(), [""; 0]);
    }

    #[test]
    fn what_can_hide_does_by_its_default_and_from_its_limit_on() {
        let hides = |text: &str| {
            let effect: Effect = text.parse().unwrap();
            effect.def().hides(effect.values())
        };
        for def in all() {
            assert_eq!(hides(def.name), def.hiding.is_some(), "{}", def.name);
            let Some(hiding) = def.hiding else { continue };
            let first = def.settings[0].name;
            assert_eq!(first, hiding.setting.name(), "messages leave its name out");
            let with =
                |value: f64| hides(&format!("{}:{}={value}", def.name, hiding.setting.name()));
            let least = hiding.least;
            assert!(with(least) && with(least * 1.5) && !with(least - 0.1), "{}", def.name);
        }
        assert!(["blur:light", "mosaic:8", "mirror"].iter().all(|text| !hides(text)));
        assert!(["blur:strong", "blur:2,strong", "mosaic:size=60"].iter().all(|text| hides(text)));
    }

    #[test]
    fn a_slip_gets_the_nearest_name() {
        let error = "miror".parse::<Effect>().unwrap_err().to_string();
        assert!(error.contains("'miror'") && error.contains("did you mean 'mirror'?"), "{error}");
    }
}
