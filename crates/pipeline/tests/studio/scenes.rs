//! Scenes of every build.

use crate::common::{
    Behaviour, HEIGHT, PERSON, ROOM, WIDTH, camera, canvas, is_person, luma, replace, studio,
};
use backlot_media::{ColorSpace, Frame, PixelFormat};
use backlot_pipeline::{CutOut, Stage, Studio, StudioOptions, Verdict};
use backlot_scene::{Layer, LayerSource, Rgb, Scene};

fn layer(source: LayerSource) -> Layer {
    let scene = replace("black");
    Layer { source, key: None, effects: Vec::new(), ..scene.layers[0].clone() }
}

fn middle(frame: &Frame) -> u8 {
    luma(frame, WIDTH / 2, HEIGHT / 2)
}

#[test]
fn a_picture_alone_needs_no_camera_and_no_network() {
    let scene =
        Scene { layers: vec![layer(LayerSource::Color(Rgb::new([255; 3])))], effects: vec![] };
    let intake = Default::default();
    let options = StudioOptions::new(canvas(), None, Default::default(), &intake);
    let mut studio = Studio::new(&scene.into(), options).unwrap();
    let finished = studio.process(camera(5)).unwrap();
    assert!(luma(&finished.picture, 3, 3).abs_diff(235) <= 1);
    assert_eq!(finished.picture.sequence, 5);
    assert_eq!(finished.picture.time, camera(5).time);
}

#[test]
fn the_camera_alone_passes_unchanged() {
    let scene = Scene { layers: vec![layer(LayerSource::Camera)], effects: vec![] };
    let mut studio = Studio::with_finder(&scene, canvas(), None).unwrap();
    let finished = studio.process(camera(0)).unwrap();
    for (a, b) in finished.picture.yuv().iter().zip(camera(0).yuv()) {
        assert!(a.rows().eq(b.rows()));
    }
}

#[test]
fn half_opacity_is_half_of_each() {
    let mut scene = replace("black");
    scene.layers[1].opacity = 0.5;
    let finished = studio(&scene, &[Behaviour::Right]).process(camera(0)).unwrap();
    assert!(middle(&finished.picture).abs_diff((16 + PERSON) / 2) <= 1);
    assert_eq!(luma(&finished.picture, 2, 2), 16);
}

#[test]
fn three_layers_lie_over_each_other() {
    let mut scene = replace("black");
    let mut tint = layer(LayerSource::Color(Rgb::new([255; 3])));
    tint.opacity = 0.25;
    scene.layers.insert(1, tint);
    let finished = studio(&scene, &[Behaviour::Right]).process(camera(0)).unwrap();
    assert_eq!(middle(&finished.picture), PERSON);
    let expected = 16.0 + 0.25 * (235.0 - 16.0);
    assert!((f64::from(luma(&finished.picture, 2, 2)) - expected).abs() < 1.6);
}

#[test]
fn the_blurred_room_keeps_the_person_sharp_and_out_of_the_blur() {
    let finished = studio(&replace("blur:20"), &[Behaviour::Right]).process(camera(0)).unwrap();
    assert_eq!(middle(&finished.picture), PERSON);
    let edge = luma(&finished.picture, WIDTH / 3 - 1, HEIGHT / 2);
    assert!(edge.abs_diff(ROOM + 15) < 8, "the person bleeds into the room: {edge}");
}

