//! The living room: a sofa, pictures, a floor lamp and a plant.

use super::furniture::{lamp, picture, plant};
use super::{Scene, wall, window};
use crate::paint::{Pen, Rgb, Slot, pt};
use crate::presenter::spec::Light;

pub(super) fn draw(scene: &Scene, pen: &mut Pen) {
    wall(scene, pen, Rgb::hex(0xd2b7a0));
    let right = (-scene.left).max(560.0) + 40.0;
    if scene.light == Light::Backlit {
        window::wide(scene, pen);
        window::curtain(scene, pen, -452.0, -356.0, Rgb::hex(0xd9c4ae));
        window::curtain(scene, pen, 356.0, 452.0, Rgb::hex(0xd9c4ae));
    } else {
        panels(scene, pen, right);
        picture(scene, pen, (-400.0, 70.0), (-190.0, 330.0), 2);
        picture(scene, pen, (196.0, 90.0), (306.0, 226.0), 0);
        picture(scene, pen, (196.0, 250.0), (306.0, 350.0), 1);
    }
    lamp(scene, pen, 482.0, 236.0, 130.0, 700.0);
    plant(scene, pen, -530.0, 560.0, 210.0, 5);
    sofa(pen, right);
}

/// Thin mouldings on the wall.
fn panels(scene: &Scene, pen: &mut Pen, right: f32) {
    for x in [-right + 20.0, -right + 240.0, 150.0, 350.0, right - 60.0] {
        pen.soft_stroke(1.0, &[(pt(x, scene.top - 20.0), 4.0), (pt(x, 760.0), 4.0)])
            .tint(Rgb::hex(0xfff4e6), 0.3);
        pen.soft_stroke(1.0, &[(pt(x + 5.0, scene.top - 20.0), 3.0), (pt(x + 5.0, 760.0), 3.0)])
            .tint(Rgb::hex(0x6b5240), 0.3);
    }
}

fn sofa(pen: &mut Pen, right: f32) {
    let cloth = Rgb::hex(0x6f8085);
    let dark = cloth.darker(0.55);
    pen.soft_shape(10.0, |path, map| path.rounded(map, pt(-right, 486.0), pt(right, 760.0), 30.0))
        .tint(Rgb::hex(0x2c211b), 0.35);
    for (x0, x1) in [(-right, -196.0), (-200.0, 200.0), (196.0, right)] {
        pen.rounded(x0, 500.0, x1, 780.0, 34.0)
            .body(cloth)
            .keep(Slot::Two)
            .ramp(pt(0.0, 500.0), pt(0.0, 740.0), dark, 0.6)
            .ramp(pt(x1 - 60.0, 0.0), pt(x1, 0.0), dark, 0.7)
            .glow(((x0 + x1) * 0.5 - 40.0, 520.0), 220.0, 40.0, cloth.lighter(0.5), 0.45);
    }
    for (x, y, turn, color) in [
        (-352.0, 578.0, -0.2, 0xc98a4b),
        (352.0, 582.0, 0.16, 0xd9c7a8),
        (-462.0, 600.0, 0.12, 0x8e4f42),
    ] {
        let color = Rgb::hex(color);
        pen.with(pen.map.moved(x, y).turned(turn), |pen| {
            pen.soft_spline(
                8.0,
                &[pt(-66.0, -56.0), pt(70.0, -56.0), pt(74.0, 76.0), pt(-60.0, 76.0)],
            )
            .tint(dark.darker(0.4), 0.5);
            pen.spline(&[
                pt(-68.0, -66.0),
                pt(0.0, -58.0),
                pt(68.0, -66.0),
                pt(62.0, 0.0),
                pt(68.0, 66.0),
                pt(0.0, 60.0),
                pt(-68.0, 66.0),
                pt(-62.0, 0.0),
            ])
            .body(color)
            .ramp(pt(-30.0, -20.0), pt(70.0, 60.0), color.darker(0.6), 0.7)
            .glow((-24.0, -26.0), 44.0, 36.0, color.lighter(0.5), 0.4);
        });
    }
}
