//! Hair: a mass, locks drawn over it, and single strands that move in the air.

use super::Figure;
use crate::math::{random, wave};
use crate::paint::{Pen, Point, Rgb, Slot, pt};
use crate::presenter::spec::Hair;

/// A lock's course from root to tip.
type Guide = [(f32, f32); 4];

/// The hair behind the head and the neck.
pub(super) fn behind(f: &Figure<'_>, pen: &mut Pen) {
    match f.look.hair {
        Hair::None | Hair::Short => {}
        Hair::Long => long_behind(f, pen),
        Hair::Curly => curly_behind(f, pen),
        Hair::Bun => bun(f, pen),
    }
}

/// The hair on the head and in front of it.
pub(super) fn front(f: &Figure<'_>, pen: &mut Pen) {
    match f.look.hair {
        Hair::None => bald(f, pen),
        Hair::Short => short(f, pen),
        Hair::Long => long_front(f, pen),
        Hair::Curly => curly_front(f, pen),
        Hair::Bun => bun_front(f, pen),
    }
}

fn points<const N: usize>(from: [(f32, f32); N]) -> [Point; N] {
    from.map(|(x, y)| pt(x, y))
}

fn dark(f: &Figure<'_>) -> Rgb {
    f.look.hair_color.mix(Rgb::hex(0x08060a), 0.55)
}

fn bright(f: &Figure<'_>) -> Rgb {
    f.look.hair_color.mix(f.look.mood.key, 0.34)
}

/// Light and shadow over the current mass of hair.
fn shade_mass(f: &Figure<'_>, pen: &mut Pen) {
    let mood = f.look.mood;
    pen.ramp(pt(-20.0, 0.0), pt(125.0, 20.0), dark(f), 0.75)
        .glow((-48.0, -128.0), 78.0, 44.0, bright(f), 0.75)
        .glow((-100.0, -60.0), 36.0, 80.0, mood.key, mood.rim * 0.5);
}

/// Locks between two guides, light and dark by turns, inside the kept mass.
fn locks(f: &Figure<'_>, pen: &mut Pen, from: Guide, to: Guide, count: u32, width: f32) {
    for i in 0..count {
        let t = (i as f32 + 0.8 * random(f.look.seed ^ 0x9a, u64::from(i))) / count as f32;
        let jitter = |k: u64| 5.0 * (random(f.look.seed ^ k, u64::from(i)) - 0.5);
        let at = |k: usize| {
            let p = pt(from[k].0, from[k].1).mix(pt(to[k].0, to[k].1), t);
            p + pt(jitter(k as u64), jitter(k as u64 + 9))
        };
        let line = [(at(0), width * 0.3), (at(1), width), (at(2), width), (at(3), 0.3)];
        let (color, strength) = if i % 3 == 0 { (bright(f), 0.34) } else { (dark(f), 0.40) };
        pen.stroke(&line).inside(Slot::One).tint(color, strength);
    }
}

/// Single strands that leave the mass; their tips hang behind the head's movement.
fn strands(f: &Figure<'_>, pen: &mut Pen, from: Guide, to: Guide, count: u32) {
    let color = f.look.hair_color;
    for i in 0..count {
        let n = u64::from(i);
        let t = (i as f32 + random(f.look.seed ^ 0x9b, n)) / count as f32;
        let air = 2.2 * wave(f64::from(f.pose.time), 0.35 + 0.2 * f64::from(t), f64::from(t) * 7.0);
        let sway = |k: usize| (f.pose.hair + air) * [0.0, 0.2, 0.6, 1.0][k];
        let reach = 0.75 + 0.4 * random(f.look.seed ^ 0x9c, n);
        let at = |k: usize| {
            let root = pt(from[0].0, from[0].1).mix(pt(to[0].0, to[0].1), t);
            let p = pt(from[k].0, from[k].1).mix(pt(to[k].0, to[k].1), t);
            root + (p - root) * reach + pt(sway(k), 0.0)
        };
        pen.stroke(&[(at(0), 2.4), (at(1), 1.8), (at(2), 1.2), (at(3), 0.3)]).veil(color, 0.85);
    }
}

