//! The shadows of layers.

use crate::common::{Behaviour, HEIGHT, PERSON, WIDTH, camera, canvas, luma, replace, studio};
use backlot_media::Frame;
use backlot_pipeline::Studio;
use backlot_scene::{
    Border, Corners, Layer, LayerId, LayerSource, Length, Place, Rgb, Scene, Shadow,
};

const LIGHT: u8 = 235;

/// Lengths are in pixels of 720 lines.
fn px(pixels: usize) -> Length {
    Length::Pixels((pixels * 720) as f32 / HEIGHT as f32)
}

fn shadow(blur: usize, x: usize, y: usize) -> Option<Shadow> {
    Some(Shadow { blur: px(blur), x: px(x), y: px(y), opacity: 1.0, color: Rgb::new([0; 3]) })
}

fn white(number: usize) -> Layer {
    Layer::new(LayerId::numbered(number), LayerSource::Color(Rgb::new([255; 3])))
}

/// A white box of half the canvas in its middle.
fn small() -> Layer {
    let half = "50%".parse().unwrap();
    Layer { place: Place { width: Some(half), ..Place::default() }, ..white(2) }
}

fn over_white(layer: Layer) -> Frame {
    let scene = Scene { layers: vec![white(1), layer], effects: vec![] };
    let mut studio = Studio::with_finder(&scene, canvas(), None).unwrap();
    studio.process(camera(0)).unwrap();
    studio.process(camera(1)).unwrap().picture.into_frame()
}

#[test]
fn a_sharp_shadow_is_the_layer_moved() {
    let frame = over_white(Layer { shadow: shadow(0, 6, 10), ..small() });
    let (left, right) = (WIDTH / 4, 3 * WIDTH / 4);
    let (top, bottom) = (HEIGHT / 4, 3 * HEIGHT / 4);
    for (x, y, expected) in [
        (left, bottom - 1, LIGHT),
        (left + 5, bottom, LIGHT),
        (left + 6, bottom, 16),
        (right - 1, bottom - 1, LIGHT),
        (right, top + 9, LIGHT),
        (right, top + 10, 16),
        (right + 5, bottom + 9, 16),
        (right + 6, bottom + 9, LIGHT),
        (right + 5, bottom + 10, LIGHT),
    ] {
        assert_eq!(luma(&frame, x, y), expected, "{x} {y}");
    }
}

#[test]
fn a_soft_shadow_fades_out_evenly_and_leaves_no_trace_of_its_end() {
    let frame = over_white(Layer { shadow: shadow(8, 0, 0), ..small() });
    let row: Vec<_> = (3 * WIDTH / 4..WIDTH).map(|x| luma(&frame, x, HEIGHT / 2)).collect();
    assert!(row[0].abs_diff(128) < 24, "half of it at the layer's edge: {row:?}");
    assert!(row.is_sorted(), "{row:?}");
    let steps = row.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(steps.max().unwrap() < 32, "a Gaussian of 4 pixels is no steeper: {row:?}");
    assert_eq!(*row.last().unwrap(), LIGHT);
}

#[test]
fn it_has_a_colour_and_fades_with_its_layer() {
    let grey = Rgb::new([128; 3]);
    let faint = |opacity| {
        let shadow = shadow(0, 0, 10).map(|s| Shadow { opacity, color: grey.clone(), ..s });
        let layer = Layer { shadow, opacity: 0.5, ..small() };
        luma(&over_white(layer), WIDTH / 2, 3 * HEIGHT / 4 + 4)
    };
    let dark = 219.0 - 219.0 * 128.0 / 255.0;
    assert!(f64::from(LIGHT - faint(1.0)) - dark / 2.0 < 1.5);
    assert!(f64::from(LIGHT - faint(0.5)) - dark / 4.0 < 1.5);
}

#[test]
fn corners_and_borders_shape_it() {
    let circle = Layer { corners: Corners::Circle, shadow: shadow(0, 0, 14), ..small() };
    let frame = over_white(circle);
    let below = 3 * HEIGHT / 4 + 10;
    assert_eq!(luma(&frame, WIDTH / 2, below), 16, "below the circle");
    assert_eq!(luma(&frame, WIDTH / 4 + 2, below), LIGHT, "below the box's corner");
    // A narrow picture in a wide box: the border lies around both.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("narrow.png");
    image::RgbImage::from_pixel(16, 64, image::Rgb([255; 3])).save(&path).unwrap();
    let mut narrow = Layer { source: LayerSource::File(path), shadow: shadow(0, 0, 14), ..small() };
    narrow.place.height = narrow.place.width;
    narrow.fit = backlot_scene::Fit::Contain;
    let frame = over_white(narrow.clone());
    let of = |frame: &Frame| [WIDTH / 2, WIDTH / 4 + 8].map(|x| luma(frame, x, below));
    assert_eq!(of(&frame), [16, LIGHT]);
    narrow.border = Some(Border { width: px(4), color: Rgb::new([255; 3]) });
    assert_eq!(of(&over_white(narrow)), [16, 16]);
}

#[test]
fn a_person_casts_one_and_a_hidden_person_none() {
    let mut scene = replace("white");
    scene.layers[1].shadow = shadow(0, 8, 0);
    let script = [Behaviour::Right, Behaviour::Fails];
    let mut studio = studio(&scene, &script);
    let row = |frame: &Frame| {
        [WIDTH / 3 + 4, 2 * WIDTH / 3 + 4, 2 * WIDTH / 3 + 9].map(|x| luma(frame, x, HEIGHT - 1))
    };
    let shown = studio.process(camera(0)).unwrap().picture;
    assert_eq!(row(&shown), [PERSON, 16, LIGHT]);
    let hidden = studio.process(camera(1)).unwrap().picture;
    assert_eq!(row(&hidden), [LIGHT; 3]);
    let shown = studio.process(camera(2)).unwrap().picture;
    assert_eq!(row(&shown), [PERSON, 16, LIGHT]);
}

#[test]
fn no_shadow_falls_on_what_it_does_not_reach() {
    let plain = over_white(white(2));
    let covering = over_white(Layer { shadow: shadow(8, 4, 4), ..white(2) });
    assert!(plain.bytes() == covering.bytes(), "under a layer that covers everything");
    let mut far = small();
    far.place.margin = backlot_scene::Margin::Both(Length::Percent(100.0));
    far.place.anchor = backlot_scene::Anchor::Left;
    let beside = over_white(Layer { shadow: shadow(8, 4, 4), ..far });
    assert!(plain.bytes() == beside.bytes(), "beside the canvas");
}
