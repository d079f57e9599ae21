//! BodyPix gives the masks that its library gives in programs that run in browsers.

use backlot_kernels::Level;
use backlot_nn::Session;
use backlot_segmenter::{BodyPixFrame, BodyPixSettings, SegmentationModel, TfjsFile, TfjsNetwork};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const STRIDE: usize = 16;

/// The library's file, a published one.
fn model() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var_os("BACKLOT_SHARED").map(PathBuf::from);
    let shared = named.unwrap_or_else(|| root.join("../shared")).join("footage");
    let path = shared.join("models/bodypix-mobilenet-075-stride16-q2/model-stride16.json");
    if path.exists() {
        return Some(path);
    }
    println!("skipped: needs BACKLOT_SHARED with footage");
    None
}

fn load(path: &Path) -> TfjsNetwork {
    let file = TfjsFile::read(&std::fs::read(path).expect("a file")).expect("a model");
    let read = |name: &String| std::fs::read(path.with_file_name(name)).expect("its weights");
    let shards = file.shards().iter().map(read).collect();
    file.with_shards(shards).expect("a network")
}

/// A picture, what it is looked at with, and where the library's mask of it is.
struct Case {
    name: String,
    size: (usize, usize),
    rgb: Vec<u8>,
    resolution: f64,
    threshold: f32,
    mask: PathBuf,
}

/// Pictures of people in the library's resolutions.
fn cases(model: &Path, work: &Path) -> Vec<Case> {
    let folder = model.ancestors().nth(3).expect("a folder").join("pairs/images");
    let files = std::fs::read_dir(folder).expect("pictures");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let ways = [(0.25, 0.7), (0.5, 0.7), (0.75, 0.7), (1.0, 0.7), (0.33, 0.5), (1.7, 0.3)];
    let case = |(index, path): (usize, &PathBuf)| {
        let picture = image::open(path).expect("a picture").into_rgb8();
        let (resolution, threshold) = ways[index % ways.len()];
        Case {
            name: path.file_name().expect("a name").to_string_lossy().into_owned(),
            size: (picture.width() as usize, picture.height() as usize),
            rgb: picture.into_raw(),
            resolution,
            threshold,
            mask: work.join(format!("{index}.mask")),
        }
    };
    files.iter().step_by(4).enumerate().map(case).collect()
}

/// Has the library make its masks; returns its milliseconds for each.
fn run_library(model: &Path, cases: &[Case], work: &Path) -> Option<Vec<f64>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tfjs");
    if !folder.join("node_modules/@tensorflow-models/body-pix").exists() {
        println!("skipped: TensorFlow.js is not installed: run 'scripts/setup.sh --tests'");
        return None;
    }
    let job = |case: &Case| {
        let picture = case.mask.with_extension("rgb");
        std::fs::write(&picture, &case.rgb).expect("a picture is written");
        json!({
            "picture": picture, "width": case.size.0, "height": case.size.1,
            "resolution": case.resolution, "threshold": case.threshold, "out": case.mask,
        })
    };
    let jobs = work.join("jobs.json");
    let list: Vec<_> = cases.iter().map(job).collect();
    std::fs::write(&jobs, json!(list).to_string()).expect("the jobs are written");
    let mut command = Command::new("node");
    command.arg(folder.join("run.cjs")).arg("bodypix").arg(model).args(["mobilenet", "16"]);
    let done = command.arg(&jobs).output().expect("node is there with TensorFlow.js");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8_lossy(&done.stdout);
    Some(text.lines().filter_map(|line| line.strip_prefix("ms ")?.parse().ok()).collect())
}

/// Our probabilities for a picture, and the milliseconds of the fastest of some runs.
fn run_ours(network: &TfjsNetwork, case: &Case) -> (Vec<f32>, f64) {
    let frame = BodyPixFrame::new(case.size, case.resolution, STRIDE);
    let (width, height) = frame.input();
    let model = network.model_for(height, width, &["float_segments"]).expect("a model");
    let mut session = Session::new(&model, Level::best());
    let (mut least, mut found) = (f64::INFINITY, Vec::new());
    for _ in 0..4 {
        let start = Instant::now();
        frame.shrink(&case.rgb, session.input_mut());
        session.input_mut().iter_mut().for_each(|v| *v = *v * 2.0 - 1.0);
        session.run();
        let shape = model.output();
        found = frame.enlarge(session.output(), (shape.width, shape.height));
        least = least.min(start.elapsed().as_secs_f64() * 1e3);
    }
    (found, least)
}

#[test]
fn masks_are_the_librarys() {
    let Some(path) = model() else { return };
    let work = tempfile::tempdir().expect("a folder");
    let cases = cases(&path, work.path());
    let Some(times) = run_library(&path, &cases, work.path()) else { return };
    let network = load(&path);
    for (case, time) in cases.iter().zip(times) {
        let (found, ours) = run_ours(&network, case);
        let theirs = std::fs::read(&case.mask).expect("the library's mask");
        assert_eq!(found.len(), theirs.len());
        let is_person = found.iter().map(|p| *p > case.threshold);
        let pairs: Vec<_> = is_person.zip(theirs.iter().map(|m| *m != 0)).collect();
        let both = pairs.iter().filter(|(a, b)| *a && *b).count();
        let any = pairs.iter().filter(|(a, b)| *a || *b).count();
        let iou = if any == 0 { 1.0 } else { both as f64 / any as f64 };
        let share = any as f64 / found.len() as f64;
        let Case { name, size: (width, height), resolution, .. } = case;
        println!(
            "{name} {width}x{height} at {resolution}: IoU {iou:.5}, person {share:.2}, {ours:.1} ms, the library {time:.1} ms"
        );
        assert!(iou >= 0.999, "{name}: {iou}");
    }
}

/// The way of live pictures, with a soft mask and parts.
#[test]
fn the_segmenter_finds_persons_and_parts() {
    let Some(path) = model() else { return };
    let model =
        SegmentationModel::from_tfjs(load(&path), BodyPixSettings::default()).expect("BodyPix");
    let work = tempfile::tempdir().expect("a folder");
    for case in cases(&path, work.path()).iter().take(6) {
        let frame = BodyPixFrame::new(case.size, 0.5, STRIDE);
        let mut segmenter = model.segmenter(case.size, Level::best()).expect("a segmenter");
        let input = segmenter.input_shape();
        assert_eq!((input.width, input.height), frame.input());
        frame.shrink(&case.rgb, segmenter.input_mut());
        let (columns, rows) = segmenter.mask_size();
        let mask = segmenter.run().expect("a mask").to_vec();
        assert_eq!(mask.len(), columns * rows);
        let person = mask.iter().filter(|p| **p > 0.5).count() as f64 / mask.len() as f64;
        let mut faces = Vec::new();
        let (width, height) = segmenter.parts(0b11, &mut faces).expect("parts");
        let most = faces.iter().copied().fold(0.0, f32::max);
        println!("{}: person {person:.2}, face {most:.2} of {width}x{height}", case.name);
        assert!((0.05..0.95).contains(&person), "{}: {person}", case.name);
        assert!(faces.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}
