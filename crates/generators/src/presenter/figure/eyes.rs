//! Eyes and glasses.

use super::Figure;
use crate::paint::{Pen, Rgb, Slot, pt};

/// Half the distance between the eyes.
const APART: f32 = 43.0;

pub(super) fn eyes(f: &Figure<'_>, pen: &mut Pen) {
    for side in [-1.0, 1.0] {
        pen.with(f.face.moved(side * APART, -4.0).scaled(side, 1.0), |pen| eye(f, pen, side));
    }
}

/// One eye; x runs from the nose outwards.
fn eye(f: &Figure<'_>, pen: &mut Pen, side: f32) {
    let (skin, p) = (f.look.skin, f.pose);
    let open = p.eyes * (1.0 - 0.14 * p.smile.clamp(0.0, 1.0));
    let lift = 3.0 - 14.0 * open;
    let lid = [
        pt(-23.0, 4.0),
        pt(-11.0, mix(lift, 4.0, 0.18)),
        pt(3.0, lift - 0.6),
        pt(16.0, mix(lift, 2.0, 0.28)),
        pt(25.0, -1.0),
    ];
    let low = 8.0 - 1.5 * p.smile.clamp(0.0, 1.0);
    if open > 0.1 {
        let opening = [
            lid[0],
            lid[1],
            lid[2],
            lid[3],
            lid[4],
            pt(14.0, low - 0.5),
            pt(0.0, low),
            pt(-13.0, low - 1.0),
        ];
        pen.soft_spline(0.3, &opening)
            .tint(Rgb::hex(0xf4efea), 0.97)
            .keep(Slot::Two)
            .glow((0.0, lift - 4.0), 34.0, 13.0, Rgb::hex(0x8a6f6a), 0.75)
            .glow((-25.0, 4.0), 10.0, 9.0, Rgb::hex(0xd99a90), 0.5);
        iris(f, pen, side);
    }
    let lash = Rgb::hex(0x251815).mix(f.look.hair_color, 0.3);
    let crease = lift - 7.0 * open - 1.0;
    pen.soft_stroke(
        1.0,
        &[(pt(-18.0, crease + 5.0), 1.5), (pt(2.0, crease), 2.4), (pt(24.0, crease + 6.0), 1.5)],
    )
    .tint(skin.shade.darker(0.15), 0.6);
    pen.soft_stroke(
        0.5,
        &[(lid[0], 1.2), (lid[1], 2.6), (lid[2], 3.6), (lid[3], 4.2), (pt(27.5, -3.5), 1.2)],
    )
    .tint(lash, 0.95);
    pen.soft_stroke(1.0, &[(pt(-20.0, 5.0), 0.8), (pt(0.0, low + 0.6), 1.4), (pt(22.0, 1.5), 1.2)])
        .tint(skin.shade.darker(0.25), 0.55);
    pen.soft_stroke(2.0, &[(pt(-18.0, 13.0), 1.5), (pt(0.0, 17.0), 2.5), (pt(18.0, 12.0), 1.5)])
        .tint(skin.shade, 0.28);
}

const fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

fn iris(f: &Figure<'_>, pen: &mut Pen, side: f32) {
    let (gx, gy) = f.pose.gaze;
    let (x, y) = (1.0 + side * 6.0 * gx, -1.5 + 3.0 * gy);
    let color = f.look.iris;
    pen.ellipse(x, y, 11.4, 11.4).inside(Slot::Two).tint(color.darker(0.62), 1.0);
    pen.ellipse(x, y, 10.0, 10.0)
        .inside(Slot::Two)
        .tint(color, 1.0)
        .glow((x, y + 5.0), 9.0, 7.0, color.lighter(0.45), 0.7)
        .glow((x, y - 9.0), 13.0, 9.0, Rgb::hex(0x120b0a), 0.75);
    pen.ellipse(x, y, 4.9, 4.9).inside(Slot::Two).tint(Rgb::hex(0x0c0808), 1.0);
    // The window's reflection is at the left in both eyes.
    pen.ellipse(x - side * 3.8, y - 4.2, 3.1, 3.4).inside(Slot::Two).tint(Rgb::hex(0xffffff), 0.95);
    pen.ellipse(x + side * 3.6, y + 4.0, 1.5, 1.5).inside(Slot::Two).tint(Rgb::hex(0xffffff), 0.5);
}

pub(super) fn glasses(f: &Figure<'_>, pen: &mut Pen) {
    if !f.look.glasses {
        return;
    }
    let frame = Rgb::hex(0x2a2320);
    pen.with(f.face.moved(f.pose.turn * 3.0, -2.0), |pen| {
        for side in [-1.0, 1.0] {
            let ring = |grow: f32| {
                let corner =
                    |x: f32, y: f32| pt(side * (44.0 + x * (34.0 + grow)), 2.0 + y * (27.0 + grow));
                [
                    corner(-0.9, -0.55),
                    corner(0.0, -1.0),
                    corner(0.92, -0.72),
                    corner(0.96, 0.1),
                    corner(0.62, 0.85),
                    corner(-0.1, 1.0),
                    corner(-0.78, 0.66),
                ]
            };
            pen.spline(&ring(2.2)).keep(Slot::Two).tint(Rgb::hex(0xeaf2ff), 0.06);
            // The window, mirrored in the lens.
            let x = side * 44.0;
            pen.soft_shape(2.0, |path, map| {
                path.polygon(
                    map,
                    &[
                        pt(x - 26.0, -30.0),
                        pt(x - 6.0, -30.0),
                        pt(x - 22.0, 34.0),
                        pt(x - 42.0, 34.0),
                    ],
                )
            })
            .inside(Slot::Two)
            .tint(Rgb::hex(0xffffff), 0.13);
            let points = ring(0.0);
            let mut line = [(pt(0.0, 0.0), 4.2); 8];
            for (slot, p) in line.iter_mut().zip(points.iter().chain(&points[..1])) {
                slot.0 = *p;
            }
            pen.stroke(&line).tint(frame, 1.0).glow(
                (side * 44.0 - 14.0, -26.0),
                26.0,
                8.0,
                Rgb::hex(0xc8b8a8),
                0.5,
            );
            pen.stroke(&[(pt(side * 76.0, -12.0), 4.5), (pt(side * 100.0, -8.0), 3.5)])
                .tint(frame, 1.0);
        }
        pen.stroke(&[(pt(-12.0, -6.0), 3.6), (pt(0.0, -10.5), 4.0), (pt(12.0, -6.0), 3.6)])
            .tint(frame, 1.0);
    });
}
