//! The head without its features: outline, ears, light and shadow.

use super::Figure;
use crate::paint::{Pen, Point, Slot, pt};

/// The right half of the head from crown to chin: (x, y).
const OUTLINE: [(f32, f32); 7] = [
    (54.0, -133.0),
    (88.0, -94.0),
    (98.0, -38.0),
    (95.0, 14.0),
    (86.0, 62.0),
    (66.0, 104.0),
    (34.0, 131.0),
];

/// The head's outline; the chin follows the mouth.
fn outline(f: &Figure<'_>) -> [Point; 16] {
    let mut points = [pt(0.0, -144.0); 16];
    let drop = |y: f32| y + (y / 138.0).max(0.0) * 9.0 * f.pose.mouth;
    let wide = |x: f32, y: f32| x * if y > 0.0 { 1.0 + (f.look.jaw - 1.0) * y / 90.0 } else { 1.0 };
    for (i, &(x, y)) in OUTLINE.iter().enumerate() {
        points[1 + i] = pt(wide(x, y), drop(y));
        points[15 - i] = pt(-wide(x, y), drop(y));
    }
    points[8] = pt(0.0, drop(140.0));
    points
}

pub(super) fn ears(f: &Figure<'_>, pen: &mut Pen) {
    let skin = f.look.skin;
    for side in [-1.0f32, 1.0] {
        // The ear that turns away hides behind the head.
        let out = 100.0 - 7.0 * side * f.pose.turn;
        pen.with(f.head.moved(side * out, 10.0).turned(side * 0.16), |pen| {
            pen.ellipse(0.0, 0.0, 14.0, 29.0).body(skin.base.mix(skin.blush, 0.18)).glow(
                (side * -4.0, 0.0),
                14.0,
                24.0,
                skin.shade,
                0.6,
            );
            if side > 0.0 {
                pen.tint(skin.shade, 0.25);
            }
            pen.soft_stroke(
                1.0,
                &[
                    (pt(side * 6.0, -18.0), 2.0),
                    (pt(side * 9.0, 0.0), 2.5),
                    (pt(side * 3.0, 18.0), 2.0),
                ],
            )
            .tint(skin.light, 0.4);
        });
    }
}

pub(super) fn head(f: &Figure<'_>, pen: &mut Pen) {
    let (skin, mood) = (f.look.skin, f.look.mood);
    let t = f.pose.turn * 8.0;
    pen.with(f.head, |pen| {
        pen.spline(&outline(f))
            .body(skin.base)
            .keep(Slot::One)
            .ramp(pt(10.0, -20.0), pt(112.0, 20.0), skin.shade, mood.shadow)
            .glow((112.0, 40.0), 52.0, 150.0, skin.shade, 0.75)
            .glow((-108.0, 60.0), 36.0, 110.0, skin.shade, 0.30)
            .glow((0.0, 158.0), 110.0, 44.0, skin.shade, 0.75)
            .glow((t - 28.0, -72.0), 76.0, 56.0, skin.light, 0.55)
            .glow((t - 56.0, 40.0), 44.0, 44.0, skin.light, 0.45)
            .glow((t + 46.0, 34.0), 30.0, 30.0, skin.light, 0.22)
            .glow((t - 4.0, 122.0), 26.0, 16.0, skin.light, 0.35)
            .glow((t - 54.0, 54.0), 40.0, 30.0, skin.blush, 0.42)
            .glow((t + 56.0, 54.0), 38.0, 30.0, skin.blush, 0.42)
            .glow((-80.0, -20.0), 60.0, 120.0, mood.key, mood.key_strength * 0.8)
            .glow((t - 41.0, -10.0), 36.0, 24.0, skin.shade, 0.36)
            .glow((t + 43.0, -10.0), 36.0, 24.0, skin.shade, 0.46)
            .glow((t + 14.0, -4.0), 14.0, 36.0, skin.shade, 0.30);
        rim(f, pen);
        if f.look.beard {
            beard(f, pen);
        }
    });
}

fn rim(f: &Figure<'_>, pen: &mut Pen) {
    let rim = f.look.mood.rim;
    let edge = [(97.0, -40.0), (96.0, 10.0), (86.0, 62.0), (64.0, 106.0)];
    for (side, strength) in [(-1.0, 0.8), (1.0, 0.55)] {
        pen.soft_stroke(2.0, &edge.map(|(x, y)| (pt(side * x, y), 4.0)))
            .inside(Slot::One)
            .tint(f.look.mood.key, rim * strength);
    }
}

/// A short beard: a soft shadow of hair along the jaw and around the mouth.
fn beard(f: &Figure<'_>, pen: &mut Pen) {
    let t = f.pose.turn * 6.0;
    let d = 9.0 * f.pose.mouth;
    let shape = [
        pt(-99.0, 18.0),
        pt(-84.0, 46.0),
        pt(-62.0, 70.0),
        pt(-34.0 + t, 68.0),
        pt(t, 64.0),
        pt(34.0 + t, 68.0),
        pt(62.0, 70.0),
        pt(84.0, 46.0),
        pt(99.0, 18.0),
        pt(94.0, 80.0),
        pt(60.0, 130.0 + d),
        pt(0.0, 154.0 + d),
        pt(-60.0, 130.0 + d),
        pt(-94.0, 80.0),
    ];
    pen.soft_spline(5.0, &shape).inside(Slot::One).tint(f.look.hair_color, 0.62);
    pen.soft_stroke(
        3.0,
        &[(pt(t - 36.0, 80.0), 6.0), (pt(t, 68.0), 11.0), (pt(t + 36.0, 80.0), 6.0)],
    )
    .tint(f.look.hair_color, 0.35);
    pen.back_to(Slot::One).glow((t, 100.0 + d * 0.5), 24.0, 10.0, f.look.skin.base, 0.5);
}
