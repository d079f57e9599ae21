//! The room, drawn once: as a camera sees it, a little out of focus and darker in the corners.

mod furniture;
mod living;
mod office;
mod scene;
mod window;

use super::lens::Lens;
use super::look::Mood;
use super::spec::{Light, PresenterSpec, Room};
use crate::paint::canvas::Canvas;
use crate::paint::mask::{box_columns, box_rows};
use crate::paint::{Affine, Pen, Rgb, pt};
use backlot_media::{ColorSpace, Frame, PixelFormat, Size};
use scene::{Scene, wall};

/// Draws the room; `scale` is pixels for each pixel of a picture 720 high.
pub(crate) fn draw(
    spec: &PresenterSpec,
    size: Size,
    scale: f32,
    color: ColorSpace,
    lens: &Lens,
) -> Frame {
    let (w, h) = (size.width as usize, size.height as usize);
    let mut pen = Pen::new(w, h, color.matrix);
    let mood = Mood::of(spec.light);
    let scene = Scene {
        light: spec.light,
        mood,
        seed: spec.seed,
        left: -(w as f32) / (2.0 * scale),
        top: 720.0 - h as f32 / scale,
    };
    pen.light = mood.room;
    let map = Affine::shift(w as f32 / 2.0, h as f32 - 720.0 * scale).scaled(scale, scale);
    pen.with(map, |pen| match spec.room {
        Room::Office => office::draw(&scene, pen),
        Room::Living => living::draw(&scene, pen),
        Room::Plain => plain(&scene, pen),
        Room::Green | Room::Yellow => screen(&scene, pen, screen_color(spec.room)),
    });
    defocus(&mut pen.canvas, (2.4 * scale + 0.5) as usize);
    let mut frame = Frame::new(PixelFormat::I420, size);
    frame.color = color;
    lens.develop(&pen.canvas, &mut frame);
    frame
}

fn plain(scene: &Scene, pen: &mut Pen) {
    wall(scene, pen, Rgb::hex(0xb9b6b3));
    if scene.light == Light::Backlit {
        window::wide(scene, pen);
    } else if scene.is_night() {
        // Only the light of a lamp outside the picture.
        pen.glow((-520.0, 260.0), 700.0, 520.0, Rgb::hex(0xffd9a0), 0.5);
    }
}

/// The colour of a screen.
const fn screen_color(room: Room) -> Rgb {
    Rgb::hex(if matches!(room, Room::Yellow) { 0xd8c400 } else { 0x18b048 })
}

/// A screen of cloth: lit from one side, with folds, and with the shadow of the person on it.
fn screen(scene: &Scene, pen: &mut Pen, color: Rgb) {
    let (l, t) = (scene.left - 4.0, scene.top - 4.0);
    let corners = [pt(l, t), pt(-l, t), pt(-l, 724.0), pt(l, 724.0)];
    pen.shape(|path, map| path.polygon(map, &corners))
        .body(color)
        .ramp(pt(-200.0, 100.0), pt(800.0, 500.0), color.darker(0.4), 0.8)
        .ramp(pt(0.0, 480.0), pt(0.0, 760.0), color.darker(0.3), 0.6)
        .glow((-420.0, 160.0), 560.0, 460.0, color.lighter(0.2), 0.5);
    for (fold, x) in [-480.0_f32, -290.0, 250.0, 430.0].into_iter().enumerate() {
        let lean = 14.0 * (fold as f32 - 1.5);
        pen.soft_stroke(9.0, &[(pt(x, t - 20.0), 16.0), (pt(x + lean, 760.0), 26.0)])
            .tint(color.darker(0.4), 0.5);
    }
    pen.soft_shape(40.0, |path, map| path.rounded(map, pt(60.0, 170.0), pt(330.0, 760.0), 130.0))
        .tint(color.darker(0.5), 0.45);
}

/// Blurs a wholly covered canvas.
fn defocus(canvas: &mut Canvas, radius: usize) {
    let w = canvas.width;
    let mut spare = vec![0.0; canvas.y.len()];
    let mut blur = |plane: &mut Vec<f32>, width: usize, radius: usize| {
        let spare = &mut spare[..plane.len()];
        for _ in 0..2 * usize::from(radius > 0) {
            box_rows(plane, spare, width, radius);
            box_columns(spare, plane, width, radius);
        }
    };
    // Alpha is blurred too: dividing by it makes up for the outside.
    blur(&mut canvas.a, w, radius);
    blur(&mut canvas.ca, w / 2, radius.div_ceil(2));
    blur(&mut canvas.y, w, radius);
    for plane in [&mut canvas.u, &mut canvas.v] {
        // Box sums must not go below 0 (they are cut there): chroma is shifted meanwhile.
        plane.iter_mut().for_each(|c| *c += 0.5);
        blur(plane, w / 2, radius.div_ceil(2));
    }
    canvas.y.iter_mut().zip(&canvas.a).for_each(|(y, a)| *y /= a.max(1e-6));
    for plane in [&mut canvas.u, &mut canvas.v] {
        plane.iter_mut().zip(&canvas.ca).for_each(|(c, a)| *c = *c / a.max(1e-6) - 0.5);
    }
    canvas.a.fill(1.0);
    canvas.ca.fill(1.0);
}
