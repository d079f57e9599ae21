//! Scenes of every kind, drawn from the presenter's picture and its exact matte, and compared with
//! pictures that were looked at.
//!
//! `BACKLOT_WRITE_GOLDENS=1` draws them anew, for a change that is meant to be seen. Look at them
//! before they are committed.

mod scenes;

use crate::common::{Behaviour, Scripted};
use crate::truth::{Truth, drawn};
use backlot_effects::Canvas;
use backlot_files::{Content, Overwrite, write_picture};
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, FrameRate, Size};
use backlot_pipeline::{Keyer, Studio};
use backlot_scene::Scene;
use image::RgbImage;
use scenes::Golden;
use std::path::{Path, PathBuf};

/// The last frame is compared; the one before leaves its mark on whatever has a memory.
const FRAMES: std::ops::RangeInclusive<u64> = 40..=41;

/// How far a value may be off: the last digits of sines and roots differ among machines.
const MOST: u8 = 3;

/// How far they may be off on average.
const MEAN: f64 = 0.1;

fn stored(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/studio/goldens/pictures");
    folder.join(name).with_extension("png")
}

fn canvas() -> Canvas {
    let size = Size::new(192, 108).unwrap();
    Canvas::new(size, ColorSpace::BT709, Level::best())
}

fn presenter() -> Presenter {
    let Canvas { size, color, .. } = canvas();
    let spec: PresenterSpec = "presenter".parse().unwrap();
    Presenter::new(&spec, size, FrameRate::FPS_30, color)
}

/// The picture that viewers see.
fn draw(scene: &Scene, finder: Behaviour, folder: &Path) -> RgbImage {
    let finder: Box<dyn Keyer> = match finder {
        Behaviour::Right => Box::new(Truth(presenter())),
        other => Box::new(Scripted(vec![other])),
    };
    let is_cut = scene.layers.iter().any(|layer| layer.key.is_some());
    let mut studio = Studio::with_finder(scene, canvas(), is_cut.then_some(finder)).unwrap();
    let mut presenter = presenter();
    let finished = FRAMES.map(|index| studio.process(drawn(&mut presenter, index).0).unwrap());
    let picture = finished.last().expect("a frame").picture;
    let path = folder.join("drawn.png");
    write_picture(&path, Content::Frame(&picture), &Overwrite::Always.into()).unwrap();
    image::open(path).unwrap().into_rgb8()
}

/// What is wrong with a picture.
fn difference(drawn: &RgbImage, wanted: &RgbImage) -> Option<String> {
    if drawn.dimensions() != wanted.dimensions() {
        return Some(format!("{:?} instead of {:?}", drawn.dimensions(), wanted.dimensions()));
    }
    let apart = drawn.iter().zip(wanted.iter()).map(|(a, b)| a.abs_diff(*b));
    let most = apart.clone().max().unwrap_or_default();
    let mean = apart.map(f64::from).sum::<f64>() / drawn.len() as f64;
    (most > MOST || mean > MEAN).then(|| format!("off by {most} at most, {mean:.3} on average"))
}

#[test]
fn every_scene_looks_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let writes = std::env::var_os("BACKLOT_WRITE_GOLDENS").is_some();
    let mut wrong = Vec::new();
    for Golden { name, scene, finder } in scenes::all(folder.path()) {
        let drawn = draw(&scene, finder, folder.path());
        if writes {
            drawn.save(stored(name)).unwrap();
            continue;
        }
        let wanted = image::open(stored(name)).expect("a stored picture").into_rgb8();
        if let Some(difference) = difference(&drawn, &wanted) {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("png");
            drawn.save(&path).unwrap();
            wrong.push(format!("{name}: {difference}: see {}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_stored_picture_is_of_a_scene_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut names: Vec<_> = scenes::all(folder.path()).iter().map(|g| stored(g.name)).collect();
    names.sort();
    let folder = stored("x").parent().unwrap().to_owned();
    let mut there: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    there.sort();
    assert_eq!(names, there);
}
