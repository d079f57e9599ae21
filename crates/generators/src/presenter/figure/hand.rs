//! The forearm and the hand that waves.

use super::Figure;
use crate::paint::{Affine, Pen, Point, Rgb, Slot, pt};

/// Length of the forearm from elbow to wrist.
const FOREARM: f32 = 190.0;

/// From the coordinates of the forearm (elbow at the origin, hand upwards) to pixels.
fn forearm(f: &Figure<'_>) -> Affine {
    let drop = 470.0 * (1.0 - f.pose.hand);
    f.body.moved(292.0, 214.0 + drop).turned(f.pose.arm)
}

/// The tip of the middle finger, in pixels, or `None` while the hand is down.
pub(crate) fn tip(f: &Figure<'_>) -> Option<Point> {
    (f.pose.hand > 0.0).then(|| forearm(f).apply(pt(-8.0, -FOREARM - 170.0)))
}

pub(super) fn arm(f: &Figure<'_>, pen: &mut Pen) {
    if f.pose.hand <= 0.0 {
        return;
    }
    let elbow = forearm(f);
    hand(f, pen, elbow.moved(0.0, -FOREARM + 8.0).turned(f.pose.arm * 0.35 - 0.06));
    sleeve(f, pen, elbow);
}

fn sleeve(f: &Figure<'_>, pen: &mut Pen, elbow: Affine) {
    let shirt = f.look.shirt;
    let dark = shirt.mix(Rgb::hex(0x10121e), 0.55);
    let mood = f.look.mood;
    pen.with(elbow, |pen| {
        pen.spline(&[
            pt(-40.0, -FOREARM + 4.0),
            pt(0.0, -FOREARM + 9.0),
            pt(40.0, -FOREARM + 4.0),
            pt(50.0, -110.0),
            pt(62.0, -20.0),
            pt(56.0, 70.0),
            pt(0.0, 120.0),
            pt(-62.0, 70.0),
            pt(-62.0, -20.0),
            pt(-49.0, -110.0),
        ])
        .body(shirt)
        .keep(Slot::One)
        .ramp(pt(0.0, 0.0), pt(66.0, 0.0), dark, mood.shadow * 1.4)
        .glow((-40.0, -90.0), 34.0, 110.0, mood.key, mood.key_strength * 0.8);
        for (y, slant) in [(-140.0, 14.0), (-100.0, -16.0), (-58.0, 18.0), (-20.0, -12.0)] {
            pen.soft_stroke(
                4.0,
                &[
                    (pt(-44.0, y), 3.0),
                    (pt(-8.0, y + slant), 7.0),
                    (pt(40.0, y + slant * 0.4), 3.0),
                ],
            )
            .inside(Slot::One)
            .tint(dark, 0.42);
        }
        pen.stroke(&[
            (pt(-41.0, -FOREARM + 6.0), 15.0),
            (pt(0.0, -FOREARM + 11.0), 16.0),
            (pt(41.0, -FOREARM + 6.0), 15.0),
        ])
        .body(shirt.mix(dark, 0.2))
        .ramp(pt(0.0, 0.0), pt(44.0, 0.0), dark, 0.5);
    });
}

/// A finger: knuckle, middle, tip, and width.
type Finger = ([(f32, f32); 3], f32);

const FINGERS: [Finger; 4] = [
    ([(-26.0, -78.0), (-36.0, -112.0), (-42.0, -148.0)], 20.0),
    ([(-8.0, -84.0), (-11.0, -124.0), (-13.0, -166.0)], 21.0),
    ([(11.0, -82.0), (15.0, -120.0), (18.0, -157.0)], 20.0),
    ([(27.0, -72.0), (36.0, -100.0), (43.0, -129.0)], 17.0),
];

/// The open palm, fingers up; the wrist is the origin.
fn hand(f: &Figure<'_>, pen: &mut Pen, wrist: Affine) {
    let skin = f.look.skin;
    let palm_color = skin.base.mix(skin.light, 0.25).mix(skin.blush, 0.1);
    let spread = 1.0 + 0.10 * f.pose.smile;
    pen.with(wrist, |pen| {
        pen.stroke(&[
            (pt(-24.0, -30.0), 30.0),
            (pt(-46.0, -58.0), 25.0),
            (pt(-66.0, -84.0), 20.0),
            (pt(-76.0, -104.0), 15.0),
        ])
        .body(palm_color)
        .ramp(pt(-60.0, -80.0), pt(-30.0, -50.0), skin.shade, 0.4);
        for ([a, b, c], width) in FINGERS {
            let p = |(x, y): (f32, f32)| pt(x * spread, y);
            pen.stroke(&[(p(a), width + 2.0), (p(b), width), (p(c), width - 4.0)])
                .body(palm_color)
                .ramp(pt(a.0, 0.0), pt(a.0 + 16.0, 0.0), skin.shade, 0.4)
                .glow(c, 12.0, 15.0, skin.blush, 0.35);
            for (x, y) in [b, (a.0 * 0.4 + b.0 * 0.6, a.1 * 0.6 + b.1 * 0.4)] {
                pen.soft_stroke(
                    1.0,
                    &[(pt(x * spread - 7.0, y + 8.0), 1.5), (pt(x * spread + 7.0, y + 8.0), 1.5)],
                )
                .tint(skin.shade, 0.35);
            }
        }
        pen.spline(&[
            pt(-29.0, 14.0),
            pt(-34.0, -20.0),
            pt(-42.0, -48.0),
            pt(-39.0, -80.0),
            pt(-22.0, -94.0),
            pt(0.0, -97.0),
            pt(22.0, -93.0),
            pt(37.0, -78.0),
            pt(38.0, -40.0),
            pt(30.0, -8.0),
            pt(28.0, 14.0),
            pt(0.0, 20.0),
        ])
        .body(palm_color)
        .ramp(pt(0.0, 0.0), pt(42.0, 0.0), skin.shade, f.look.mood.shadow)
        .glow((-26.0, -30.0), 26.0, 34.0, skin.light, 0.4)
        .glow((2.0, -48.0), 24.0, 26.0, skin.shade, 0.22)
        .glow((0.0, -86.0), 44.0, 12.0, skin.blush, 0.3)
        .glow((0.0, 12.0), 50.0, 24.0, skin.shade, 0.5);
        creases(pen, skin.shade);
    });
}

fn creases(pen: &mut Pen, color: Rgb) {
    let lines: [[(f32, f32); 3]; 3] = [
        [(-36.0, -66.0), (-8.0, -60.0), (26.0, -72.0)],
        [(-36.0, -58.0), (-4.0, -48.0), (26.0, -38.0)],
        [(-34.0, -60.0), (-12.0, -34.0), (-14.0, -4.0)],
    ];
    for line in lines {
        pen.soft_stroke(1.0, &line.map(|(x, y)| (pt(x, y), 2.0))).tint(color, 0.5);
    }
}
