//! What networks compute.

use crate::common::{network, reading, run, runtime, start};
use backlot_kernels::Level;
use backlot_onnx::{Layout, Sizes, Wiring};
use backlot_segmenter::{Engine, TensorShape};
use backlot_testkit::onnx::{Attribute, FLOAT, FLOAT16, OnnxGraph, UINT8, threshold_network};

#[test]
fn planes_and_pixels_are_told_apart() {
    let Some(runtime) = runtime() else { return };
    let planes = network(&runtime, &threshold_network(6, 4), &reading(0)).unwrap();
    assert_eq!(planes.input(1280, 720), TensorShape { height: 4, width: 6, channels: 3 });
    let mut running = start(&planes).unwrap();
    assert_eq!(running.output_shape(0), Some(TensorShape { height: 4, width: 6, channels: 1 }));
    assert_eq!(running.output_shape(1), None);
    let mut picture = vec![0.0; 72];
    // The mean of three channels of one pixel is what counts.
    picture[3 * 7..3 * 8].copy_from_slice(&[0.2, 0.9, 0.9]);
    picture[3 * 8..3 * 9].copy_from_slice(&[0.9, 0.1, 0.1]);
    running.input_mut().copy_from_slice(&picture);
    running.run().unwrap();
    let expected: Vec<_> = (0..24).map(|pixel| f32::from(u8::from(pixel == 7))).collect();
    assert_eq!(running.output(0), expected);

    let pixels = OnnxGraph::default()
        .input("x", FLOAT, &[1, 4, 6, 3])
        .node("Identity", &["x"], &["y"], &[])
        .output("y", FLOAT, &[1, 4, 6, 3]);
    let pixels = network(&runtime, &pixels, &reading(0)).unwrap();
    let mut running = start(&pixels).unwrap();
    let ramp: Vec<_> = (0..72).map(|value| value as f32).collect();
    running.input_mut().copy_from_slice(&ramp);
    running.run().unwrap();
    assert_eq!(running.output(0), ramp);
}

/// Outputs in planes come with all channels of a pixel together.
#[test]
fn planes_are_put_together_again() {
    let Some(runtime) = runtime() else { return };
    let graph = OnnxGraph::default()
        .input("x", FLOAT, &[1, 3, 2, 3])
        .node("Identity", &["x"], &["y"], &[])
        .output("y", FLOAT, &[1, 3, 2, 3]);
    let wiring = Wiring { layout: Some(Layout::Planes), ..reading(0) };
    let mut running = start(&network(&runtime, &graph, &wiring).unwrap()).unwrap();
    let ramp: Vec<_> = (0..18).map(|value| value as f32).collect();
    running.input_mut().copy_from_slice(&ramp);
    running.run().unwrap();
    assert_eq!(running.output(0), ramp);
}

#[test]
fn other_types_of_numbers_are_taken() {
    let Some(runtime) = runtime() else { return };
    for (numbers, given) in [(FLOAT16, 0.25), (UINT8, 77.0)] {
        let graph = OnnxGraph::default()
            .input("x", numbers, &[1, 2, 2, 3])
            .node("Identity", &["x"], &["y"], &[])
            .output("y", numbers, &[1, 2, 2, 3]);
        let mut running = start(&network(&runtime, &graph, &reading(0)).unwrap()).unwrap();
        assert_eq!(run(&mut *running, given), [given; 12]);
    }
}