fn bald(f: &Figure<'_>, pen: &mut Pen) {
    let skin = f.look.skin;
    pen.with(f.head, |pen| {
        pen.back_to(Slot::One)
            .glow((-30.0, -112.0), 46.0, 26.0, skin.light.lighter(0.3), 0.55)
            .glow((-92.0, -10.0), 20.0, 46.0, f.look.hair_color, 0.25)
            .glow((92.0, -10.0), 20.0, 46.0, f.look.hair_color, 0.25);
    });
}

fn short(f: &Figure<'_>, pen: &mut Pen) {
    let s = f.pose.hair * 0.12;
    pen.with(f.head, |pen| {
        hairline_shadow(f, pen, -84.0);
        pen.spline(&points([
            (-99.0, 14.0),
            (-108.0, -30.0),
            (-110.0, -82.0),
            (-92.0, -134.0),
            (-52.0 + s, -168.0),
            (2.0 + s, -180.0),
            (54.0 + s, -172.0),
            (94.0, -138.0),
            (111.0, -84.0),
            (108.0, -30.0),
            (99.0, 14.0),
            (93.0, -18.0),
            (88.0, -58.0),
            (72.0, -84.0),
            (40.0, -96.0),
            (0.0, -104.0),
            (-36.0, -112.0),
            (-58.0, -98.0),
            (-80.0, -68.0),
            (-92.0, -20.0),
        ]))
        .body(f.look.hair_color)
        .keep(Slot::One);
        shade_mass(f, pen);
        // Combed from the parting at the left over to the right, and down at the sides.
        locks(
            f,
            pen,
            [(-58.0, -104.0), (-44.0, -140.0), (4.0, -160.0), (60.0, -150.0)],
            [(-40.0, -108.0), (-10.0, -116.0), (40.0, -112.0), (92.0, -70.0)],
            16,
            4.0,
        );
        locks(
            f,
            pen,
            [(20.0, -172.0), (66.0, -164.0), (96.0, -124.0), (106.0, -60.0)],
            [(30.0, -104.0), (62.0, -98.0), (88.0, -72.0), (96.0, 0.0)],
            13,
            4.0,
        );
        locks(
            f,
            pen,
            [(-60.0, -108.0), (-82.0, -112.0), (-100.0, -82.0), (-104.0, -10.0)],
            [(-56.0, -100.0), (-74.0, -84.0), (-90.0, -50.0), (-95.0, 4.0)],
            9,
            3.5,
        );
        strands(
            f,
            pen,
            [(-60.0, -150.0), (-62.0, -166.0), (-52.0, -182.0), (-34.0, -190.0)],
            [(60.0, -158.0), (76.0, -170.0), (94.0, -172.0), (112.0, -162.0)],
            15,
        );
        strands(
            f,
            pen,
            [(-96.0, -120.0), (-106.0, -120.0), (-114.0, -112.0), (-118.0, -98.0)],
            [(-104.0, -60.0), (-110.0, -52.0), (-114.0, -42.0), (-116.0, -28.0)],
            5,
        );
        strands(
            f,
            pen,
            [(98.0, -120.0), (108.0, -118.0), (116.0, -110.0), (120.0, -94.0)],
            [(104.0, -60.0), (110.0, -52.0), (115.0, -42.0), (117.0, -28.0)],
            5,
        );
    });
}

/// Hair throws a soft shadow on the forehead.
fn hairline_shadow(f: &Figure<'_>, pen: &mut Pen, y: f32) {
    let shade = f.look.skin.shade;
    pen.back_to(Slot::One).glow((14.0, y - 24.0), 104.0, 46.0, shade, 0.85);
}

