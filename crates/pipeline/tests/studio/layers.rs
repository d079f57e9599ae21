//! Layers with a place, a form and an outline of their own.

use crate::common::{Behaviour, HEIGHT, PERSON, WIDTH, camera, canvas, is_person, luma, studio};
use backlot_media::Frame;
use backlot_pipeline::Studio;
use backlot_scene::{
    Anchor, Blend, Border, Corners, Crop, Layer, LayerId, LayerSource, Length, Margin, Place, Rgb,
    Scene, Turn,
};

fn colour(number: usize, rgb: [u8; 3]) -> Layer {
    Layer::new(LayerId::numbered(number), LayerSource::Color(Rgb::new(rgb)))
}

fn white() -> Layer {
    colour(2, [255; 3])
}

/// A layer over black, without a camera.
fn over_black(layer: Layer) -> Frame {
    drawn(vec![colour(1, [0; 3]), layer])
}

fn drawn(layers: Vec<Layer>) -> Frame {
    let scene = Scene { layers, effects: vec![] };
    let mut studio = Studio::with_finder(&scene, canvas(), None).unwrap();
    studio.process(camera(0)).unwrap();
    // A second picture, in memory that has been used.
    studio.process(camera(1)).unwrap().picture.into_frame()
}

fn placed(anchor: Anchor, width: &str) -> Place {
    Place { anchor, width: Some(width.parse().unwrap()), ..Place::default() }
}

/// The luma of the middles of the four quarters, row by row.
fn quarters(frame: &Frame) -> [u8; 4] {
    let (x, y) = (WIDTH / 4, HEIGHT / 4);
    [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)].map(|(x, y)| luma(frame, x, y))
}

/// A file whose four quarters have brightnesses of their own.
fn four_greys(folder: &std::path::Path, alpha: [u8; 4]) -> LayerSource {
    let picture = image::RgbaImage::from_fn(WIDTH as u32, HEIGHT as u32, |x, y| {
        let quarter = usize::from(x >= WIDTH as u32 / 2) + 2 * usize::from(y >= HEIGHT as u32 / 2);
        let grey = [40, 100, 160, 220][quarter];
        image::Rgba([grey, grey, grey, alpha[quarter]])
    });
    let path = folder.join("greys.png");
    picture.save(&path).unwrap();
    LayerSource::File(path)
}

/// The luma of a grey.
fn grey(value: f64) -> u8 {
    (16.0 + value * 219.0 / 255.0).round() as u8
}

fn is_near(found: [u8; 4], expected: [u8; 4]) -> bool {
    found.into_iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2)
}

const GREYS: [f64; 4] = [40.0, 100.0, 160.0, 220.0];

#[test]
fn a_small_layer_lies_in_its_corner() {
    let corner = Layer { place: placed(Anchor::BottomRight, "50%"), ..white() };
    let frame = over_black(corner);
    assert_eq!(quarters(&frame), [16, 16, 16, 235]);
    assert_eq!(
        (luma(&frame, WIDTH / 2 - 1, HEIGHT - 1), luma(&frame, WIDTH / 2, HEIGHT - 1)),
        (16, 235)
    );
}

#[test]
fn a_layer_may_hang_over_the_edge() {
    let mut layer = Layer { place: placed(Anchor::TopLeft, "50%"), ..white() };
    let length = Length::Percent(-25.0);
    layer.place.margin = Margin::Each(length, length);
    let frame = over_black(layer);
    let inside = (WIDTH / 4 - 1, HEIGHT / 4 - 1);
    assert_eq!((luma(&frame, 0, 0), luma(&frame, inside.0, inside.1)), (235, 235));
    assert_eq!((luma(&frame, inside.0 + 1, 0), luma(&frame, 0, inside.1 + 1)), (16, 16));
}

#[test]
fn files_are_cropped_turned_and_mirrored() {
    let folder = tempfile::tempdir().unwrap();
    let source = four_greys(folder.path(), [255; 4]);
    let layer = |change: &dyn Fn(&mut Layer)| {
        let mut layer = Layer::new(LayerId::numbered(2), source.clone());
        layer.fit = backlot_scene::Fit::Stretch;
        change(&mut layer);
        quarters(&over_black(layer))
    };
    let greys = |order: [usize; 4]| order.map(|at| grey(GREYS[at]));
    assert!(is_near(layer(&|_| ()), greys([0, 1, 2, 3])));
    assert!(is_near(layer(&|layer| layer.mirror = true), greys([1, 0, 3, 2])));
    assert!(is_near(layer(&|layer| layer.turn = Turn::Half), greys([3, 2, 1, 0])));
    assert!(is_near(layer(&|layer| layer.turn = Turn::Right), greys([2, 0, 3, 1])));
    let half = |layer: &mut Layer| layer.crop = Crop { left: Length::Percent(50.0), ..Crop::NONE };
    assert!(is_near(layer(&half), greys([1, 1, 3, 3])));
}

