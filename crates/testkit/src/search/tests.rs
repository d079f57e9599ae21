//! The search finds the room whatever covers it, and nothing where there is none.

use super::*;
use crate::camera::yuyv;
use crate::room::{draw_room, is_somebody};
use backlot_media::{PixelFormat, Size};

fn room(width: u32, height: u32) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, Size::new(width, height).unwrap());
    draw_room(&mut frame);
    frame
}

/// Changes every sample, by its place in the picture (of a square of 1.0) and its plane.
fn change(frame: &mut Frame, value: impl Fn(f64, f64, usize, u8) -> f64) {
    for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        let (width, height) = (plane.width() as f64, plane.height() as f64);
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, to) in row.iter_mut().enumerate() {
                *to = value(x as f64 / width, y as f64 / height, index, *to).round() as u8;
            }
        }
    }
}

/// Something to see: waves, edges and slopes.
fn scenery(x: f64, y: f64, plane: usize) -> f64 {
    let waves = (x * 90.0).sin() * (y * 70.0 + x * 20.0).cos();
    let stripes = if (x * 37.0 + y * 11.0).fract() < 0.5 { 1.0 } else { -1.0 };
    let slope = 60.0 * x + 40.0 * y;
    if plane == 0 { 70.0 + slope + 25.0 * waves + 20.0 * stripes } else { 118.0 + 10.0 * waves }
}

fn background(width: u32, height: u32) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, Size::new(width, height).unwrap());
    change(&mut frame, |x, y, plane, _| scenery(x, y, plane));
    frame
}

#[test]
fn the_room_is_seen_as_it_is_in_every_size_and_format() {
    for (width, height) in [(1280, 720), (640, 360), (640, 480), (1920, 1080), (854, 480)] {
        let frame = room(width, height);
        let sighting = RoomSearch::default().look(&frame);
        assert!(sighting.overall > 0.5 && sighting.densest > 0.9, "{width}: {sighting:?}");
        let mut packed = Frame::new(PixelFormat::Yuyv, frame.size());
        packed.fill_from_packed(&yuyv(&frame)).unwrap();
        let packed = RoomSearch::default().look(&packed);
        assert!(packed.overall > 0.5 && packed.densest > 0.9, "{width}: {packed:?}");
    }
}

#[test]
fn a_twentieth_of_the_room_is_seen_behind_anything() {
    let mut frame = room(1280, 720);
    change(&mut frame, |x, y, plane, room| {
        let is_body = is_somebody((x * 1280.0) as usize, (y * 720.0) as usize, 1280, 720);
        let over = scenery(x, y, plane);
        if is_body { f64::from(room) } else { 0.95 * over + 0.05 * f64::from(room) }
    });
    assert!(room_shows(&frame) > 1.0, "{}", room_shows(&frame));
}

#[test]
fn the_room_is_seen_in_any_hole() {
    for (left, top) in [(0, 0), (13, 7), (600, 23), (1216, 656), (901, 333)] {
        let mut frame = room(1280, 720);
        change(&mut frame, |x, y, plane, room| {
            let (x0, y0) = (f64::from(left) / 1280.0, f64::from(top) / 720.0);
            let inside = (x0..x0 + 0.05).contains(&x) && (y0..y0 + 64.0 / 720.0).contains(&y);
            if inside { f64::from(room) } else { scenery(x, y, plane) }
        });
        assert!(room_shows(&frame) > 1.0, "{left},{top}: {}", room_shows(&frame));
    }
}

#[test]
fn the_room_is_seen_mirrored_and_as_a_negative() {
    let mut mirrored = room(640, 360);
    mirrored.yuv_mut().iter_mut().for_each(|plane| plane.rows_mut().for_each(<[u8]>::reverse));
    assert!(room_shows(&mirrored) > 1.0);
    let mut negative = room(640, 360);
    change(&mut negative, |_, _, _, value| 255.0 - f64::from(value));
    assert!(room_shows(&negative) > 1.0);
}

#[test]
fn the_room_is_seen_in_a_part_of_the_picture_that_was_cut_to_another_shape() {
    let whole = room(640, 480);
    let mut cut = Frame::new(PixelFormat::I420, Size::new(640, 360).unwrap());
    for (mut to, from) in cut.yuv_mut().into_iter().zip(whole.yuv()) {
        let above = (from.height() - to.height()) / 2;
        to.copy_from(from.crop(0, above, from.width(), to.height()));
    }
    assert!(RoomSearch::default().look(&cut).overall > 0.5);
}

#[test]
fn nothing_is_seen_in_other_pictures() {
    assert!(room_shows(&background(1280, 720)) < 0.7, "{}", room_shows(&background(1280, 720)));
    assert!(room_shows(&background(640, 360)) < 0.7, "{}", room_shows(&background(640, 360)));
    let mut noise = background(640, 360);
    let mut seed = 1_u64;
    for plane in &mut noise.yuv_mut() {
        plane.rows_mut().flatten().for_each(|v| {
            seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            *v = v.wrapping_add((seed >> 60) as u8);
        });
    }
    assert!(room_shows(&noise) < 0.8, "{}", room_shows(&noise));
}

/// Turns each sample into the mean of those around it.
fn blur(frame: &mut Frame, radius: isize) {
    let before = frame.clone();
    for (mut plane, from) in frame.yuv_mut().into_iter().zip(before.yuv()) {
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, to) in row.iter_mut().enumerate() {
                let around = -radius..=radius;
                let at = |dx: isize, dy: isize| from.at_clamped(x as isize + dx, y as isize + dy);
                let pairs = around.clone().flat_map(|dy| around.clone().map(move |dx| (dx, dy)));
                let sum: u32 = pairs.map(|(dx, dy)| u32::from(at(dx, dy))).sum();
                *to = (sum / (around.count() * (2 * radius + 1) as usize) as u32) as u8;
            }
        }
    }
}

#[test]
fn a_blurred_room_is_no_sighting() {
    let mut frame = room(640, 360);
    blur(&mut frame, 6);
    blur(&mut frame, 6);
    assert!(room_shows(&frame) < 1.0, "{:?}", RoomSearch::default().look(&frame));
}
