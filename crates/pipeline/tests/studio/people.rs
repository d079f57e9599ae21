//! The guard never shields real people: the drawn presenter in every light and room, and the people
//! in the footage, found by the real network.

use backlot_effects::Canvas;
use backlot_files::{VideoOptions, VideoSource};
use backlot_generators::{Light, PresenterSource, PresenterSpec, Room};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, FrameRate, Size, Source};
use backlot_pipeline::{Studio, StudioOptions};
use backlot_segmenter::SegmentationModel;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SIZE: Size = Size { width: 640, height: 360 };
const SECOND: Duration = Duration::from_secs(1);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn model() -> SegmentationModel {
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| root().join("models"));
    let bytes = std::fs::read(folder.join("selfie_segmentation_landscape.tflite"));
    SegmentationModel::from_tflite(&bytes.expect("the network: run `make setup`, which brings it"))
        .unwrap()
}

/// Runs a source through the studio, and checks that nothing is shielded.
fn assert_unshielded(model: &SegmentationModel, mut source: impl Source, what: &str) {
    let canvas = Canvas::new(SIZE, source.color(), Level::best());
    let intake = Default::default();
    let options = StudioOptions::new(canvas, Some(model), Default::default(), &intake);
    let mut studio = Studio::new(&crate::common::replace("navy").into(), options).unwrap();
    while let Some(frame) = source.next_frame().unwrap() {
        studio.process(frame).unwrap();
    }
    let guard = studio.guard();
    assert!(guard.shown > 3, "{what}");
    assert_eq!((guard.shielded, guard.last_reason), (0, None), "{what}");
}

#[test]
fn the_presenter_is_never_shielded() {
    let model = model();
    for (index, &light) in Light::ALL.iter().enumerate() {
        for (number, &room) in Room::ALL.iter().enumerate() {
            let skin = 1 + ((2 * index + number) % 6) as u8;
            let spec = PresenterSpec { light, room, skin, seed: 7, ..Default::default() };
            let (rate, color) = (FrameRate::FPS_30, ColorSpace::BT601);
            let source = PresenterSource::new(&spec, SIZE, rate, color, Some(SECOND / 3));
            assert_unshielded(&model, source, &format!("{light:?} {room:?} {skin}"));
        }
    }
}

#[test]
fn people_in_footage_are_never_shielded() {
    let shared = std::env::var_os("BACKLOT_SHARED").map(PathBuf::from);
    let clips = shared.unwrap_or_else(|| root().join("../shared")).join("footage/clips");
    let Ok(files) = std::fs::read_dir(clips) else {
        println!("skipped: needs BACKLOT_SHARED with footage");
        return;
    };
    let model = model();
    for file in files {
        let path = file.unwrap().path();
        let options =
            VideoOptions { size: Some(SIZE), limit: Some(SECOND / 2), ..Default::default() };
        let source = VideoSource::open(&path, &options).unwrap();
        assert_unshielded(&model, source, &path.display().to_string());
    }
}
