//! Masks of drawn pictures equal LiteRT's (`tests/data`, made by `tests/litert_masks.py`).

use crate::common::{NETWORKS, compare, model};
use backlot_kernels::Level;
use backlot_nn::{Session, TensorShape};
use std::path::{Path, PathBuf};

/// A picture with LiteRT's mask for it, as `(name, RGB in 0..=1, mask)`.
type Case = (String, Vec<f32>, Vec<f32>);

fn cases(network: &str, input: TensorShape) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(network);
    let files = std::fs::read_dir(&folder).expect("tests/data is there");
    let paths = files.map(|f| f.expect("a file").path());
    let pictures = paths.filter(|p| !p.to_string_lossy().ends_with(".mask.png"));
    let mut pictures: Vec<PathBuf> = pictures.collect();
    pictures.sort();
    let case = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let picture = image::open(path).expect("a picture").into_rgb8();
        assert_eq!(
            (picture.width() as usize, picture.height() as usize),
            (input.width, input.height)
        );
        let rgb = picture.into_raw().into_iter().map(|v| f32::from(v) / 255.0).collect();
        let mask = image::open(path.with_extension("mask.png")).expect("its mask").into_luma16();
        let mask = mask.into_raw().into_iter().map(|v| f32::from(v) / 65535.0).collect();
        (name, rgb, mask)
    };
    pictures.iter().map(case).collect()
}

#[test]
fn masks_of_drawn_pictures_equal_litert() {
    for network in NETWORKS {
        let model = model(network);
        let cases = cases(network, model.input());
        assert_eq!(cases.len(), 4, "{network}: the committed pictures");
        for level in Level::available() {
            let mut session = Session::new(&model, level);
            for (name, rgb, mask) in &cases {
                session.input_mut().copy_from_slice(rgb);
                let (far, iou) = compare(session.run(), mask);
                println!("{network} {level} {name}: difference {far:.6}, IoU {iou:.6}");
                assert!(far <= 0.01 && iou >= 0.999, "{network} {level} {name}: {far} {iou}");
                let person = mask.iter().filter(|p| **p >= 0.5).count() as f64 / mask.len() as f64;
                assert!((0.1..0.8).contains(&person), "{name} shows a person: {person:.3}");
            }
        }
    }
}

/// Rewriting the graph changes nothing: the file's own graph, run with plain loops, returns the
/// same mask.
#[test]
fn the_rewritten_network_equals_the_file() {
    for network in NETWORKS {
        let model = model(network);
        let (name, rgb, _) = cases(network, model.input()).swap_remove(0);
        let expected = model.run_reference(&rgb).swap_remove(0);
        for level in Level::available() {
            let mut session = Session::new(&model, level);
            session.input_mut().copy_from_slice(&rgb);
            let (far, _) = compare(session.run(), &expected);
            println!("{network} {level} {name}: difference {far:.6}");
            assert!(far <= 1e-4, "{network} {level}: {far}");
        }
    }
}