#[test]
fn what_lies_below_shows_through_transparency() {
    let folder = tempfile::tempdir().unwrap();
    let source = four_greys(folder.path(), [255, 0, 128, 255]);
    let frame = drawn(vec![white(), Layer::new(LayerId::numbered(3), source)]);
    let half = 160.0 * 128.0 / 255.0 + 255.0 * 127.0 / 255.0;
    assert!(is_near(quarters(&frame), [grey(40.0), 235, grey(half), grey(220.0)]));
}

#[test]
fn blend_modes_mix_light() {
    let mix = |blend, below: u8, top: u8| {
        let layer = Layer { blend, ..colour(2, [top; 3]) };
        luma(&drawn(vec![colour(1, [below; 3]), layer]), 5, 5)
    };
    assert!(mix(Blend::Multiply, 128, 128).abs_diff(grey(64.25)) <= 2);
    assert!(mix(Blend::Screen, 128, 128).abs_diff(grey(191.75)) <= 2);
    assert!(mix(Blend::Add, 100, 100).abs_diff(grey(200.0)) <= 2);
    assert!(mix(Blend::Add, 200, 200).abs_diff(235) <= 1);
}

#[test]
fn corners_are_cut_off_and_borders_drawn() {
    let corner = Layer { corners: Corners::Circle, ..white() };
    let frame = over_black(corner);
    assert_eq!((luma(&frame, 1, 1), luma(&frame, WIDTH / 2, HEIGHT / 2)), (16, 235));
    let width = Length::Percent(10.0);
    let border = Some(Border { width, color: Rgb::new([128; 3]) });
    let frame = over_black(Layer { border, ..white() });
    assert!(luma(&frame, 2, 2).abs_diff(grey(128.0)) <= 1);
    assert_eq!(luma(&frame, WIDTH / 2, HEIGHT / 2), 235);
}

#[test]
fn transparent_pictures_have_corners_too() {
    let folder = tempfile::tempdir().unwrap();
    let source = four_greys(folder.path(), [255, 0, 255, 255]);
    let picture = Layer { corners: Corners::Circle, ..Layer::new(LayerId::numbered(3), source) };
    let frame = drawn(vec![white(), picture]);
    assert_eq!(luma(&frame, 1, HEIGHT - 2), 235, "the corner shows what is below");
    assert!(luma(&frame, WIDTH / 2 + 4, 3 * HEIGHT / 4).abs_diff(grey(220.0)) <= 2);
}

#[test]
fn a_small_person_stands_where_the_layer_is() {
    let person = Layer {
        key: Some(backlot_keys::person()),
        place: placed(Anchor::BottomRight, "50%"),
        edge: backlot_scene::Edge { decontaminate: 0.0, light_wrap: 0.0 },
        ..Layer::new(LayerId::person(), LayerSource::Camera)
    };
    let scene = Scene { layers: vec![colour(1, [0; 3]), person], effects: vec![] };
    let frame = studio(&scene, &[Behaviour::Right]).process(camera(0)).unwrap().picture;
    assert!(luma(&frame, 3 * WIDTH / 4, 3 * HEIGHT / 4).abs_diff(PERSON) <= 2, "the person");
    assert_eq!(luma(&frame, WIDTH / 2 + 4, 3 * HEIGHT / 4), 16, "the room beside them is cut off");
    assert_eq!(quarters(&frame)[..3], [16; 3]);
}

#[test]
fn one_camera_is_shown_twice() {
    let small = Layer {
        place: placed(Anchor::TopLeft, "25%"),
        ..Layer::new(LayerId::numbered(2), LayerSource::Camera)
    };
    let scene = Scene {
        layers: vec![
            Layer { key: None, ..Layer::new(LayerId::camera(), LayerSource::Camera) },
            small,
        ],
        effects: vec![],
    };
    let frame = studio(&scene, &[Behaviour::Right]).process(camera(0)).unwrap().picture;
    assert!(luma(&frame, WIDTH / 8, HEIGHT / 8).abs_diff(PERSON) <= 2, "the small one");
    let x = WIDTH / 2;
    assert!(is_person(x) && luma(&frame, x, HEIGHT / 2) == PERSON, "the large one");
}
