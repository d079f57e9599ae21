//! Cameras' pictures that are made only as far as they are seen, where layers scale, crop or turn them: what is shown is
//! that of the whole, to the byte.

use crate::in_part::{FORMATS, Film, SIZE, compared, developer_of, raw, studio_of};
use backlot_matte::MatteError;
use backlot_media::{Frame, FrameRate, Latent, Matte, Plane, Size, Window};
use backlot_pipeline::{Keyer, Program, Stages};
use backlot_scene::config::{Config, READY_SCENES};
use backlot_scene::{
    Anchor, Crop, Layer, LayerId, LayerSource, Length, Margin, Place, Replacement, Scene, Turn,
};

/// So large that a quarter of it has as many pixels as any of the views.
const LARGE: Size = Size { width: 1920, height: 1152 };

/// Somebody cut out in a place.
pub fn person(
    number: usize,
    height: f32,
    anchor: Anchor,
    change: impl FnOnce(&mut Layer),
) -> Layer {
    let mut layer =
        Layer::new(LayerId::numbered(number), LayerSource::Camera).keyed(backlot_keys::person());
    let height = Some(Length::Percent(height));
    layer.place = Place { anchor, height, ..Place::default() };
    change(&mut layer);
    layer
}

/// A scene of people before a background.
pub fn scene(people: impl IntoIterator<Item = Layer>) -> Program {
    let mut scene = Scene::replace("gradient:navy,white".parse().unwrap(), Replacement::default());
    scene.layers.truncate(1);
    scene.layers.extend(people);
    scene.into()
}

fn cropped(layer: &mut Layer) {
    let [left, right, bottom] = [12.5, 20.3, 30.0].map(Length::Percent);
    layer.crop = Crop { left, right, bottom, ..Crop::NONE };
}

fn check(program: &Program, what: &str) {
    let format = FORMATS[what.len() % 3];
    let (worst, share) = compared(program, format, LARGE);
    println!("{what}, {format}: {share:.2} made");
    assert_eq!(worst, 0, "{what}, {format}");
    assert!(share < 0.75, "{what}, {format}: {share}");
    let (worst, share) = compared(program, format, SIZE);
    assert_eq!(worst, 0, "{what}, {format}, of a small camera");
    println!("{what}, {format}, of a small camera: {share:.2} made");
}

#[test]
fn ready_scenes_of_a_larger_camera_are_the_same_to_the_byte() {
    let document = Config::default().document;
    for (ready, format) in READY_SCENES.iter().zip(FORMATS.into_iter().cycle()) {
        let program = Program::new(document.scene(ready.name).unwrap().form.scene(), &document);
        for size in [LARGE, Size { width: 640, height: 480 }] {
            let (worst, share) = compared(&program, format, size);
            println!("{} {format}: {share:.2} made", ready.name);
            assert_eq!(worst, 0, "{} {format}", ready.name);
        }
    }
}

#[test]
fn somebody_scaled_is_the_same_to_the_byte() {
    for height in [33.0, 50.0, 71.0, 90.0] {
        check(&scene([person(1, height, Anchor::Bottom, |_| ())]), "one who is scaled");
        check(&scene([person(1, height, Anchor::Top, cropped)]), "one who is cropped");
        let effect = |layer: &mut Layer| layer.effects = vec!["hologram".parse().unwrap()];
        check(&scene([person(1, height, Anchor::Bottom, effect)]), "a hologram");
    }
}

#[test]
fn several_of_one_camera_are_the_same_to_the_byte() {
    let mirrored = |layer: &mut Layer| layer.mirror = true;
    let outside = |layer: &mut Layer| {
        let [x, y] = [-21.0, 9.0].map(Length::Percent);
        layer.place.margin = Margin::Each(x, y);
    };
    for (left, right) in [(40.0, 71.0), (100.0, 33.0), (86.0, 86.0), (140.0, 60.0)] {
        let two = [
            person(1, left, Anchor::BottomLeft, outside),
            person(2, right, Anchor::BottomRight, mirrored),
        ];
        check(&scene(two), "two");
    }
    let three = [
        person(1, 40.0, Anchor::BottomLeft, cropped),
        person(2, 77.0, Anchor::Bottom, |layer| layer.turn = Turn::Left),
        person(3, 55.0, Anchor::TopRight, |layer| {
            (layer.turn, layer.mirror) = (Turn::Half, true);
        }),
    ];
    check(&scene(three), "three, two of whom are turned");
}