fn long_behind(f: &Figure<'_>, pen: &mut Pen) {
    let s = f.pose.hair;
    pen.with(f.head, |pen| {
        pen.spline(&points([
            (0.0, -176.0),
            (64.0, -164.0),
            (110.0, -112.0),
            (126.0, -30.0),
            (134.0, 60.0),
            (152.0 + s * 0.5, 150.0),
            (160.0 + s, 236.0),
            (120.0 + s, 270.0),
            (60.0 + s * 0.6, 240.0),
            (0.0, 200.0),
            (-60.0 + s * 0.6, 240.0),
            (-124.0 + s, 272.0),
            (-162.0 + s, 236.0),
            (-152.0 + s * 0.5, 150.0),
            (-134.0, 60.0),
            (-126.0, -30.0),
            (-110.0, -112.0),
            (-64.0, -164.0),
        ]))
        .body(f.look.hair_color)
        .keep(Slot::One)
        .ramp(pt(0.0, 0.0), pt(150.0, 40.0), dark(f), 0.7)
        .glow((0.0, 110.0), 120.0, 150.0, dark(f), 0.95)
        .glow((-118.0, 60.0), 50.0, 130.0, bright(f), 0.5);
        for side in [-1.0, 1.0] {
            let g = |x: f32, y: f32, k: f32| (side * x + s * k, y);
            locks(
                f,
                pen,
                [
                    g(96.0, -20.0, 0.0),
                    g(104.0, 60.0, 0.1),
                    g(108.0, 150.0, 0.5),
                    g(100.0, 262.0, 1.0),
                ],
                [
                    g(122.0, -40.0, 0.0),
                    g(130.0, 60.0, 0.1),
                    g(150.0, 150.0, 0.5),
                    g(158.0, 250.0, 1.0),
                ],
                10,
                5.0,
            );
            strands(
                f,
                pen,
                [
                    (side * 118.0, -60.0),
                    (side * 134.0, 40.0),
                    (side * 156.0, 130.0),
                    (side * 166.0, 214.0),
                ],
                [
                    (side * 128.0, 20.0),
                    (side * 142.0, 110.0),
                    (side * 164.0, 190.0),
                    (side * 178.0, 268.0),
                ],
                9,
            );
        }
    });
}

fn long_front(f: &Figure<'_>, pen: &mut Pen) {
    let s = f.pose.hair;
    pen.with(f.head, |pen| {
        hairline_shadow(f, pen, -92.0);
        // Two curtains from the parting.
        for side in [-1.0, 1.0] {
            let p = |x: f32, y: f32, k: f32| {
                (side * x + s * k - 10.0 * (1.0 - ((y + 176.0) / 120.0).clamp(0.0, 1.0)), y)
            };
            pen.spline(&points([
                p(-2.0, -172.0, 0.0),
                p(48.0, -172.0, 0.0),
                p(98.0, -134.0, 0.0),
                p(121.0, -62.0, 0.0),
                p(127.0, 30.0, 0.1),
                p(138.0, 120.0, 0.4),
                p(144.0, 200.0, 0.8),
                p(118.0, 246.0, 1.0),
                p(97.0, 196.0, 0.8),
                p(103.0, 120.0, 0.4),
                p(101.0, 40.0, 0.1),
                p(95.0, -26.0, 0.0),
                p(74.0, -74.0, 0.0),
                p(36.0, -108.0, 0.0),
                p(2.0, -130.0, 0.0),
            ]))
            .body(f.look.hair_color)
            .keep(Slot::One);
            if side > 0.0 {
                pen.tint(dark(f), 0.32);
            }
            pen.glow((side * 58.0 - 6.0, -138.0), 52.0, 32.0, bright(f), 0.8)
                .glow(
                    (side * 116.0, 70.0),
                    30.0,
                    90.0,
                    bright(f),
                    if side < 0.0 { 0.55 } else { 0.25 },
                )
                .glow((side * 98.0, -10.0), 26.0, 70.0, dark(f), 0.6);
            locks(
                f,
                pen,
                [
                    p(0.0, -168.0, 0.0),
                    p(84.0, -136.0, 0.0),
                    p(122.0, 20.0, 0.1),
                    p(136.0, 232.0, 1.0),
                ],
                [
                    p(4.0, -134.0, 0.0),
                    p(56.0, -94.0, 0.0),
                    p(101.0, 20.0, 0.1),
                    p(104.0, 228.0, 1.0),
                ],
                14,
                4.5,
            );
        }
        strands(
            f,
            pen,
            [(-70.0, -158.0), (-84.0, -166.0), (-100.0, -160.0), (-116.0, -140.0)],
            [(70.0, -158.0), (84.0, -168.0), (102.0, -162.0), (118.0, -140.0)],
            14,
        );
    });
}

