//! Edits of a scene that runs.

use super::*;
use backlot_media::Timestamp;
use backlot_scene::Background;
use std::path::{Path, PathBuf};

/// Who is found is the left half; how often a finder was made is counted by the builder.
fn hiding(background: &str, opacity: f32) -> Scene {
    let background: Background = background.parse().unwrap();
    let mut scene = Scene::replace(background, Replacement::default());
    scene.layers[1].opacity = opacity;
    scene
}

#[test]
fn what_stays_of_a_scene_is_not_made_anew() {
    let maker = crate::Maker::default();
    let canvas = super::super::director::canvas_of(Effort::default(), &WISH);
    let intake = Intake::default();
    let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
    let options = StudioOptions { maker: Some(&maker), ..options };
    let keyed = |opacity: f32| {
        let mut scene = hiding("navy", opacity);
        scene.layers[1].key = Some("chroma:color=#00b140".parse().unwrap());
        Program::from(scene)
    };
    let mut first = Studio::new(&keyed(1.0), options).unwrap();
    let kept = first.kept();
    assert_eq!(kept.len(), 2);
    let frame = |sequence| {
        let mut frame = Frame::new(PixelFormat::I420, SIZE);
        (frame.color, frame.sequence) = (canvas.color, sequence);
        frame
    };
    first.process(frame(1)).unwrap();
    let mut next = Studio::new(&keyed(0.5), StudioOptions { kept: &kept, ..options }).unwrap();
    assert!(next.is_incomplete() && next.kept().len() == 1);
    // Without the other it shows nobody, and nothing of the room.
    let lonely = next.process(frame(2)).unwrap();
    assert_eq!(lonely.verdict, crate::Verdict::Shield(crate::ShieldReason::NoMatte));
    next.take_over(first);
    assert!(!next.is_incomplete());
    assert_eq!(next.kept().len(), 2);
    // Another colour is another key.
    let mut other = keyed(1.0);
    other.scene.layers[1].key = Some("chroma:color=#0000ff".parse().unwrap());
    let other = Studio::new(&other, StudioOptions { kept: &kept, ..options }).unwrap();
    assert!(!other.is_incomplete());
}

#[test]
fn what_finds_goes_on_when_regions_are_painted() {
    let maker = crate::Maker::default();
    let canvas = super::super::director::canvas_of(Effort::default(), &WISH);
    let intake = Intake::default();
    let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
    let options = StudioOptions { maker: Some(&maker), ..options };
    let keyed = |key: &str| {
        let mut scene = hiding("navy", 1.0);
        scene.layers[1].key = Some(key.parse().unwrap());
        Program::from(scene)
    };
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
    let bytes = std::fs::read(folder.join("selfie_segmentation_landscape.tflite"));
    let bytes = bytes.expect("the network: run `make setup`, which brings it");
    let network = backlot_segmenter::SegmentationModel::from_tflite(&bytes).unwrap();
    let with = StudioOptions { model: Some(&network), ..options };
    let first = Studio::new(&keyed("person"), with).unwrap();
    let kept = first.kept();
    // Without the network none can be made.
    let options = StudioOptions { kept: &kept, ..options };
    let mut next = Studio::new(&keyed("person:keep=10@50x50"), options).unwrap();
    assert!(next.is_incomplete());
    next.take_over(first);
    assert!(!next.is_incomplete());
}

#[test]
fn a_picture_is_read_once_for_all_edits_until_its_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grey.png");
    let save = |luma| image::GrayImage::from_pixel(64, 36, image::Luma([luma])).save(&path);
    save(40).unwrap();
    let canvas = super::super::director::canvas_of(Effort::default(), &WISH);
    let intake = Intake::default();
    let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
    let scene = |opacity: f32| {
        let mut layer = layer(LayerSource::File(path.clone()));
        layer.opacity = opacity;
        Program::from(Scene { layers: vec![layer], effects: Vec::new() })
    };
    let luma = |studio: &mut Studio| {
        let picture = studio.draw(0, Timestamp::default(), 1).unwrap().picture.into_frame();
        picture.plane(0).row(0)[0]
    };
    let mut first = Studio::new(&scene(1.0), options).unwrap();
    let (kept, before) = (first.kept(), luma(&mut first));
    // What can't be read any more shows as it was, as long as its date is the same.
    let date = path.metadata().unwrap().modified().unwrap();
    std::fs::write(&path, "no picture").unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(date).unwrap();
    let mut next = Studio::new(&scene(0.999), StudioOptions { kept: &kept, ..options }).unwrap();
    assert_eq!(luma(&mut next), before);
    assert!(Studio::new(&scene(1.0), options).is_err());
    save(200).unwrap();
    let later = date + Duration::from_secs(1);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    let mut other = Studio::new(&scene(1.0), StudioOptions { kept: &kept, ..options }).unwrap();
    assert!(luma(&mut other) > before + 50);
}

#[test]
fn what_moves_plays_on_in_the_next_studio() {
    let canvas = super::super::director::canvas_of(Effort::default(), &WISH);
    let intake = Intake::default();
    let options = StudioOptions::new(canvas, None, MatteSettings::default(), &intake);
    let set = |opacity: f32| {
        let mut scene = hiding("aurora", 1.0);
        scene.layers.truncate(1);
        scene.layers[0].opacity = opacity;
        Program::from(scene)
    };
    let first = Studio::new(&set(1.0), options).unwrap();
    let kept = first.kept();
    assert_eq!(kept.len(), 2);
    let mut next = Studio::new(&set(0.5), StudioOptions { kept: &kept, ..options }).unwrap();
    assert!(next.is_incomplete());
    // Without the other nothing of it shows.
    next.draw(0, Timestamp::default(), 1).unwrap();
    next.take_over(first);
    assert!(!next.is_incomplete());
    assert_eq!(next.kept().len(), 2);
}

#[test]
fn a_studio_that_breaks_while_its_successor_is_built_is_built_again() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    for luma in [20, 200, 90] {
        let value = LayerSource::Color(backlot_scene::Rgb::new([luma; 3]));
        let scene = Scene { layers: vec![layer(value)], effects: Vec::new() };
        stand.show(scene).unwrap();
    }
    stand.show(plain()).unwrap();
    stand.until("the camera's picture again", |s| s.shows_camera());
    assert_eq!(stand.live.status().panics, 0);
}
