//! A screen behind the person: cut out without a network, and shielded while it isn't there.

use backlot_effects::Canvas;
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_pipeline::{ShieldReason, Studio, StudioOptions, Verdict};
use backlot_scene::{Replacement, Scene};

const SIZE: Size = Size { width: 640, height: 360 };

fn studio(key: &str) -> Studio {
    let key = Some(key.parse().unwrap());
    let scene = Scene::replace("navy".parse().unwrap(), Replacement { key, ..Default::default() });
    let intake = Default::default();
    let canvas = Canvas::new(SIZE, ColorSpace::BT601, Level::best());
    let matte = Default::default();
    let options = StudioOptions::new(canvas, None, matte, &intake);
    Studio::new(&scene.into(), options).unwrap()
}

/// The presenter before something, and what of the picture is theirs.
fn picture(room: &str, index: u64) -> (Frame, Matte) {
    let spec: PresenterSpec = format!("presenter:room={room}").parse().unwrap();
    let mut presenter = Presenter::new(&spec, SIZE, FrameRate::FPS_30, ColorSpace::BT601);
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    let mut truth = Matte::new(SIZE);
    presenter.draw(index, &mut frame, Some(&mut truth));
    (frame, truth)
}

#[test]
fn a_screen_is_replaced_without_a_network() {
    let mut studio = studio("chroma");
    for index in 0..5 {
        let (frame, truth) = picture("green", 20 * index);
        let before = frame.clone();
        let finished = studio.process(frame).unwrap();
        assert_eq!(finished.verdict, Verdict::Show, "{index}");
        let navy = ColorSpace::BT601.encode_rgb8([0, 0, 128]);
        let at = |x: usize, y: usize| {
            [0, 1, 2].map(|i| {
                let half = usize::from(i > 0);
                finished.picture.plane(i).row(y >> half)[x >> half]
            })
        };
        for (x, y) in [(8, 8), (630, 10), (20, 200), (600, 300)] {
            let off = at(x, y).iter().zip(navy).map(|(a, b)| a.abs_diff(b)).max();
            assert!(off <= Some(3), "{index}: {:?} at {x}, {y}", at(x, y));
        }
        let kept = (0..SIZE.pixels())
            .map(|i| (i % 640, i / 640))
            .filter(|&(x, y)| truth.plane().row(y)[x] == 255);
        let (mut same, mut all) = (0, 0);
        for (x, y) in kept {
            all += 1;
            same += u32::from(at(x, y)[0].abs_diff(before.plane(0).row(y)[x]) <= 12);
        }
        assert!(f64::from(same) > 0.93 * f64::from(all), "{index}: {same} of {all}");
    }
    assert_eq!(studio.guard().shielded, 0);
}

/// What the guard says of frames of one kind, after some before a screen.
fn after_the_screen(mut next: impl FnMut(u64) -> Frame) -> Vec<Verdict> {
    let mut studio = studio("chroma");
    for index in 0..3 {
        assert_eq!(studio.process(picture("green", index).0).unwrap().verdict, Verdict::Show);
    }
    let verdicts = (3..6).map(|index| {
        let mut frame = next(index);
        frame.sequence = index;
        frame.time = FrameRate::FPS_30.time_of(index);
        studio.process(frame).unwrap().verdict
    });
    let verdicts = verdicts.collect();
    let back = studio.process(picture("green", 6).0).unwrap();
    assert_eq!(back.verdict, Verdict::Show, "the screen is back");
    verdicts
}

const NO_SCREEN: Verdict = Verdict::Shield(ShieldReason::NoScreen);

#[test]
fn a_screen_that_is_pulled_away_shows_nothing_of_the_room() {
    assert_eq!(after_the_screen(|index| picture("office", index).0), [NO_SCREEN; 3]);
    assert_eq!(after_the_screen(|index| picture("yellow", index).0), [NO_SCREEN; 3]);
}

#[test]
fn in_the_dark_nothing_is_shown() {
    let dark = |index| {
        let mut frame = picture("green", index).0;
        frame
            .plane_mut(0)
            .rows_mut()
            .for_each(|row| row.iter_mut().for_each(|v| *v = 16 + *v / 32));
        (1..3).for_each(|i| frame.plane_mut(i).fill(128));
        frame
    };
    assert_eq!(after_the_screen(dark), [NO_SCREEN; 3]);
}

#[test]
fn a_camera_that_is_turned_shows_nothing_of_the_room() {
    let turned = |index| {
        let (room, mut frame) = (picture("office", index).0, picture("green", index).0);
        for plane in 0..3 {
            let from = room.plane(plane);
            for (y, row) in frame.plane_mut(plane).rows_mut().enumerate() {
                let width = row.len() * 19 / 20;
                row[..width].copy_from_slice(&from.row(y)[..width]);
            }
        }
        frame
    };
    assert_eq!(after_the_screen(turned), [NO_SCREEN; 3]);
}

#[test]
fn without_a_key_the_room_is_whole() {
    let mut studio = studio("none");
    let (frame, _) = picture("green", 0);
    let before = frame.clone();
    let finished = studio.process(frame).unwrap();
    assert_eq!(finished.picture.plane(0).row(9), before.plane(0).row(9));
}
