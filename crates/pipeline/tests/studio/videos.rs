//! Layers of videos: how they end, and what is seen through them.

use crate::common::{HEIGHT, WIDTH, camera, canvas, luma};
use backlot_files::{AlphaVideoSink, VideoOutOptions};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size, Timestamp};
use backlot_pipeline::Studio;
use backlot_scene::{Corners, Effect, Layer, LayerId, LayerSource, Place, Play, Rgb, Scene};
use std::path::{Path, PathBuf};

const SIZE: Size = Size { width: WIDTH as u32, height: HEIGHT as u32 };

/// A video of five frames a second that shows light on its left and nothing on its right.
fn half(folder: &Path, frames: usize) -> PathBuf {
    let path = folder.join("half.mov");
    let rate = FrameRate::new(5, 1).unwrap();
    let options = VideoOutOptions::new(SIZE, rate, ColorSpace::BT709);
    let mut sink = AlphaVideoSink::create(&path, &options).unwrap();
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    frame.color = ColorSpace::BT709;
    frame.yuv_mut().into_iter().zip([200, 128, 128]).for_each(|(mut plane, v)| plane.fill(v));
    let mut cut = Matte::new(SIZE);
    cut.plane_mut().rows_mut().for_each(|row| row[..WIDTH / 2].fill(255));
    (0..frames).for_each(|_| sink.write(&frame, &cut).unwrap());
    sink.complete().unwrap();
    path
}

fn over_grey(video: Layer) -> Studio {
    let grey = LayerSource::Color(Rgb::new([98; 3]));
    let layers = vec![Layer::new(LayerId::numbered(1), grey), video];
    Studio::with_finder(&Scene { layers, effects: vec![] }, canvas(), None).unwrap()
}

fn layer(path: PathBuf) -> Layer {
    Layer::new(LayerId::numbered(2), LayerSource::File(path))
}

/// The brightness of the left and the right at a time, in seconds.
fn sides(studio: &mut Studio, seconds: f64) -> [u8; 2] {
    let mut frame = camera(0);
    frame.time = Timestamp::from_secs_f64(seconds);
    let picture = studio.process(frame).unwrap().picture.into_frame();
    [WIDTH / 4, 3 * WIDTH / 4].map(|x| luma(&picture, x, HEIGHT / 2))
}

fn is_near(found: [u8; 2], expected: [u8; 2]) -> bool {
    found.into_iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3)
}

#[test]
fn something_is_seen_through_a_transparent_video() {
    let folder = tempfile::tempdir().unwrap();
    let path = half(folder.path(), 2);
    let plain = layer(path);
    let mirrored = Layer { mirror: true, ..plain.clone() };
    let invert: Effect = "invert".parse().unwrap();
    let changed = Layer { effects: vec![invert], ..plain.clone() };
    let faded = Layer { opacity: 0.5, ..plain.clone() };
    let width = Some("50%".parse().unwrap());
    let small = Layer { place: Place { width, ..Place::default() }, ..plain.clone() };
    let round = Layer { corners: Corners::Circle, ..small.clone() };
    for (name, layer, expected) in [
        ("plain", plain, [200, 100]),
        ("mirrored", mirrored, [100, 200]),
        ("changed", changed, [51, 100]),
        ("faded", faded, [150, 100]),
        ("small", small, [200, 100]),
        ("round", round, [200, 100]),
    ] {
        let mut studio = over_grey(layer.clone());
        let found = [0.0, 0.1, 0.3, 0.7].map(|time| sides(&mut studio, time));
        let expected = match name {
            // It stands in the middle: its left half begins at a quarter.
            "small" | "round" => {
                let mut frame = camera(0);
                frame.time = Timestamp::from_secs_f64(1.0);
                let picture = studio.process(frame).unwrap().picture.into_frame();
                let at = |part: usize| luma(&picture, WIDTH * part / 16, HEIGHT / 2);
                assert!(is_near([at(7), at(9)], expected), "{name}: {} {}", at(7), at(9));
                continue;
            }
            _ => expected,
        };
        assert!(found.iter().all(|&found| is_near(found, expected)), "{name}: {found:?}");
    }
}

#[test]
fn a_video_loops_disappears_or_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = half(folder.path(), 2);
    for (play, after) in [(Play::Loop, 200), (Play::Once, 100), (Play::Hold, 200)] {
        let mut studio = over_grey(Layer { play, ..layer(path.clone()) });
        let found = [0.0, 0.35, 0.45, 2.0, 0.1].map(|time| sides(&mut studio, time)[0]);
        let expected = [200, 200, after, after, 200];
        let is_right = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3);
        assert!(is_right, "{play}: {found:?}");
    }
}