/// The curls around the head: (angle's sine and cosine come from a fixed ring) centre and radius.
fn curls(
    f: &Figure<'_>,
    ring: u64,
    count: u32,
    radius: (f32, f32),
    size: f32,
    each: &mut dyn FnMut(u32, f32, f32, f32),
) {
    for i in 0..count {
        let n = u64::from(i) + ring * 100;
        let jitter = |k: u64| random(f.look.seed ^ k, n) - 0.5;
        // From the left jaw over the crown to the right jaw.
        let turn = -0.12 + 0.74 * (f64::from(i) / f64::from(count - 1));
        let air = 1.4 * wave(f64::from(f.pose.time), 0.4, n as f64 * 0.37);
        let (x, y) = (
            -crate::math::cos(turn * std::f64::consts::TAU),
            -crate::math::sin(turn * std::f64::consts::TAU),
        );
        let (rx, ry) = (radius.0 + 9.0 * jitter(1), radius.1 + 9.0 * jitter(2));
        let lag = f.pose.hair * 0.18 * (0.5 - y as f32 * 0.5);
        each(i, rx * x as f32 + lag + air, ry * y as f32 - 46.0, size * (1.0 + 0.5 * jitter(3)));
    }
}

fn curly_behind(f: &Figure<'_>, pen: &mut Pen) {
    pen.with(f.head, |pen| {
        pen.shape(|path, map| {
            path.ellipse(map, pt(0.0, -50.0), 142.0, 134.0);
            curls(f, 0, 24, (138.0, 132.0), 29.0, &mut |_, x, y, r| {
                path.ellipse(map, pt(x, y), r, r)
            });
        })
        .body(f.look.hair_color.mix(dark(f), 0.3))
        .ramp(pt(-20.0, 0.0), pt(150.0, 20.0), dark(f), 0.7)
        .glow((-70.0, -130.0), 110.0, 80.0, bright(f), 0.5);
        curls(f, 0, 24, (138.0, 132.0), 29.0, &mut |i, x, y, r| curl(f, pen, i, x, y, r));
        let fly = f.pose.hair * 0.3;
        curls(f, 1, 22, (166.0, 160.0), 6.0, &mut |i, x, y, r| {
            let bend = if i % 2 == 0 { 7.0 } else { -7.0 };
            let (ix, iy) = (x * 0.9, (y + 46.0) * 0.9 - 46.0);
            pen.stroke(&[
                (pt(ix, iy), 2.2),
                (pt(x + bend, y), 1.7),
                (pt(x + fly + r * 0.5, y - r), 0.6),
            ])
            .veil(f.look.hair_color, 0.8);
        });
    });
}

/// One curl: a bright arc above, a dark one below.
fn curl(f: &Figure<'_>, pen: &mut Pen, i: u32, x: f32, y: f32, r: f32) {
    let r = r * 0.66;
    let bend = if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    let light = if x < 20.0 { 0.42 } else { 0.2 };
    pen.stroke(&[
        (pt(x - r, y + 0.2 * r), 1.0),
        (pt(x - 0.5 * r * bend, y - 0.8 * r), 5.0),
        (pt(x + 0.6 * r, y - 0.6 * r), 4.0),
        (pt(x + r, y + 0.3 * r), 1.0),
    ])
    .tint(bright(f), light);
    pen.stroke(&[
        (pt(x - 0.8 * r, y + 0.5 * r), 1.0),
        (pt(x, y + 0.95 * r), 4.0),
        (pt(x + 0.8 * r, y + 0.55 * r), 1.0),
    ])
    .tint(dark(f), 0.5);
    pen.stroke(&[
        (pt(x - 0.4 * r, y), 1.0),
        (pt(x, y - 0.4 * r), 3.0),
        (pt(x + 0.45 * r, y + 0.1 * r), 1.0),
    ])
    .tint(dark(f), 0.4);
}

