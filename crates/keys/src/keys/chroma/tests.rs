//! The key before the drawn presenter, whose matte is known exactly: in uneven light, with spill,
//! as cameras deliver it.

use super::*;
use crate::Key;
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::Converter;
use backlot_media::{ColorSpace, FrameRate, PixelFormat, Size};

const SIZE: Size = Size { width: 640, height: 360 };

fn keyer(text: &str, level: Level) -> Box<dyn Keyer> {
    let key: Key = text.parse().unwrap();
    key.def().keyer(key.values(), level).unwrap()
}

/// How a camera delivers a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Drawn,
    /// Motion JPEG with chroma halved across.
    Mjpeg,
}

/// A camera before a screen.
struct Camera {
    presenter: Presenter,
    frame: Frame,
    truth: Matte,
    way: Way,
}

impl Camera {
    fn new(look: &str, way: Way) -> Self {
        let spec: PresenterSpec = look.parse().unwrap();
        let color = if way == Way::Mjpeg { ColorSpace::JPEG } else { ColorSpace::BT601 };
        Self {
            presenter: Presenter::new(&spec, SIZE, FrameRate::FPS_30, color),
            frame: Frame::new(PixelFormat::I420, SIZE),
            truth: Matte::new(SIZE),
            way,
        }
    }

    fn take(&mut self, index: u64) -> (Frame, &Matte) {
        self.presenter.draw(index, &mut self.frame, Some(&mut self.truth));
        let mut taken = self.frame.clone();
        if self.way == Way::Mjpeg {
            taken = through_jpeg(&self.frame);
        }
        (taken, &self.truth)
    }
}

/// Packs a picture as a camera with 4:2:2 and Motion JPEG does, and unpacks it as the program does.
fn through_jpeg(frame: &Frame) -> Frame {
    let mut wide = Frame::new(PixelFormat::I422, SIZE);
    wide.plane_mut(0).copy_from(frame.plane(0));
    for index in 1..3 {
        for (y, row) in wide.plane_mut(index).rows_mut().enumerate() {
            row.copy_from_slice(frame.plane(index).row(y / 2));
        }
    }
    let jpeg = backlot_mjpeg::encode(&wide, 80).unwrap();
    let decoded = backlot_mjpeg::Decoder::new().unwrap().decode(&jpeg).unwrap().frame;
    let mut back = Frame::new(PixelFormat::I420, SIZE);
    let forms = [(decoded.format(), ColorSpace::JPEG), (PixelFormat::I420, ColorSpace::BT601)];
    let mut converter = Converter::new(forms[0], forms[1], SIZE, Level::best());
    converter.run(&decoded, &mut back);
    (back.sequence, back.time) = (frame.sequence, frame.time);
    back
}

/// The mean error of a matte, of the whole picture and of the pixels near the person's edge.
fn errors(matte: &Matte, truth: &Matte) -> [f64; 2] {
    let (mut sums, mut counts) = ([0.0; 2], [0; 2]);
    for y in 0..SIZE.height as usize {
        for x in 0..SIZE.width as usize {
            let at =
                |dx: isize, dy: isize| truth.plane().at_clamped(x as isize + dx, y as isize + dy);
            let off = f64::from(matte.plane().row(y)[x].abs_diff(at(0, 0))) / 255.0;
            let around = [at(-3, 0), at(3, 0), at(0, -3), at(0, 3)];
            let is_edge = around.iter().any(|&v| v < 128) && around.iter().any(|&v| v >= 128);
            for (i, counted) in [true, is_edge].into_iter().enumerate().filter(|(_, c)| *c) {
                (sums[i], counts[i]) = (sums[i] + off, counts[i] + usize::from(counted));
            }
        }
    }
    [0, 1].map(|i| sums[i] / counts[i].max(1) as f64)
}

/// The mean errors over some frames.
fn measured(key: &str, look: &str, way: Way) -> [f64; 2] {
    let (mut camera, mut keyer) = (Camera::new(look, way), keyer(key, Level::best()));
    let mut matte = Matte::new(SIZE);
    let mut sums = [0.0; 2];
    for index in 0..6 {
        let (frame, truth) = camera.take(index * 25);
        keyer.find(&frame, &mut matte).unwrap();
        assert_eq!((matte.sequence(), matte.age()), (frame.sequence, Duration::ZERO));
        let found = errors(&matte, truth);
        (0..2).for_each(|i| sums[i] += found[i] / 6.0);
    }
    sums
}

#[test]
fn the_presenter_is_cut_out_of_green_and_yellow_screens() {
    let mut errors = Vec::new();
    for way in [Way::Drawn, Way::Mjpeg] {
        for look in [
            "presenter:room=green",
            "presenter:room=green,hair=curly,skin=5",
            "presenter:room=green,hair=long,skin=1,glasses=on",
            "presenter:room=yellow,hair=bun,skin=6",
            "presenter:room=yellow,hair=short,skin=2",
        ] {
            let [mean, edge] = measured("chroma", look, way);
            println!("{look}, {way:?}: {mean:.4}, at the edge {edge:.3}");
            errors.push((look, way, mean, edge));
        }
    }
    for (look, way, mean, edge) in errors {
        assert!(mean < 0.012, "{look}, {way:?}: {mean}");
        assert!(edge < 0.15, "{look}, {way:?}: {edge}");
    }
}