#[test]
fn the_person_alone_has_nothing_of_the_room() {
    let scene = |effect: Option<&str>| {
        let mut scene = replace("transparent");
        scene.layers[0].effects.extend(effect.map(|text| text.parse().unwrap()));
        scene
    };
    let script = [Behaviour::Right, Behaviour::Fails, Behaviour::LetsAllThrough];
    let mut studio_alone = studio(&scene(None), &script);
    for (sequence, behaviour) in (0..3).zip(script) {
        let CutOut { picture, cut, verdict } = studio_alone.cut_out(camera(sequence)).unwrap();
        let shows = behaviour == Behaviour::Right;
        assert_eq!((verdict == Verdict::Show, cut.sequence()), (shows, sequence));
        for (x, alpha) in cut.plane().row(HEIGHT / 2).iter().enumerate() {
            let seen = shows && is_person(x);
            assert_eq!(*alpha == 255, seen, "{behaviour:?}");
            let expected = if seen { PERSON } else { 16 };
            assert_eq!(luma(&picture, x, HEIGHT / 2), expected, "{behaviour:?}");
        }
        let outside = picture.plane(1).row(3)[0];
        assert_eq!((outside, picture.plane(2).row(3)[0]), (128, 128));
    }
    let mut reshaped = studio(&scene(Some("blur:30")), &[Behaviour::Right]);
    let cut = reshaped.cut_out(camera(0)).unwrap().cut;
    let edge = cut.plane().row(HEIGHT / 2)[WIDTH / 3 - 1];
    assert!((60..180).contains(&edge), "the cut is not as the effect left it: {edge}");
    let mut opaque = Studio::with_finder(replace("original"), canvas(), None).unwrap();
    let made = opaque.cut_out(camera(0)).unwrap();
    assert_eq!(made.cut.coverage(), 0.0, "what is not cut out is not alone");
    assert_eq!(middle(&made.picture), 16);
}

#[test]
fn the_original_room_is_the_cameras_picture() {
    let mut studio = Studio::with_finder(replace("original"), canvas(), None).unwrap();
    let finished = studio.process(camera(0)).unwrap();
    assert!(finished.picture.plane(0).rows().eq(camera(0).plane(0).rows()));
}

#[test]
fn effects_stay_on_their_layer() {
    let mut scene = replace("white");
    scene.layers[1].effects.push("mirror".parse().unwrap());
    let finished = studio(&scene, &[Behaviour::Right]).process(camera(0)).unwrap();
    assert_eq!(middle(&finished.picture), PERSON);
    assert!(luma(&finished.picture, 2, 2) > 230);
}

#[test]
fn a_frame_of_another_kind_is_brought_to_the_canvas() {
    let mut studio = studio(&replace("black"), &[Behaviour::Right]);
    let mut other = camera(0);
    other.color = ColorSpace::JPEG;
    let small = backlot_media::Size { width: 32, height: 32 };
    let mut grey = Frame::new(PixelFormat::I420, small);
    grey.plane_mut(0).fill(PERSON);
    grey.sequence = 1;
    for frame in [other, grey] {
        let finished = studio.process(frame).unwrap();
        assert_eq!(
            (finished.picture.size(), finished.picture.color),
            (canvas().size, canvas().color)
        );
        assert!(middle(&finished.picture).abs_diff(PERSON) < 20);
    }
}

#[test]
fn bad_scenes_are_refused_in_one_sentence() {
    let intake = Default::default();
    let options = StudioOptions::new(canvas(), None, Default::default(), &intake);
    let error =
        |scene: &Scene| Studio::new(&scene.clone().into(), options).err().unwrap().to_string();
    assert!(error(&replace("black")).contains("no network"));
    assert!(error(&Scene::default()).contains("no layers"));
    let finder = || Some(Box::new(crate::common::Scripted(vec![Behaviour::Right])) as _);
    let with = |background: &str| {
        Studio::with_finder(replace(background), canvas(), finder()).err().unwrap().to_string()
    };
    assert!(with("hyperspce").contains("hyperspace"));
    assert!(with("nowhere/beach.jpg").contains("beach.jpg"));
}

#[test]
fn every_stage_that_works_is_timed() {
    let mut studio = studio(&replace("aurora"), &[Behaviour::Right]);
    studio.process(camera(0)).unwrap();
    let stages = studio.stages();
    for stage in [Stage::Background, Stage::Person, Stage::Blend] {
        assert!(!stages.get(stage).is_zero(), "{stage}");
    }
    assert!(stages.get(Stage::Decode).is_zero());
}