fn curly_front(f: &Figure<'_>, pen: &mut Pen) {
    pen.with(f.head, |pen| {
        hairline_shadow(f, pen, -76.0);
        let row =
            |ring: u64, size: f32, radius: (f32, f32), each: &mut dyn FnMut(u32, f32, f32, f32)| {
                curls(f, ring, 17, radius, size, &mut |i, x, y, r| {
                    if y < -36.0 {
                        each(i, x, y, r);
                    }
                });
            };
        pen.shape(|path, map| {
            path.spline(
                map,
                &points([
                    (-104.0, -30.0),
                    (-122.0, -80.0),
                    (-96.0, -142.0),
                    (0.0, -176.0),
                    (96.0, -142.0),
                    (122.0, -80.0),
                    (104.0, -30.0),
                    (88.0, -66.0),
                    (50.0, -98.0),
                    (0.0, -106.0),
                    (-50.0, -98.0),
                    (-88.0, -66.0),
                ]),
            );
            row(2, 21.0, (94.0, 62.0), &mut |_, x, y, r| path.ellipse(map, pt(x, y), r, r));
        })
        .body(f.look.hair_color)
        .ramp(pt(-20.0, 0.0), pt(130.0, 20.0), dark(f), 0.65)
        .glow((-50.0, -128.0), 80.0, 46.0, bright(f), 0.6);
        row(3, 26.0, (112.0, 98.0), &mut |i, x, y, r| curl(f, pen, i, x, y, r));
        row(4, 24.0, (62.0, 84.0), &mut |i, x, y, r| curl(f, pen, i + 1, x, y, r));
        row(2, 22.0, (94.0, 62.0), &mut |i, x, y, r| curl(f, pen, i, x, y, r));
    });
}

fn bun(f: &Figure<'_>, pen: &mut Pen) {
    let s = f.pose.hair * 0.15;
    pen.with(f.head.moved(8.0 + s, -190.0), |pen| {
        pen.ellipse(0.0, 0.0, 54.0, 47.0)
            .body(f.look.hair_color)
            .keep(Slot::One)
            .ramp(pt(-10.0, 0.0), pt(56.0, 14.0), dark(f), 0.75)
            .glow((-20.0, -18.0), 34.0, 24.0, bright(f), 0.8)
            .glow((0.0, 46.0), 60.0, 24.0, dark(f), 0.8);
        locks(
            f,
            pen,
            [(-50.0, 20.0), (-40.0, -30.0), (10.0, -44.0), (48.0, -10.0)],
            [(-30.0, 38.0), (-12.0, 6.0), (16.0, -2.0), (40.0, 26.0)],
            11,
            4.0,
        );
        strands(
            f,
            pen,
            [(-46.0, -16.0), (-56.0, -34.0), (-54.0, -50.0), (-38.0, -58.0)],
            [(40.0, -26.0), (54.0, -40.0), (66.0, -40.0), (72.0, -26.0)],
            10,
        );
    });
}

fn bun_front(f: &Figure<'_>, pen: &mut Pen) {
    pen.with(f.head, |pen| {
        hairline_shadow(f, pen, -92.0);
        pen.spline(&points([
            (-100.0, 0.0),
            (-108.0, -44.0),
            (-102.0, -104.0),
            (-66.0, -150.0),
            (0.0, -170.0),
            (66.0, -150.0),
            (102.0, -104.0),
            (108.0, -44.0),
            (100.0, 0.0),
            (94.0, -36.0),
            (78.0, -78.0),
            (42.0, -106.0),
            (0.0, -116.0),
            (-42.0, -106.0),
            (-78.0, -78.0),
            (-94.0, -36.0),
        ]))
        .body(f.look.hair_color)
        .keep(Slot::One);
        shade_mass(f, pen);
        locks(
            f,
            pen,
            [(-98.0, -10.0), (-102.0, -76.0), (-60.0, -136.0), (-4.0, -172.0)],
            [(0.0, -116.0), (2.0, -136.0), (4.0, -152.0), (6.0, -172.0)],
            11,
            4.0,
        );
        locks(
            f,
            pen,
            [(4.0, -116.0), (6.0, -136.0), (8.0, -152.0), (10.0, -172.0)],
            [(98.0, -10.0), (102.0, -76.0), (64.0, -136.0), (16.0, -172.0)],
            11,
            4.0,
        );
        for side in [-1.0, 1.0] {
            // Loose locks beside the face.
            strands(
                f,
                pen,
                [
                    (side * 97.0, -56.0),
                    (side * 108.0, 6.0),
                    (side * 112.0, 60.0),
                    (side * 98.0, 112.0),
                ],
                [
                    (side * 101.0, -40.0),
                    (side * 114.0, 20.0),
                    (side * 119.0, 80.0),
                    (side * 108.0, 140.0),
                ],
                6,
            );
        }
    });
}
