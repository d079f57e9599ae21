//! Models that others made.

use crate::node;
use backlot_kernels::Level;
use backlot_nn::{Session, TfjsFile, TfjsNetwork};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn models() -> Option<PathBuf> {
    let named = std::env::var_os("BACKLOT_SHARED").map(PathBuf::from);
    let shared =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let models = shared.join("footage/models");
    if !models.is_dir() {
        println!("skipped: needs BACKLOT_SHARED with footage");
        return None;
    }
    Some(models)
}

fn load(path: &Path) -> Result<TfjsNetwork, String> {
    let file = TfjsFile::read(&std::fs::read(path).expect("a file")).map_err(|e| e.to_string())?;
    let read = |name: &String| std::fs::read(path.with_file_name(name)).expect("a file of weights");
    let shards = file.shards().iter().map(read).collect();
    file.with_shards(shards).map_err(|e| e.to_string())
}

#[test]
fn bodypix_equals_tensorflow_js() {
    let Some(models) = models() else { return };
    let path = models.join("bodypix-mobilenet-075-stride16-q2/model-stride16.json");
    let network = load(&path).expect("a network");
    let names = ["float_segments", "float_part_heatmaps"];
    for (height, width) in [(257, 321), (353, 641), (97, 65)] {
        let model = network.model_for(height, width, &names).expect("a model");
        let input: Vec<f32> =
            (0..height * width * 3).map(|i| ((i * 7919) % 2003) as f32 / 1001.5 - 1.0).collect();
        let theirs = node::run(&path, &input, [height, width], &names);
        let expected = match &theirs {
            Some(run) => run.outputs.clone(),
            None => model.run_reference(&input),
        };
        for level in Level::available() {
            let mut session = Session::new(&model, level);
            let mut least = f64::INFINITY;
            for _ in 0..4 {
                session.input_mut().copy_from_slice(&input);
                let start = Instant::now();
                session.run();
                least = least.min(start.elapsed().as_secs_f64() * 1e3);
            }
            for (index, expected) in expected.iter().enumerate() {
                let found = session.output_of(index);
                assert_eq!(found.len(), expected.len());
                let far =
                    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                let most = expected.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
                println!(
                    "{width}x{height} {level} {}: off by {far:.2e} of {most:.1}, {least:.1} ms, theirs {:?}",
                    names[index],
                    theirs.as_ref().map(|r| r.milliseconds)
                );
                assert!(far <= 1e-3 * most, "{far}");
            }
        }
    }
}

#[test]
fn others_are_refused_by_name() {
    let Some(models) = models() else { return };
    let posenet = models.join("posenet-mobilenet-075-stride16-q2/model-stride16.json");
    let network = load(&posenet).expect("its nodes are known");
    assert!(!network.has("float_segments"));
    let error = network.model_for(257, 257, &["float_segments"]).expect_err("no such output");
    assert_eq!(error.to_string(), "the model has no output 'float_segments'");
    let error =
        load(&models.join("rvm-mobilenetv3-int8-tfjs/model.json")).expect_err("control flow");
    println!("{error}");
    assert!(error.contains("(Switch) is not one that Backlot runs"), "{error}");
}
