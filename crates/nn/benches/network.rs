//! One pass of each network at each level.

use backlot_kernels::Level;
use backlot_nn::{Model, Session};
use criterion::{Criterion, criterion_group, criterion_main};
use std::path::Path;

fn networks(c: &mut Criterion) {
    for file in ["selfie_segmentation_landscape", "selfie_segmentation"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../models/{file}.tflite"));
        let bytes = std::fs::read(&path).expect("the models are there after 'make setup'");
        let model = Model::from_tflite(&bytes).expect("the model is one that is run");
        for level in Level::available() {
            let mut session = Session::new(&model, level);
            c.bench_function(&format!("{file} {level}"), |b| b.iter(|| session.run()[0]));
        }
    }
}

criterion_group!(benches, networks);
criterion_main!(benches);