/// Remembers half of what was there, with an input that is always the same, for pictures of any size.
fn recurrent() -> (OnnxGraph, Wiring) {
    let graph = OnnxGraph::default()
        .input("src", FLOAT, &[1, 3, 0, 0])
        .input("gain", FLOAT, &[1])
        .input("r1i", FLOAT, &[1, 0, 0, 0])
        .node("ReduceMean", &["src"], &["mean"], &[("axes", Attribute::Ints(&[1]))])
        .node("Add", &["mean", "r1i"], &["both"], &[])
        .node("Mul", &["both", "gain"], &["pha"], &[])
        .node("Identity", &["pha"], &["r1o"], &[])
        .output("r1o", FLOAT, &[1, 0, 0, 0])
        .output("pha", FLOAT, &[1, 1, 0, 0]);
    let wiring = Wiring {
        picture: Some("src".into()),
        sizes: Some(Sizes::LongSide(64)),
        states: vec![["r1i".into(), "r1o".into()]],
        constants: vec![("gain".into(), vec![0.5])],
        ..reading(1)
    };
    (graph, wiring)
}

#[test]
fn what_is_remembered_comes_back_until_it_is_forgotten() {
    let Some(runtime) = runtime() else { return };
    let (graph, wiring) = recurrent();
    let network = network(&runtime, &graph, &wiring).unwrap();
    assert_eq!(network.input(1280, 720), TensorShape { height: 64, width: 64, channels: 3 });
    assert_eq!(network.input(720, 100), TensorShape { height: 32, width: 64, channels: 3 });
    let mut running = start(&network).unwrap();
    let see = |running: &mut dyn backlot_segmenter::Running| {
        running.input_mut().fill(1.0);
        running.run().unwrap();
        running.output(1)[0]
    };
    assert_eq!([(); 3].map(|()| see(&mut *running)), [0.5, 0.75, 0.875]);
    running.forget();
    assert_eq!(see(&mut *running), 0.5);
    // Each stream has a memory of its own.
    let mut other = network.start(network.input(9, 16), Level::best()).unwrap();
    assert_eq!(see(&mut *other), 0.5);
    assert_eq!(see(&mut *running), 0.75);
}

/// What is no number isn't remembered.
#[test]
fn no_number_is_said_and_forgotten() {
    let Some(runtime) = runtime() else { return };
    let (graph, wiring) = recurrent();
    let mut running = start(&network(&runtime, &graph, &wiring).unwrap()).unwrap();
    running.input_mut().fill(f32::NAN);
    let said = running.run().unwrap_err().to_string();
    assert_eq!(said, "the network can't be run: it returned something that is no number");
    running.input_mut().fill(1.0);
    running.run().unwrap();
    assert_eq!(running.output(1)[0], 0.5);
}

/// The same network in both executors: MediaPipe's selfie segmentation.
#[test]
fn our_executor_agrees() {
    let Some(runtime) = runtime() else { return };
    let Some(shared) = std::env::var_os("BACKLOT_SHARED") else {
        println!("skipped: needs BACKLOT_SHARED with footage");
        return;
    };
    let models = std::path::Path::new(&shared).join("footage/models");
    let bytes = std::fs::read(models.join("obs_selfie_segmentation.onnx")).unwrap();
    let file = backlot_onnx::OnnxFile::read(&runtime, bytes).unwrap();
    let network = file.network(&reading(0)).unwrap();
    let mut running = start(&network).unwrap();
    let bytes = std::fs::read(models.join("selfie_segmentation.tflite")).unwrap();
    let model = backlot_nn::Model::from_tflite(&bytes).unwrap();
    let mut ours = backlot_nn::Session::new(&model, Level::best());
    let values = running.input_mut().len();
    for seed in 0..3_u32 {
        let mut state = 0x9e37_79b9_u32.wrapping_mul(seed + 1);
        let picture: Vec<_> = (0..values)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (state >> 8) as f32 / (1 << 24) as f32;
                0.5 + 0.4 * (at as f32 / 4e4 * (seed + 1) as f32).sin() + 0.2 * (noise - 0.5)
            })
            .collect();
        running.input_mut().copy_from_slice(&picture);
        running.run().unwrap();
        ours.input_mut().copy_from_slice(&picture);
        ours.run();
        let pairs = running.output(0).iter().zip(ours.output());
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("largest difference: {worst:e}");
        assert!(worst < 1e-4, "{worst}");
    }
}
