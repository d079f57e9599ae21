//! Neck, shoulders and clothes.

use super::Figure;
use crate::paint::{Pen, Point, Rgb, Slot, pt};

pub(super) fn neck(f: &Figure<'_>, pen: &mut Pen) {
    let skin = f.look.skin;
    let top = f.head.apply(pt(0.0, 90.0));
    let back = f.body.inverse().apply(top);
    let x = back.x;
    pen.with(f.body, |pen| {
        pen.spline(&[
            pt(x - 56.0, -110.0),
            pt(x, -130.0),
            pt(x + 56.0, -110.0),
            pt(57.0, -48.0),
            pt(84.0, -10.0),
            pt(120.0, 60.0),
            pt(0.0, 90.0),
            pt(-120.0, 60.0),
            pt(-84.0, -10.0),
            pt(-57.0, -48.0),
        ])
        .body(skin.base)
        .glow((x + 8.0, -78.0), 92.0, 62.0, skin.shade, 0.95)
        .ramp(pt(-20.0, 0.0), pt(75.0, 0.0), skin.shade, f.look.mood.shadow * 1.3)
        .glow((0.0, 8.0), 26.0, 20.0, skin.shade, 0.35);
        // The tendons towards the pit of the neck.
        for side in [-1.0, 1.0] {
            pen.soft_stroke(
                3.0,
                &[
                    (pt(side * 44.0, -50.0), 3.0),
                    (pt(side * 26.0, -12.0), 6.0),
                    (pt(side * 9.0, 12.0), 3.0),
                ],
            )
            .tint(skin.shade, 0.35);
        }
    });
}

const TORSO: [Point; 14] = [
    pt(0.0, 26.0),
    pt(-52.0, 12.0),
    pt(-76.0, -22.0),
    pt(-122.0, 4.0),
    pt(-196.0, 36.0),
    pt(-246.0, 84.0),
    pt(-272.0, 170.0),
    pt(-292.0, 330.0),
    pt(292.0, 330.0),
    pt(272.0, 170.0),
    pt(246.0, 84.0),
    pt(196.0, 36.0),
    pt(122.0, 4.0),
    pt(76.0, -22.0),
];

pub(super) fn torso(f: &Figure<'_>, pen: &mut Pen) {
    let shirt = f.look.shirt;
    let dark = shirt.mix(Rgb::hex(0x10121e), 0.55);
    let mood = f.look.mood;
    let swell = 1.0 + 0.008 * f.pose.breath;
    pen.with(f.body.scaled(swell, 1.0), |pen| {
        let mut outline = [pt(0.0, 0.0); 15];
        outline[..14].copy_from_slice(&TORSO);
        outline[14] = pt(52.0, 12.0);
        pen.spline(&outline)
            .body(shirt)
            .keep(Slot::One)
            .ramp(pt(-40.0, 60.0), pt(280.0, 160.0), dark, mood.shadow * 1.2)
            .glow((-150.0, 60.0), 150.0, 90.0, mood.key, mood.key_strength * 0.8)
            .glow((150.0, 40.0), 110.0, 50.0, mood.key, mood.key_strength * 0.25)
            .glow((10.0, 40.0), 150.0, 60.0, dark, 0.35)
            .ramp(pt(0.0, 130.0), pt(0.0, 300.0), dark, 0.35);
        folds(pen, dark, shirt.lighter(0.25));
        rim(pen, f);
        if f.look.collar { collar(f, pen, dark) } else { crew_neck(f, pen, dark) }
    });
}

fn folds(pen: &mut Pen, dark: Rgb, light: Rgb) {
    for side in [-1.0, 1.0] {
        let line =
            |points: [(f32, f32); 4], width: f32| points.map(|(x, y)| (pt(side * x, y), width));
        // Where the sleeve meets the body.
        pen.soft_stroke(
            5.0,
            &line([(196.0, 118.0), (186.0, 160.0), (192.0, 220.0), (204.0, 330.0)], 9.0),
        )
        .inside(Slot::One)
        .tint(dark, 0.75);
        pen.soft_stroke(
            4.0,
            &line([(212.0, 140.0), (205.0, 190.0), (212.0, 240.0), (224.0, 330.0)], 7.0),
        )
        .inside(Slot::One)
        .tint(light, 0.22);
        pen.soft_stroke(
            5.0,
            &line([(178.0, 150.0), (140.0, 176.0), (112.0, 196.0), (84.0, 204.0)], 7.0),
        )
        .tint(dark, 0.38);
        pen.soft_stroke(
            6.0,
            &line([(176.0, 182.0), (150.0, 214.0), (128.0, 236.0), (96.0, 250.0)], 8.0),
        )
        .tint(dark, 0.30);
        pen.soft_stroke(
            5.0,
            &line([(172.0, 165.0), (142.0, 193.0), (116.0, 214.0), (90.0, 226.0)], 6.0),
        )
        .tint(light, 0.16);
        pen.soft_stroke(
            5.0,
            &line([(130.0, 26.0), (160.0, 50.0), (186.0, 84.0), (196.0, 120.0)], 5.0),
        )
        .tint(dark, 0.28);
        pen.soft_stroke(
            6.0,
            &line([(236.0, 130.0), (246.0, 160.0), (240.0, 196.0), (250.0, 226.0)], 6.0),
        )
        .inside(Slot::One)
        .tint(dark, 0.3);
    }
}

