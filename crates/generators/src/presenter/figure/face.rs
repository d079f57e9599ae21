//! Nose, mouth and brows.

use super::Figure;
use crate::paint::{Pen, Rgb, Slot, pt};

pub(super) fn nose(f: &Figure<'_>, pen: &mut Pen) {
    let skin = f.look.skin;
    let turn = f.pose.turn;
    // The tip comes out of the face: it moves more than the rest.
    pen.with(f.face.moved(turn * 3.0, 0.0), |pen| {
        pen.back_to(Slot::One)
            .glow((15.0, 26.0), 17.0, 40.0, skin.shade, 0.42)
            .glow((-5.0, 12.0), 9.0, 46.0, skin.light, 0.45)
            .glow((0.0, 62.0), 30.0, 13.0, skin.shade, 0.55)
            .glow((-3.0, 41.0), 15.0, 14.0, skin.light, 0.6)
            .glow((1.0, 46.0), 22.0, 16.0, skin.blush, 0.25);
        for side in [-1.0, 1.0] {
            pen.soft_stroke(
                1.5,
                &[
                    (pt(side * 18.0, 38.0), 2.0),
                    (pt(side * 21.5, 47.0), 3.0),
                    (pt(side * 16.0, 54.0), 2.0),
                ],
            )
            .tint(skin.shade, 0.6);
            pen.soft_shape(1.0, |path, map| {
                path.ellipse(
                    map.moved(side * 9.0, 54.0).turned(side * -0.35),
                    pt(0.0, 0.0),
                    5.6,
                    2.6,
                )
            })
            .tint(skin.shade.darker(0.55), 0.8);
        }
        pen.soft_stroke(1.5, &[(pt(-9.0, 57.0), 1.5), (pt(0.0, 60.0), 2.5), (pt(9.0, 57.0), 1.5)])
            .tint(skin.shade, 0.5);
    });
}

pub(super) fn mouth(f: &Figure<'_>, pen: &mut Pen) {
    let (skin, p) = (f.look.skin, f.pose);
    let half = 36.0 + 4.0 * p.smile + 3.0 * p.broad - 5.0 * p.mouth * (0.5 - 0.5 * p.broad);
    let open = 23.0 * p.mouth;
    let up = -5.0 * p.smile.clamp(0.0, 1.2);
    pen.with(f.face.moved(0.0, 88.0), |pen| {
        // Corners and the fold beside them.
        for side in [-1.0, 1.0] {
            pen.soft_stroke(
                2.0,
                &[
                    (pt(side * (half - 2.0), up - 1.0), 4.0),
                    (pt(side * (half + 4.0), up - 3.0), 3.0),
                ],
            )
            .tint(skin.shade, 0.75);
            pen.soft_stroke(
                3.0,
                &[
                    (pt(side * 27.0, -36.0), 3.0),
                    (pt(side * 41.0, -20.0), 5.0),
                    (pt(side * (half + 11.0), 2.0), 3.0),
                ],
            )
            .tint(skin.shade, 0.22 + 0.22 * p.smile.clamp(0.0, 1.0));
        }
        if open > 0.8 {
            inside(pen, half, open, up);
        }
        let top = [
            pt(-half, up),
            pt(-half * 0.5, -8.0),
            pt(-7.0, -11.0),
            pt(0.0, -8.5),
            pt(7.0, -11.0),
            pt(half * 0.5, -8.0),
            pt(half, up),
        ];
        let line = [pt(half * 0.5, 0.5), pt(0.0, 2.0), pt(-half * 0.5, 0.5)];
        let mut upper = [pt(0.0, 0.0); 10];
        upper[..7].copy_from_slice(&top);
        upper[7..].copy_from_slice(&line);
        pen.soft_spline(0.4, &upper).tint(skin.lips.mix(skin.shade, 0.3), 0.85).glow(
            (-8.0, -8.0),
            22.0,
            5.0,
            skin.light,
            0.25,
        );
        let lower = [
            pt(-half + 1.0, up),
            pt(-half * 0.5, 2.0 + open * 0.86),
            pt(0.0, 3.0 + open),
            pt(half * 0.5, 2.0 + open * 0.86),
            pt(half - 1.0, up),
            pt(half * 0.62, 9.0 + open * 0.9),
            pt(0.0, 16.0 + open),
            pt(-half * 0.62, 9.0 + open * 0.9),
        ];
        pen.soft_spline(0.4, &lower)
            .tint(skin.lips, 0.8)
            .glow((-6.0, 9.0 + open), 20.0, 6.0, skin.light, 0.45)
            .glow((10.0, 14.0 + open), 28.0, 6.0, skin.shade, 0.4);
        if open < 6.0 {
            pen.soft_stroke(
                0.8,
                &[
                    (pt(-half - 1.0, up), 1.5),
                    (pt(-half * 0.45, 1.0), 2.2),
                    (pt(0.0, 2.5), 2.6),
                    (pt(half * 0.45, 1.0), 2.2),
                    (pt(half + 1.0, up), 1.5),
                ],
            )
            .tint(skin.lips.darker(0.6), 0.75 * (1.0 - open / 6.0));
        }
        pen.back_to(Slot::One).glow((0.0, 27.0 + open), 24.0, 8.0, skin.shade, 0.4);
    });
}

/// The open mouth between the lips: dark, with teeth and tongue.
fn inside(pen: &mut Pen, half: f32, open: f32, up: f32) {
    pen.spline(&[
        pt(-half + 3.0, up + 1.0),
        pt(-half * 0.5, -1.0),
        pt(0.0, 0.0),
        pt(half * 0.5, -1.0),
        pt(half - 3.0, up + 1.0),
        pt(half * 0.6, 3.0 + open * 0.82),
        pt(0.0, 5.0 + open),
        pt(-half * 0.6, 3.0 + open * 0.82),
    ])
    .tint(Rgb::hex(0x4a1a1c), 1.0)
    .keep(Slot::Two)
    .glow((0.0, 8.0 + open), 24.0, 12.0, Rgb::hex(0xc8626a), 0.9);
    let low = 4.0 + open * 0.22;
    pen.soft_spline(
        0.5,
        &[
            pt(-half * 0.72, -6.0),
            pt(half * 0.72, -6.0),
            pt(half * 0.6, low - 2.0),
            pt(0.0, low + 0.5),
            pt(-half * 0.6, low - 2.0),
        ],
    )
    .inside(Slot::Two)
    .tint(Rgb::hex(0xf6f0ea), 0.95);
}

pub(super) fn brows(f: &Figure<'_>, pen: &mut Pen) {
    let hair = f.look.hair_color;
    let color = hair.mix(f.look.skin.shade.darker(0.3), 0.35);
    for side in [-1.0, 1.0] {
        pen.with(f.face.moved(side * 43.0, -36.0 - 6.0 * f.pose.brows).scaled(side, 1.0), |pen| {
            pen.soft_spline(
                0.9,
                &[
                    pt(-25.0, 6.0),
                    pt(-23.0, -3.0),
                    pt(-4.0, -8.5),
                    pt(14.0, -8.0),
                    pt(29.0, 3.0),
                    pt(13.0, -2.5),
                    pt(-4.0, -0.5),
                ],
            )
            .tint(color, 0.88);
        });
    }
}
