//! Windows and the view through them.

use super::Scene;
use crate::math::random;
use crate::paint::{Pen, Rgb, Slot, pt};

/// A pane with sky and trees, between two corners.
fn view(scene: &Scene, pen: &mut Pen, (x0, y0): (f32, f32), (x1, y1): (f32, f32)) {
    let light = std::mem::replace(&mut pen.light, [1.0; 3]);
    let (sky, low, green) = if scene.is_night() {
        (Rgb::hex(0x0d1730), Rgb::hex(0x2d3c63), Rgb::hex(0x101826))
    } else {
        (Rgb::hex(0xcfe4f5), Rgb::hex(0xfdf6ea), Rgb::hex(0x9dbb8d))
    };
    pen.rounded(x0, y0, x1, y1, 2.0).body(sky).keep(Slot::Two).ramp(
        pt(0.0, y0),
        pt(0.0, y1),
        low,
        1.0,
    );
    let (w, h) = (x1 - x0, y1 - y0);
    for i in 0..14u64 {
        let at = |k| random(scene.seed ^ 0x77, i * 4 + k);
        let (x, y, r) = (x0 + w * at(0), y1 - h * (0.02 + 0.3 * at(1)), w * (0.08 + 0.1 * at(2)));
        let color = if i % 2 == 0 { green } else { green.mix(low, 0.4) };
        pen.soft_shape(6.0, |path, map| path.ellipse(map, pt(x, y), r, r * 0.8))
            .inside(Slot::Two)
            .tint(color, 0.75);
    }
    if scene.is_night() {
        for i in 0..18u64 {
            let at = |k| random(scene.seed ^ 0x78, i * 4 + k);
            let (x, y) = (x0 + w * at(0), y1 - h * 0.45 * at(1));
            let color = if i % 3 == 0 { Rgb::hex(0xffb45e) } else { Rgb::hex(0xffe2a8) };
            pen.soft_shape(2.0, |path, map| path.ellipse(map, pt(x, y), 5.0, 5.0))
                .inside(Slot::Two)
                .tint(color, 0.8);
        }
    } else {
        pen.back_to(Slot::Two).glow(
            (x0 + 0.3 * w, y0 + 0.2 * h),
            w * 0.8,
            h * 0.5,
            Rgb::hex(0xffffff),
            0.9,
        );
    }
    pen.light = light;
}

/// A window with a white frame, its bars and sill.
pub(super) fn window(scene: &Scene, pen: &mut Pen, (x0, y0): (f32, f32), (x1, y1): (f32, f32)) {
    let frame = Rgb::hex(0xf3efe8);
    pen.soft_shape(8.0, |path, map| {
        path.rounded(map, pt(x0 - 10.0, y0), pt(x1 + 22.0, y1 + 30.0), 4.0)
    })
    .tint(Rgb::hex(0x40382f), 0.35);
    pen.rounded(x0 - 16.0, y0 - 16.0, x1 + 16.0, y1 + 16.0, 3.0).body(frame);
    view(scene, pen, (x0, y0), (x1, y1));
    let middle = (x0 + x1) * 0.5;
    pen.rounded(middle - 6.0, y0, middle + 6.0, y1, 1.0).body(frame).ramp(
        pt(middle, 0.0),
        pt(middle + 6.0, 0.0),
        frame.darker(0.3),
        0.6,
    );
    let bar = y0 + (y1 - y0) * 0.36;
    pen.rounded(x0, bar - 5.0, x1, bar + 5.0, 1.0).body(frame);
    pen.rounded(x0 - 30.0, y1 + 12.0, x1 + 30.0, y1 + 30.0, 3.0).body(frame).ramp(
        pt(0.0, y1 + 16.0),
        pt(0.0, y1 + 30.0),
        frame.darker(0.35),
        0.8,
    );
}

/// The wide window of a backlit room.
pub(super) fn wide(scene: &Scene, pen: &mut Pen) {
    window(scene, pen, (-330.0, scene.top.min(0.0) - 20.0), (330.0, 470.0));
}

/// A curtain: vertical folds between two columns.
pub(super) fn curtain(scene: &Scene, pen: &mut Pen, x0: f32, x1: f32, color: Rgb) {
    pen.rounded(x0, scene.top - 10.0, x1, 740.0, 4.0).body(color).keep(Slot::Two);
    let folds = ((x1 - x0) / 17.0) as u32;
    for i in 0..folds {
        let x = x0 + (i as f32 + 0.5) * (x1 - x0) / folds as f32;
        let bend = 5.0 * random(scene.seed ^ 0x79, u64::from(i));
        let line = |dx: f32, width: f32| {
            [
                (pt(x + dx, scene.top - 20.0), width),
                (pt(x + dx + bend, 360.0), width),
                (pt(x + dx - bend, 760.0), width * 1.3),
            ]
        };
        pen.soft_stroke(3.0, &line(4.0, 6.0)).inside(Slot::Two).tint(color.darker(0.45), 0.55);
        pen.soft_stroke(3.0, &line(-4.0, 4.0)).inside(Slot::Two).tint(color.lighter(0.6), 0.5);
    }
}
