//! Models that the tests write: ResNet50, and every operator.

use crate::node;
use crate::write::{ResNet, Stored, Writer, list, text, window};
use backlot_kernels::Level;
use backlot_nn::{Session, TfjsFile, TfjsNetwork};
use serde_json::json;

fn network(writer: &Writer) -> TfjsNetwork {
    let file = TfjsFile::read(&writer.json()).expect("a model");
    assert_eq!(file.shard_bytes(), writer.bytes.len());
    file.with_shards(writer.shards()).expect("its weights")
}

/// Compares with the plain loops, and with TensorFlow.js where that is installed. `allowed` is the difference in parts of
/// the greatest value.
fn check(writer: &Writer, [height, width]: [usize; 2], names: &[&str], allowed: f32) {
    let network = network(writer);
    let model = network.model_for(height, width, names).unwrap_or_else(|e| panic!("{e}"));
    let input: Vec<f32> =
        (0..height * width * 3).map(|i| ((i * 7919) % 2003) as f32 / 1001.5 - 1.0).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = writer.save(folder.path());
    let theirs = node::run(&path, &input, [height, width], names);
    let mut expected = vec![("the plain loops", model.run_reference(&input))];
    expected.extend(theirs.map(|run| ("TensorFlow.js", run.outputs)));
    let mut session = Session::new(&model, Level::best());
    session.input_mut().copy_from_slice(&input);
    session.run();
    for (whose, outputs) in &expected {
        for (index, expected) in outputs.iter().enumerate() {
            let found = session.output_of(index);
            assert_eq!(found.len(), expected.len(), "{whose} {}", names[index]);
            let far = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let most = expected.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
            println!("{}: off by {far:.2e} of {most:.2} from {whose}", names[index]);
            assert!(most > 0.01 && far <= allowed * most, "{whose} {}: {far}", names[index]);
        }
    }
}

const BODY: [&str; 2] = ["float_segments", "float_part_heatmaps"];

#[test]
fn resnet50_of_float32() {
    check(&ResNet::new(Stored::Float32, 32).writer, [97, 65], &BODY, 1e-4);
}

#[test]
fn resnet50_of_uint16_with_dilation() {
    check(&ResNet::new(Stored::Uint16, 16).writer, [65, 97], &BODY, 1e-4);
}

#[test]
fn resnet50_of_uint8() {
    let writer = ResNet::new(Stored::Uint8, 16).writer;
    check(&writer, [65, 65], &BODY[..1], 1e-4);
    // The largest picture that it is shown.
    assert!(network(&writer).model_for(513, 641, &BODY).is_ok());
}

/// Everything that converters write, in one graph.
pub fn operators(stored: Stored) -> Writer {
    let mut w = Writer::new(stored);
    let wide = w.noise("wide", &[3, 3, 3, 16], 0.5);
    let bias = w.noise("bias", &[16], 0.5);
    let mut how = window(2, 1, "SAME");
    how["fused_ops"] = json!({ "list": { "s": [text("BiasAdd")["s"], text("Relu6")["s"]] } });
    how["num_args"] = json!({ "i": "1" });
    let first = w.node("first", "_FusedConv2D", &["sub_2", &wide, &bias], how);
    let taps = w.noise("taps", &[3, 3, 16, 1], 0.5);
    let mut how = window(1, 2, "SAME");
    how["fused_ops"] = json!({ "list": { "s": [text("BiasAdd")["s"]] } });
    how["num_args"] = json!({ "i": "1" });
    let second = w.node("second", "FusedDepthwiseConv2dNative", &[&first, &taps, &bias], how);
    let read = w.node("taps/read", "Identity", &[&taps], json!({}));
    let third = w.node("third", "DepthwiseConv2dNative", &[&second, &read], window(1, 1, "VALID"));
    let statistics = ["scale", "offset", "mean"].map(|name| w.noise(name, &[16], 0.9));
    let variance = w.floats("variance", &[16], &[0.25; 16]);
    let inputs = [&third[..], &statistics[0], &statistics[1], &statistics[2], &variance];
    let normal = w.node(
        "normal",
        "FusedBatchNormV3",
        &inputs,
        json!({ "epsilon": { "f": 0.001 }, "is_training": { "b": false } }),
    );
    let (zero, six) = (w.floats("zero", &[], &[0.0]), w.floats("six", &[], &[6.0]));
    let below = w.node("below", "Minimum", &[&normal, &six], json!({}));
    let within = w.node("within", "Maximum", &[&below, &zero], json!({}));
    let above = w.node("above", "Maximum", &[&normal, &zero], json!({}));
    let within_too = w.node("within_too", "Minimum", &[&above, &six], json!({}));
    let sum = w.node("sum", "AddV2", &[&within, &within_too], json!({}));
    let minus = w.node("minus", "Sub", &[&sum, &statistics[0]], json!({}));
    let half = w.floats("half", &[], &[0.5]);
    let product = w.node("product", "Mul", &[&half, &minus], json!({}));
    w.node("both", "Mul", &[&product, &sum], json!({}));
    windows(&mut w);
    w
}

/// What moves windows or makes pictures of other sizes.
fn windows(w: &mut Writer) {
    let mut pool = window(2, 1, "SAME");
    pool["ksize"] = list(&[1, 3, 3, 1]);
    let pooled = w.node("pooled", "MaxPool", &["both"], pool);
    let size = w.ints("size", &[2], &[21, 17]);
    let large = w.node(
        "large",
        "ResizeBilinear",
        &[&pooled, &size],
        json!({ "align_corners": { "b": true } }),
    );
    let kernel = w.noise("kernel", &[3, 3, 16, 5], 0.3);
    let (block, cut) = (w.ints("block", &[2], &[2, 2]), w.ints("cut", &[2, 2], &[0, 1, 0, 1]));
    let zeros = w.ints("zeros", &[2, 2], &[2, 3, 2, 3]);
    let apart = w.node("apart", "SpaceToBatchND", &[&large, &block, &zeros], json!({}));
    let convolved = w.node("convolved", "Conv2D", &[&apart, &kernel], window(1, 1, "VALID"));
    let dilated = w.node("dilated", "BatchToSpaceND", &[&convolved, &block, &cut], json!({}));
    let mut explicit = window(1, 1, "EXPLICIT");
    explicit["explicit_paddings"] = list(&[0, 0, 1, 2, 0, 1, 0, 0]);
    let framed = w.node("framed", "Conv2D", &[&large, &kernel], explicit);
    w.node("shares", "Sigmoid", &[&dilated], json!({}));
    let around = w.ints("around", &[4, 2], &[0, 0, 1, 0, 2, 3, 0, 0]);
    w.node("padded", "Pad", &[&framed, &around], json!({}));
    w.node("out", "Relu", &["padded"], json!({}));
}

/// In one graph of which several nodes are asked for.
#[test]
fn every_operator() {
    for stored in [Stored::Float32, Stored::Float16, Stored::Uint8] {
        let w = operators(stored);
        let names = [
            "first", "second", "normal", "both", "pooled", "large", "dilated", "framed", "shares",
            "padded",
        ];
        check(&w, [31, 26], &names, 1e-4);
        // Alone, where more becomes one step.
        check(&w, [31, 26], &["dilated"], 1e-4);
    }
}
