//! Networks of others find people, as they are described.

use crate::{has_runtime, network};
use backlot_kernels::Level;
use backlot_segmenter::SegmentationModel;
use image::imageops::FilterType;
use std::path::{Path, PathBuf};

/// Networks, what stands beside them if they aren't known, and the least share of the persons that they find
/// (intersection over union).
const NETWORKS: &[(&str, &str, f32)] = &[
    ("obs_mediapipe.onnx", "", 0.95),
    ("obs_selfie_segmentation.onnx", "", 0.96),
    ("SINet_Softmax_simple.onnx", "", 0.96),
    ("ppseg_lite_portrait_398x224.onnx", "", 0.88),
    ("mobile_human_matting_256x256.onnx", "", 0.92),
    (
        "body-pix-float-050-8.tflite",
        "range = [-1, 1]\nreading = \"logits\"\ncorners = true\n",
        0.83,
    ),
];

fn footage() -> Option<PathBuf> {
    let shared = std::env::var_os("BACKLOT_SHARED").map(PathBuf::from);
    let footage = shared.map(|shared| shared.join("footage"));
    if footage.is_none() {
        println!("skipped: needs BACKLOT_SHARED with footage");
    }
    footage
}

/// The first pictures with exact mattes.
fn pictures(footage: &Path) -> Vec<(image::RgbImage, image::GrayImage)> {
    let mut names: Vec<_> = std::fs::read_dir(footage.join("alpha/images"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let masks: Vec<_> = std::fs::read_dir(footage.join("alpha/masks"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let pairs = names.iter().take(6).map(|path| {
        let mask = masks.iter().find(|mask| mask.file_stem() == path.file_stem()).unwrap();
        (image::open(path).unwrap().to_rgb8(), image::open(mask).unwrap().to_luma8())
    });
    pairs.collect()
}

/// The share of the persons that is found, over all pictures.
fn found(model: &SegmentationModel, pictures: &[(image::RgbImage, image::GrayImage)]) -> f32 {
    let (mut both, mut any) = (0, 0);
    for (picture, mask) in pictures {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut segmenter = model.segmenter((width, height), Level::best()).unwrap();
        let input = segmenter.input_shape();
        let (wide, high) = (input.width as u32, input.height as u32);
        let small = image::imageops::resize(picture, wide, high, FilterType::Triangle);
        let values = small.as_raw().iter().map(|value| f32::from(*value) / 255.0);
        segmenter.input_mut().iter_mut().zip(values).for_each(|(to, from)| *to = from);
        let (columns, rows) = segmenter.mask_size();
        let truth =
            image::imageops::resize(mask, columns as u32, rows as u32, FilterType::Triangle);
        let persons = segmenter.run().unwrap();
        for (found, truth) in persons.iter().zip(truth.as_raw()) {
            let (found, truth) = (*found > 0.5, *truth > 127);
            both += usize::from(found && truth);
            any += usize::from(found || truth);
        }
    }
    both as f32 / any as f32
}

#[test]
fn people_are_found() {
    let Some(footage) = footage() else { return };
    if !has_runtime() {
        return;
    }
    let pictures = pictures(&footage);
    let folder = tempfile::tempdir().unwrap();
    let mut few = Vec::new();
    for (name, text, least) in NETWORKS {
        let path = folder.path().join(name);
        std::fs::copy(footage.join("models").join(name), &path).unwrap();
        if !text.is_empty() {
            std::fs::write(path.with_extension("toml"), text).unwrap();
        }
        let model = network(&path).unwrap_or_else(|error| panic!("{error}"));
        let share = found(&model, &pictures);
        println!("{name}: {share:.3}");
        if share < *least {
            few.push(*name);
        }
    }
    assert!(few.is_empty(), "{few:?}");
}