#[test]
fn a_given_colour_finds_the_same_screen() {
    for key in ["chroma:color=#00b140", "chroma:green", "chroma:color=#22aa55"] {
        let [mean, edge] = measured(key, "presenter:room=green", Way::Drawn);
        assert!(mean < 0.012 && edge < 0.15, "{key}: {mean}, at the edge {edge}");
    }
}

#[test]
fn every_level_cuts_the_same() {
    let mut camera = Camera::new("presenter:room=green", Way::Mjpeg);
    let (frame, _) = camera.take(30);
    let cut = |level| {
        let (mut keyer, mut matte) = (keyer("chroma", level), Matte::new(SIZE));
        keyer.find(&frame, &mut matte).unwrap();
        let mut clean = frame.clone();
        keyer.clean(clean.yuv_mut(), matte.plane());
        let rows: Vec<u8> = matte.plane().rows().flatten().copied().collect();
        (rows, clean.bytes().to_vec())
    };
    let plain = cut(Level::SCALAR);
    for level in Level::available() {
        assert!(cut(level) == plain, "{level}");
    }
}

/// How much the colour of the person's edge leans to a green screen's.
fn spill(frame: &Frame, truth: &Matte) -> f64 {
    let [_, cb, cr] = frame.yuv();
    let (mut sum, mut count) = (0.0, 0);
    for y in 0..cb.height() {
        for x in 0..cb.width() {
            if (20..=235).contains(&truth.plane().row(2 * y)[2 * x]) {
                let [b, r] = [cb.row(y)[x], cr.row(y)[x]].map(|v| f64::from(v) - 128.0);
                sum += (-(b + r)).max(0.0);
                count += 1;
            }
        }
    }
    sum / f64::from(count.max(1))
}

#[test]
fn the_screens_light_is_taken_off_the_person() {
    let mut camera = Camera::new("presenter:room=green", Way::Drawn);
    let (frame, truth) = camera.take(40);
    let cleaned = |key: &str| {
        let (mut keyer, mut matte) = (keyer(key, Level::best()), Matte::new(SIZE));
        keyer.find(&frame, &mut matte).unwrap();
        let mut clean = frame.clone();
        keyer.clean(clean.yuv_mut(), matte.plane());
        assert_eq!(clean.plane(0).row(9), frame.plane(0).row(9));
        spill(&clean, truth)
    };
    let before = spill(&frame, truth);
    let [whole, none] = ["chroma", "chroma:spill=0"].map(cleaned);
    println!("spill {before}, with none taken out {none}, with all {whole}");
    assert!(none == before && whole < 0.5 * before, "{before}, {none}, {whole}");
}

/// The share of the matte that is left.
fn left(keyer: &mut dyn Keyer, frame: &Frame) -> f64 {
    let mut matte = Matte::new(SIZE);
    keyer.find(frame, &mut matte).unwrap();
    matte.coverage()
}

#[test]
fn without_a_screen_all_is_left() {
    for look in ["presenter", "presenter:room=plain", "presenter:room=living,light=evening"] {
        let (frame, _) = {
            let mut camera = Camera::new(look, Way::Drawn);
            (camera.take(3).0, ())
        };
        for key in ["chroma", "chroma:color=#00b140"] {
            let coverage = left(keyer(key, Level::best()).as_mut(), &frame);
            assert!(coverage > 0.9, "{look}, {key}: {coverage}");
        }
    }
}

#[test]
fn what_was_behind_the_screen_does_not_become_the_screen() {
    let mut keyer = keyer("chroma", Level::best());
    let (mut green, mut yellow) = (
        Camera::new("presenter:room=green", Way::Drawn),
        Camera::new("presenter:room=yellow", Way::Drawn),
    );
    assert!(left(keyer.as_mut(), &green.take(0).0) < 0.5);
    for index in 0..60 {
        let coverage = left(keyer.as_mut(), &yellow.take(index).0);
        assert!(coverage > 0.9, "{index}: {coverage}");
    }
    assert!(left(keyer.as_mut(), &green.take(61).0) < 0.5, "and it comes back at once");
    keyer.reset();
    assert!(left(keyer.as_mut(), &yellow.take(62).0) < 0.5);
}

#[test]
fn the_light_goes_off_and_all_is_left() {
    let mut keyer = keyer("chroma", Level::best());
    let mut camera = Camera::new("presenter:room=green", Way::Drawn);
    let mut frame = camera.take(0).0;
    assert!(left(keyer.as_mut(), &frame) < 0.5);
    frame.blacken();
    frame.plane_mut(0).rows_mut().for_each(|row| row.fill(24));
    assert!(left(keyer.as_mut(), &frame) > 0.99);
}

#[test]
fn the_colour_follows_slow_changes_only() {
    let mut finder = Finder::new(None);
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    let mut look = |tint: [u8; 3]| {
        frame.yuv_mut().into_iter().zip(tint).for_each(|(mut plane, value)| plane.fill(value));
        finder.look(&frame).unwrap()
    };
    let first = look([120, 80, 70]);
    assert_eq!(first, Tint { luma: 120.0, chroma: [-48.0, -58.0] });
    let next = look([120, 80, 82]).chroma[1];
    assert!((-58.0..-57.0).contains(&next), "{next}");
    let late = (0..200).map(|_| look([120, 80, 82])).last().unwrap();
    assert!((late.chroma[1] + 46.0).abs() < 0.1, "{late:?}");
}
