//! The office: a window at the left, shelves with books at the right, plants and a lamp.

use super::furniture::{board, books, cupboard, lamp, picture, plant};
use super::{Scene, wall, window};
use crate::paint::{Pen, Rgb};
use crate::presenter::spec::Light;

pub(super) fn draw(scene: &Scene, pen: &mut Pen) {
    wall(scene, pen, Rgb::hex(0xb4bfb6));
    let right = (-scene.left).max(560.0) + 40.0;
    if scene.light == Light::Backlit {
        window::wide(scene, pen);
        window::curtain(scene, pen, -452.0, -356.0, Rgb::hex(0xe6dfd2));
        window::curtain(scene, pen, 356.0, 452.0, Rgb::hex(0xe6dfd2));
    } else {
        window::window(scene, pen, (-right + 10.0, -30.0), (-412.0, 420.0));
        window::curtain(scene, pen, -412.0, -352.0, Rgb::hex(0xe9e3d8));
        picture(scene, pen, (-304.0, 96.0), (-196.0, 232.0), 1);
        picture(scene, pen, (-292.0, 262.0), (-212.0, 352.0), 0);
        shelves(scene, pen, right);
    }
    cupboard(pen, 300.0, right, 560.0);
    lamp(scene, pen, 520.0, 462.0, 92.0, 558.0);
    plant(scene, pen, 366.0, 520.0, 78.0, 4);
    plant(scene, pen, -470.0, 640.0, 190.0, 3);
}

fn shelves(scene: &Scene, pen: &mut Pen, right: f32) {
    board(pen, 262.0, right, 196.0);
    board(pen, 300.0, right, 352.0);
    books(scene, pen, 352.0, 505.0, 196.0, 1);
    books(scene, pen, 566.0, right, 196.0, 2);
    books(scene, pen, 322.0, 410.0, 352.0, 3);
    books(scene, pen, 498.0, right, 352.0, 4);
    plant(scene, pen, 306.0, 166.0, 58.0, 7);
    plant(scene, pen, 452.0, 324.0, 50.0, 8);
    pen.ellipse(535.0, 172.0, 18.0, 24.0).body(Rgb::hex(0xd8a24a)).glow(
        (528.0, 162.0),
        12.0,
        14.0,
        Rgb::hex(0xfff0c8),
        0.8,
    );
}