/// Light from behind along the shoulders.
fn rim(pen: &mut Pen, f: &Figure<'_>) {
    let rim = f.look.mood.rim;
    for (side, strength) in [(-1.0, 1.0), (1.0, 0.7)] {
        pen.soft_stroke(
            2.5,
            &[
                (pt(side * 80.0, -18.0), 3.0),
                (pt(side * 124.0, 4.0), 6.0),
                (pt(side * 196.0, 37.0), 7.0),
                (pt(side * 246.0, 86.0), 7.0),
                (pt(side * 271.0, 172.0), 5.0),
            ],
        )
        .inside(Slot::One)
        .tint(f.look.mood.key, rim * strength);
    }
}

fn crew_neck(f: &Figure<'_>, pen: &mut Pen, dark: Rgb) {
    let rib = f.look.shirt.mix(dark, 0.25);
    let band = [
        (pt(-80.0, -26.0), 17.0),
        (pt(-66.0, 6.0), 19.0),
        (pt(-36.0, 28.0), 20.0),
        (pt(0.0, 36.0), 20.0),
        (pt(36.0, 28.0), 20.0),
        (pt(66.0, 6.0), 19.0),
        (pt(80.0, -26.0), 17.0),
    ];
    pen.soft_stroke(5.0, &band.map(|(p, w)| (pt(p.x, p.y + 8.0), w))).tint(dark, 0.5);
    pen.stroke(&band).body(rib).ramp(pt(0.0, 0.0), pt(80.0, 0.0), dark, 0.5).glow(
        (-52.0, 14.0),
        40.0,
        30.0,
        f.look.mood.key,
        f.look.mood.key_strength * 0.8,
    );
    pen.soft_stroke(1.0, &band.map(|(p, _)| (pt(p.x * 0.92, p.y - 7.0), 2.5))).tint(dark, 0.45);
}

fn collar(f: &Figure<'_>, pen: &mut Pen, dark: Rgb) {
    let cloth = f.look.shirt.lighter(0.1);
    // The opening shows the neck: skin over the cloth, then the two wings.
    pen.spline(&[
        pt(-58.0, -20.0),
        pt(0.0, -6.0),
        pt(58.0, -20.0),
        pt(30.0, 40.0),
        pt(0.0, 92.0),
        pt(-30.0, 40.0),
    ])
    .tint(f.look.skin.base, 1.0)
    .glow((6.0, -20.0), 70.0, 60.0, f.look.skin.shade, 0.75)
    .ramp(pt(-10.0, 0.0), pt(50.0, 0.0), f.look.skin.shade, 0.5);
    for side in [-1.0, 1.0] {
        let wing = [
            (80.0, -38.0),
            (88.0, 0.0),
            (78.0, 50.0),
            (46.0, 74.0),
            (4.0, 88.0),
            (34.0, 40.0),
            (60.0, -8.0),
        ];
        let points = wing.map(|(x, y)| pt(side * x, y));
        pen.soft_spline(6.0, &points.map(|p| pt(p.x + 2.0, p.y + 9.0))).tint(dark, 0.6);
        pen.spline(&points).body(cloth).ramp(pt(0.0, 0.0), pt(90.0, 20.0), dark, 0.45).glow(
            (-60.0, 0.0),
            60.0,
            70.0,
            f.look.mood.key,
            f.look.mood.key_strength,
        );
    }
    pen.soft_stroke(1.5, &[(pt(0.0, 90.0), 2.0), (pt(3.0, 170.0), 2.5), (pt(2.0, 330.0), 2.5)])
        .tint(dark, 0.7);
    for y in [128.0, 196.0] {
        pen.ellipse(10.0, y, 5.0, 5.0).tint(cloth.lighter(0.5), 0.8);
    }
}
