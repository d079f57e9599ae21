//! The facts that the parts of a room need, and the wall behind them all.

use crate::paint::{Pen, Rgb, pt};
use crate::presenter::look::Mood;
use crate::presenter::spec::Light;

/// The facts that the parts of a room need.
pub(crate) struct Scene {
    pub light: Light,
    pub mood: Mood,
    pub seed: u64,
    /// Left border of the picture; the right one is its opposite. The middle of the picture is
    /// 0 and the bottom is 720.
    pub left: f32,
    /// Upper border of the picture.
    pub top: f32,
}

impl Scene {
    /// Whether lamps are lit and the sky is dark.
    pub fn is_night(&self) -> bool {
        matches!(self.light, Light::Evening | Light::Dim)
    }
}

/// Covers the whole picture with a wall, lit from the left.
pub(crate) fn wall(scene: &Scene, pen: &mut Pen, color: Rgb) {
    let (l, t) = (scene.left - 4.0, scene.top - 4.0);
    let corners = [pt(l, t), pt(-l, t), pt(-l, 724.0), pt(l, 724.0)];
    pen.shape(|path, map| path.polygon(map, &corners))
        .body(color)
        .ramp(pt(-300.0, 100.0), pt(700.0, 400.0), color.darker(0.35), 0.75)
        .ramp(pt(0.0, 420.0), pt(0.0, 760.0), color.darker(0.4), 0.6)
        .glow((-420.0, 160.0), 620.0, 520.0, color.lighter(0.45), 0.55);
}
