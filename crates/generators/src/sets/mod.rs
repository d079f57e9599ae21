//! The built-in animated sets.

mod aurora;
mod bokeh;
mod hyperspace;
pub(crate) mod soft;

use backlot_media::{ColorSpace, Frame, Size, Timestamp};
use backlot_schema::SchemaError;

/// A built-in animated set, as users see it.
#[derive(Clone, Copy, Debug)]
pub struct SetDef {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub summary: &'static str,
    build: fn(Size, ColorSpace) -> Box<dyn DrawnSet>,
}

/// Draws a moving picture that depends only on time.
pub trait DrawnSet: Send {
    /// Draws the picture at `time` and tags the frame with its time and colour space.
    ///
    /// # Panics
    /// If the frame is not I420 of the size that the set was built for.
    fn draw(&mut self, time: Timestamp, frame: &mut Frame);
}

/// All built-in sets.
pub fn sets() -> &'static [SetDef] {
    &[
        SetDef {
            name: "aurora",
            summary: "northern lights over dark mountains",
            build: aurora::build,
        },
        SetDef {
            name: "bokeh",
            summary: "soft warm lights that drift out of focus",
            build: bokeh::build,
        },
        SetDef {
            name: "hyperspace",
            summary: "stars that stream towards the viewer",
            build: hyperspace::build,
        },
    ]
}

/// Gets a set ready for frames of one size and colour space.
///
/// # Errors
/// Returns [`SchemaError::Unknown`], with the nearest name.
pub fn build_set(
    name: &str,
    size: Size,
    color: ColorSpace,
) -> Result<Box<dyn DrawnSet>, SchemaError> {
    if let Some(def) = sets().iter().find(|s| s.name == name) {
        return Ok((def.build)(size, color));
    }
    Err(unknown_set(name))
}

/// The error for a set that doesn't exist.
pub fn unknown_set(name: &str) -> SchemaError {
    SchemaError::unknown("built-in set", name, sets().iter().map(|set| set.name), "sets")
}