#[test]
fn of_a_scaled_picture_a_part_is_made() {
    let program = scene([person(1, 60.0, Anchor::Bottom, |_| ())]);
    for format in FORMATS {
        let (worst, share) = compared(&program, format, LARGE);
        assert_eq!(worst, 0);
        assert!((0.02..0.5).contains(&share), "{format}: {share}");
    }
}

/// Looks at a picture in all ways, and finds nobody.
pub struct Looking;

/// Some columns and rows.
type Part = [std::ops::Range<usize>; 2];

/// The mean difference of a part of a small plane to means of blocks of the whole.
fn far(whole: Plane<'_>, small: Plane<'_>, divisor: usize, [columns, rows]: &Part) -> f32 {
    let (mut sum, mut count) = (0.0, 0);
    for y in rows.start..rows.end.min(small.height()) {
        for x in columns.start..columns.end.min(small.width()) {
            let side = |at: usize, side: usize| at * divisor..((at + 1) * divisor).min(side);
            let (across, down) = (side(x, whole.width()), side(y, whole.height()));
            let pixels = down.flat_map(|y| &whole.row(y)[across.clone()]);
            let (total, of) = pixels.fold((0, 0), |(sum, n), &v| (sum + u32::from(v), n + 1));
            sum += (f32::from(small.row(y)[x]) - total as f32 / of as f32).abs();
            count += 1;
        }
    }
    sum / count as f32
}

impl Keyer for Looking {
    fn find(&mut self, _: &Frame, _: &mut Matte) -> Result<(), MatteError> {
        Err(MatteError::NotYet)
    }

    fn find_in(&mut self, picture: &mut dyn Latent, _: &mut Matte) -> Result<(), MatteError> {
        let size = picture.size();
        let window = Window { x: 21.0, y: 10.0, width: 30.0, height: 20.5 };
        let whole = Window::whole(size);
        let all = || [0..size.width as usize, 0..size.height as usize];
        let looks = [
            (1_usize, picture.glance(1, window).clone(), [20..52, 9..32]),
            (1, picture.glance(1, whole).clone(), all()),
            (2, picture.half(window).clone(), [10..26, 5..16]),
            (2, picture.glance(2, whole).clone(), all()),
            (4, picture.quarter().clone(), all()),
        ];
        let whole = picture.whole();
        for (divisor, small, part) in looks {
            let (divisor, part) = match small.size() == size {
                true => (1, part.map(|side| side.start * divisor..side.end * divisor)),
                false => (divisor, part),
            };
            assert_eq!(small.size(), size.divided(divisor as u32));
            for (index, (small, whole)) in small.yuv().into_iter().zip(whole.yuv()).enumerate() {
                let sub = if index == 0 { 1 } else { 2 };
                let part = part.clone().map(|side| side.start / sub..side.end.div_ceil(sub));
                let far = far(whole, small, divisor, &part);
                assert!(far < 2.5, "{size} by {divisor}, {index}: {far}");
            }
        }
        Err(MatteError::NotYet)
    }
}

type Change = fn(&mut Layer);

#[test]
fn what_is_looked_at_is_near_what_it_is() {
    let views: [(f32, Change); 6] = [
        (100.0, |_| ()),
        (75.0, |_| ()),
        (50.0, |_| ()),
        (33.0, |_| ()),
        (60.0, cropped),
        (25.0, cropped),
    ];
    for (height, change) in views {
        for size in [LARGE, Size { width: 1282, height: 722 }] {
            let program = scene([person(1, height, Anchor::Bottom, change)]);
            let mut studio = studio_of(&program, size, |_| Box::new(Looking));
            let (mut camera, mut film) = (developer_of(size), Film::of_size(FORMATS[0], size));
            for index in 0..2 {
                let jpeg = film.jpeg(index);
                let exposed = camera.expose(raw(&jpeg, index), &mut Stages::default()).unwrap();
                studio.accept(0, exposed);
                studio.draw(0, FrameRate::FPS_30.time_of(index), index).unwrap();
            }
        }
    }
}
