//! Things that stand in rooms.

use super::Scene;
use crate::math::{cos, random, sin};
use crate::paint::{Pen, Rgb, Slot, pt};

const SPINES: [u32; 10] = [
    0x7d3b3b, 0x2f4a63, 0xd3b26c, 0x46685a, 0xe3dccd, 0xb4623c, 0x394043, 0x8aa5ad, 0x8f6a86,
    0xcfc3ae,
];

/// A board on the wall.
pub(super) fn board(pen: &mut Pen, x0: f32, x1: f32, y: f32) {
    let wood = Rgb::hex(0x9a6f48);
    pen.soft_shape(8.0, |path, map| {
        path.rounded(map, pt(x0 - 2.0, y + 8.0), pt(x1 + 8.0, y + 34.0), 6.0)
    })
    .tint(Rgb::hex(0x2a2018), 0.35);
    pen.rounded(x0, y, x1, y + 15.0, 2.0)
        .body(wood)
        .ramp(pt(0.0, y + 3.0), pt(0.0, y + 15.0), wood.darker(0.5), 0.8)
        .ramp(pt(x0, 0.0), pt(x1, 0.0), wood.darker(0.4), 0.5);
}

/// A row of books that stand on `y`.
pub(super) fn books(scene: &Scene, pen: &mut Pen, x0: f32, x1: f32, y: f32, row: u64) {
    let mut x = x0;
    let mut n = row * 50;
    while x < x1 - 12.0 {
        n += 1;
        let at = |k: u64| random(scene.seed ^ 0x31 ^ k, n);
        let (w, h) = ((13.0 + 17.0 * at(1)).min(x1 - x), 78.0 + 44.0 * at(2));
        let color = Rgb::hex(SPINES[(at(3) * 10.0) as usize % 10]);
        let lean = if at(4) > 0.9 { 0.09 } else { 0.0 };
        pen.with(pen.map.moved(x, y).turned(lean), |pen| {
            pen.rounded(0.0, -h, w, 0.0, 1.5)
                .body(color)
                .ramp(pt(w * 0.35, 0.0), pt(w, 0.0), color.darker(0.6), 0.8)
                .glow((w * 0.25, -h * 0.5), w * 0.4, h * 0.7, color.lighter(0.5), 0.4);
            pen.rounded(1.5, -h * 0.86, w - 1.5, -h * 0.79, 0.5).tint(Rgb::hex(0xe8d9b0), 0.7);
            pen.rounded(2.5, -h * 0.6, w - 2.5, -h * 0.3, 0.5).tint(color.lighter(0.7), 0.35);
        });
        x += w + 1.0 + 5.0 * lean * 10.0;
    }
}

/// A framed picture of soft hills.
pub(super) fn picture(
    scene: &Scene,
    pen: &mut Pen,
    (x0, y0): (f32, f32),
    (x1, y1): (f32, f32),
    kind: u64,
) {
    pen.soft_shape(7.0, |path, map| {
        path.rounded(map, pt(x0 + 2.0, y0 + 6.0), pt(x1 + 10.0, y1 + 16.0), 3.0)
    })
    .tint(Rgb::hex(0x2a2420), 0.4);
    pen.rounded(x0, y0, x1, y1, 1.5).body(Rgb::hex(0x3a2d25)).ramp(
        pt(x0, y0),
        pt(x1, y1),
        Rgb::hex(0x6d543f),
        0.7,
    );
    pen.rounded(x0 + 7.0, y0 + 7.0, x1 - 7.0, y1 - 7.0, 0.5).body(Rgb::hex(0xf4efe6));
    let (w, h) = (x1 - x0, y1 - y0);
    let (a, b) = (0.16 * w, 0.16 * h);
    let colors = [
        [0xe9c9a4, 0xd98f63, 0x8c5a58, 0x3f4a63],
        [0xcfe0dc, 0x86aeb0, 0x47757d, 0xd9a05f],
        [0xf0dcc0, 0xc98c6b, 0x5c7a6c, 0x2f4a4f],
    ][(kind % 3) as usize]
        .map(Rgb::hex);
    pen.rounded(x0 + a, y0 + b, x1 - a, y1 - b, 0.5).body(colors[0]).keep(Slot::Two);
    pen.ellipse(x0 + 0.62 * w, y0 + 0.36 * h, 0.1 * w, 0.1 * w)
        .inside(Slot::Two)
        .tint(Rgb::hex(0xfdf3dc), 0.9);
    for (i, color) in colors.iter().enumerate().skip(1) {
        let base = y0 + h * (0.3 + 0.14 * i as f32);
        let bump = |k: u64| h * 0.16 * (random(scene.seed ^ kind, k + 10 * i as u64) - 0.5);
        pen.spline(&[
            pt(x0 - 9.0, base + bump(1)),
            pt(x0 + 0.3 * w, base + bump(2)),
            pt(x0 + 0.6 * w, base + bump(3)),
            pt(x1 + 9.0, base + bump(4)),
            pt(x1 + 9.0, y1 + 60.0),
            pt(x0 - 9.0, y1 + 60.0),
        ])
        .inside(Slot::Two)
        .tint(*color, 1.0);
    }
}

/// A pot with leaves that grow up and outwards from (x, y).
pub(super) fn plant(scene: &Scene, pen: &mut Pen, x: f32, y: f32, size: f32, kind: u64) {
    let green = Rgb::hex(0x4d7a4c);
    for i in 0..15u64 {
        let at = |k: u64| random(scene.seed ^ kind, i * 7 + k);
        let turn = f64::from(-1.25 + 2.5 * ((i as f32 * 0.618) % 1.0));
        let length = size * (0.75 + 0.5 * at(1));
        let (s, c) = (sin(turn) as f32, cos(turn) as f32);
        let tip = (x + s * length, y - size * 0.2 - c * length);
        let droop = 0.35 * size * s.abs();
        let middle = (x + s * length * 0.5, y - size * 0.35 - c * length * 0.55);
        let leaf = [
            (pt(x, y), size * 0.03),
            (pt(middle.0, middle.1), size * 0.2),
            (
                pt((middle.0 + tip.0) * 0.5 + 2.0, (middle.1 + tip.1) * 0.5 + droop * 0.3),
                size * 0.16,
            ),
            (pt(tip.0, tip.1 + droop), size * 0.01),
        ];
        let color = green.mix(Rgb::hex(if i % 2 == 0 { 0x86a860 } else { 0x274a36 }), 0.7 * at(3));
        pen.stroke(&leaf).body(color).glow(
            (middle.0 - 4.0, middle.1),
            size * 0.2,
            size * 0.24,
            color.lighter(0.45),
            0.5,
        );
        pen.stroke(&[
            (leaf[0].0, 0.5),
            (leaf[1].0, size * 0.014),
            (leaf[2].0, size * 0.012),
            (leaf[3].0, 0.3),
        ])
        .tint(color.lighter(0.4), 0.6);
    }
    let pot = Rgb::hex([0xe9e2d8, 0xb5714e, 0x55616b][(kind % 3) as usize]);
    let (w, h) = (size * 0.34, size * 0.52);
    pen.spline(&[
        pt(x - w, y - 4.0),
        pt(x, y - 7.0),
        pt(x + w, y - 4.0),
        pt(x + w * 0.88, y + h * 0.6),
        pt(x + w * 0.7, y + h),
        pt(x, y + h + 3.0),
        pt(x - w * 0.7, y + h),
        pt(x - w * 0.88, y + h * 0.6),
    ])
    .body(pot)
    .ramp(pt(x - w * 0.2, 0.0), pt(x + w, 0.0), pot.darker(0.6), 0.8)
    .glow((x - w * 0.5, y + h * 0.4), w * 0.4, h * 0.6, pot.lighter(0.6), 0.5);
}

/// The light of a lamp at (x, y) on everything around.
fn lamp_light(scene: &Scene, pen: &mut Pen, x: f32, y: f32, reach: f32) {
    let strength = if scene.is_night() { 0.75 } else { 0.18 };
    let light =
        std::mem::replace(&mut pen.light, if scene.is_night() { [0.85; 3] } else { [1.0; 3] });
    let (l, t) = (scene.left - 4.0, scene.top - 4.0);
    pen.shape(|path, map| path.polygon(map, &[pt(l, t), pt(-l, t), pt(-l, 724.0), pt(l, 724.0)]))
        .glow((x, y), reach, reach, Rgb::hex(0xffc67d), strength)
        .glow((x, y), reach * 0.5, reach * 0.5, Rgb::hex(0xffe0ae), strength * 0.6);
    pen.light = light;
}

/// A lamp's shade around (x, y), and its light.
pub(super) fn lamp(scene: &Scene, pen: &mut Pen, x: f32, y: f32, size: f32, foot: f32) {
    pen.rounded(x - size * 0.04, y, x + size * 0.04, foot, 1.0).body(Rgb::hex(0x6a5138));
    pen.ellipse(x, foot, size * 0.34, size * 0.07).body(Rgb::hex(0x54402d));
    lamp_light(scene, pen, x, y, size * 3.4);
    let light = std::mem::replace(
        &mut pen.light,
        if scene.is_night() { [1.0; 3] } else { scene.mood.room },
    );
    let shade = if scene.is_night() { Rgb::hex(0xffdc9c) } else { Rgb::hex(0xefe3cd) };
    pen.shape(|path, map| {
        path.polygon(
            map,
            &[
                pt(x - size * 0.36, y - size * 0.36),
                pt(x + size * 0.36, y - size * 0.36),
                pt(x + size * 0.52, y + size * 0.36),
                pt(x - size * 0.52, y + size * 0.36),
            ],
        );
    })
    .body(shade)
    .glow(
        (x, y + size * 0.1),
        size * 0.5,
        size * 0.6,
        Rgb::hex(0xfffaf0),
        if scene.is_night() { 0.9 } else { 0.4 },
    )
    .ramp(pt(x, 0.0), pt(x + size * 0.55, 0.0), shade.mix(Rgb::hex(0x9a6a3a), 0.6), 0.6);
    pen.light = light;
}

/// A low cupboard whose top is at `y`.
pub(super) fn cupboard(pen: &mut Pen, x0: f32, x1: f32, y: f32) {
    let wood = Rgb::hex(0xa9825c);
    pen.rounded(x0, y, x1, 760.0, 3.0)
        .body(wood.darker(0.12))
        .ramp(pt(x0, 0.0), pt(x1, 0.0), wood.darker(0.55), 0.6)
        .ramp(pt(0.0, y + 20.0), pt(0.0, 740.0), wood.darker(0.5), 0.6);
    pen.rounded(x0 - 5.0, y - 4.0, x1 + 5.0, y + 12.0, 2.0).body(wood).ramp(
        pt(0.0, y),
        pt(0.0, y + 12.0),
        wood.darker(0.5),
        0.8,
    );
    let mut x = x0 + 14.0;
    while x < x1 - 40.0 {
        let right = (x + 130.0).min(x1 - 12.0);
        pen.rounded(x, y + 28.0, right, 760.0, 2.0).tint(wood, 0.55);
        pen.rounded(right - 16.0, y + 90.0, right - 11.0, y + 126.0, 2.0)
            .tint(Rgb::hex(0x3b2d22), 0.8);
        x = right + 12.0;
    }
}
