//! Damaged or malicious graph models: each is refused with one sentence, or runs.

use crate::write::{Stored, Writer, list, text, window};
use crate::written::operators;
use backlot_kernels::Level;
use backlot_nn::{Session, TfjsFile};
use serde_json::{Value, json};

/// Reads a model and, if it is one, runs it once on a small picture.
fn attempt(json: &[u8], shards: Vec<Vec<u8>>, outputs: &[&str]) -> Result<(), String> {
    let say = |error: backlot_nn::ModelError| {
        let text = error.to_string();
        assert!(!text.contains(char::is_control) && text.len() < 260, "{text}");
        assert!(text.chars().next().is_some_and(char::is_lowercase), "{text}");
        text
    };
    let file = TfjsFile::read(json).map_err(say)?;
    let network = file.with_shards(shards).map_err(say)?;
    let model = network.model_for(16, 24, outputs).map_err(say)?;
    let mut session = Session::new(&model, Level::best());
    session.input_mut().fill(0.5);
    session.run();
    Ok(())
}

/// A right one: a convolution, a bias and an activation.
fn right() -> Writer {
    let mut w = Writer::new(Stored::Uint16);
    let kernel = w.noise("kernel", &[3, 3, 3, 8], 0.5);
    let bias = w.floats("bias", &[8], &[0.5; 8]);
    w.node("sums", "Conv2D", &["sub_2", &kernel], window(2, 1, "SAME"));
    w.node("moved", "BiasAdd", &["sums", &bias], json!({}));
    w.node("out", "Relu6", &["moved"], json!({}));
    w
}

/// The right one after a change.
fn refused_writer(change: impl FnOnce(&mut Writer), reason: &str) {
    let mut writer = right();
    change(&mut writer);
    let error = attempt(&writer.json(), writer.shards(), &["out"]).expect_err("it is wrong");
    assert!(error.contains(reason), "expected '{reason}' in '{error}'");
}

/// The right one after a change of its `model.json`.
#[track_caller]
fn refused(change: impl FnOnce(&mut Value), reason: &str) {
    let writer = right();
    let mut json = serde_json::from_slice(&writer.json()).expect("JSON");
    change(&mut json);
    let error =
        attempt(json.to_string().as_bytes(), writer.shards(), &["out"]).expect_err("it is wrong");
    assert!(error.contains(reason), "expected '{reason}' in '{error}'");
}

/// The node of the right one with this name, in its JSON.
fn node<'a>(json: &'a mut Value, name: &str) -> &'a mut Value {
    let nodes = json["modelTopology"]["node"].as_array_mut().expect("nodes");
    nodes.iter_mut().find(|node| node["name"] == name).expect("a node")
}

fn weight(json: &mut Value, index: usize) -> &mut Value {
    &mut json["weightsManifest"][0]["weights"][index]
}

#[test]
fn the_right_one_runs() {
    let writer = right();
    assert_eq!(attempt(&writer.json(), writer.shards(), &["out"]), Ok(()));
    assert_eq!(attempt(&writer.json(), writer.shards(), &["sums", "out", "out", "sub_2"]), Ok(()));
}

#[test]
fn the_fuzzer_starts_from_right_ones() {
    for (name, writer) in [("small", right()), ("operators", operators(Stored::Uint8))] {
        let seed = [&writer.json()[..], &[0], &writer.bytes].concat();
        let path = format!("{}/../../fuzz/seeds/{name}.tfjs", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("BACKLOT_WRITE_SEEDS").is_some() {
            std::fs::write(&path, &seed).expect("the seed is written");
        }
        let kept = std::fs::read(&path).expect("the seed");
        assert!(kept == seed, "BACKLOT_WRITE_SEEDS=1 writes fuzz/seeds/{name}.tfjs anew");
    }
}

#[test]
fn files_that_are_cut() {
    let writer = right();
    let json = writer.json();
    for end in 0..json.len() {
        assert!(attempt(&json[..end], writer.shards(), &["out"]).is_err(), "{end}");
    }
    for (bytes, reason) in [
        (&b""[..], "the model's JSON file can't be read: EOF"),
        (b"TFL3", "can't be read"),
        (b"{}", "no 'modelTopology'"),
        (b"{\"modelTopology\":{\"model_config\":{}},\"weightsManifest\":[]}", "layers models"),
        (b"{\"modelTopology\":{\"node\":[]}}", "no 'weightsManifest'"),
        (b"{\"modelTopology\":{\"node\":[]},\"weightsManifest\":[]}", "no output 'out'"),
    ] {
        let error = attempt(bytes, vec![], &["out"]).expect_err("it is wrong");
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn nested_deeply_or_large() {
    for open in ["[", "{\"a\":", "{\"modelTopology\":{\"node\":[{\"a\":"] {
        let error = attempt(open.repeat(50_000).as_bytes(), vec![], &["out"]).expect_err("deep");
        assert!(error.contains("can't be read"), "{error}");
    }
    let error = attempt(&vec![b' '; 3 << 20], vec![], &["out"]).expect_err("large");
    assert!(error.contains("too large"), "{error}");
    refused_writer(
        |w| (0..4096).for_each(|i| drop(w.node(&format!("n{i}"), "NoOp", &[], json!({})))),
        "the number of its nodes is 4102",
    );
}

#[test]
fn names_of_files() {
    for name in
        ["../a", "/etc/passwd", "a/b", "http://a/b", "", ".", "..", ".a", "a\\b", "a\nb", "C:a"]
    {
        refused(|j| j["weightsManifest"][0]["paths"][0] = json!(name), "as a file of its weights");
    }
    refused(
        |j| j["weightsManifest"][0]["paths"][1] = j["weightsManifest"][0]["paths"][0].clone(),
        "named twice",
    );
    let many: Vec<_> = (0..257).map(|i| i.to_string()).collect();
    refused(|j| j["weightsManifest"][0]["paths"] = json!(many), "the number of its files is 257");
}

#[test]
fn files_that_are_missing_or_have_another_length() {
    let writer = right();
    let attempt = |shards| attempt(&writer.json(), shards, &["out"]).expect_err("it is wrong");
    assert!(attempt(vec![]).contains("has 2 files of weights, but 0 were read"));
    let mut shards = writer.shards();
    shards[0].pop();
    assert!(attempt(shards.clone()).contains("have 463 bytes, but should have 464"));
    shards[1].extend([0; 9]);
    assert!(attempt(shards).contains("'group1-shard2of2.bin' have 472 bytes"));
}

#[test]
fn weights_that_make_no_sense() {
    refused(
        |j| weight(j, 0)["shape"] = json!([1_u64 << 40, 1_u64 << 40]),
        "'kernel' is larger than any",
    );
    refused(|j| weight(j, 0)["shape"] = json!([1 << 25, 2]), "is larger than any");
    refused(|j| weight(j, 0)["shape"] = json!([1, 1, 1, 1, 1, 1, 1, 1, 1]), "is larger than any");
    refused(|j| weight(j, 0)["shape"] = json!([-1]), "can't be read");
    refused(|j| weight(j, 0)["shape"] = json!([1 << 25]), "the number of stored values");
    refused(|j| weight(j, 0)["shape"] = json!([3, 3, 0, 8]), "bytes, but should have");
    refused(|j| weight(j, 0)["dtype"] = json!("string"), "has a type that is none of");
    refused(|j| weight(j, 0)["quantization"]["dtype"] = json!("uint3"), "stored as none of");
    refused(
        |j| weight(j, 0)["quantization"]["scale"] = json!(1e300),
        "node 'sums' (Conv2D): a weight is infinite",
    );
    refused(|j| weight(j, 0)["quantization"]["min"] = json!(-1e39), "a weight is infinite");
    refused(|j| weight(j, 1)["name"] = json!("kernel"), "'kernel' is there twice");
    refused(|j| weight(j, 1)["name"] = json!("other"), "are not stored as float32");
    refused(|j| weight(j, 1)["dtype"] = json!("int32"), "are not stored as float32");
    refused_writer(
        |w| {
            let end = w.bytes.len();
            w.bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
        },
        "node 'moved' (BiasAdd): a weight is infinite or not a number",
    );
}

#[test]
fn loops_and_what_is_missing() {
    refused(|j| node(j, "moved")["input"][0] = json!("out"), "is part of a loop");
    refused(
        |j| node(j, "out")["input"][0] = json!("out"),
        "node 'out' (Relu6): it is part of a loop",
    );
    refused(
        |j| {
            node(j, "moved")["op"] = json!("Identity");
            node(j, "moved")["input"][0] = json!("moved");
        },
        "it is part of a loop",
    );
    refused(|j| node(j, "out")["input"][0] = json!("nowhere"), "no node of the model");
    refused(|j| node(j, "out")["input"][0] = json!("moved:1"), "no node of the model");
    refused(|j| node(j, "out")["input"] = json!([]), "an input is missing");
    refused(|j| node(j, "out")["input"] = json!(["^moved"]), "an input is missing");
    refused(|j| node(j, "out")["name"] = json!("sums"), "another node's");
    refused(|j| node(j, "out")["name"] = json!("in"), "no output 'out'");
    refused(|j| node(j, "sums")["input"][0] = json!("kernel"), "it is stored and not computed");
    refused(|j| node(j, "out")["input"][0] = json!("bias"), "it is stored and not computed");
    refused(|j| node(j, "sums")["input"][1] = json!("moved"), "not stored in the model");
}

#[test]
fn operators_and_options() {
    refused(|j| node(j, "out")["op"] = json!("Elu"), "node 'out' (Elu) is not one that");
    refused(|j| node(j, "out")["op"] = json!("While"), "node 'out' (While) is not one that");
    let long = "x/".repeat(4000);
    refused(|j| node(j, "out")["op"] = json!(long), "is not one that");
    let conv = |attribute: &str, value: Value, reason: &str| {
        refused(|j| node(j, "sums")["attr"][attribute] = value, reason);
    };
    conv("strides", list(&[1, 0, 1, 1]), "are not 1 to 64");
    conv("strides", list(&[1, 65, 1, 1]), "are not 1 to 64");
    conv("strides", list(&[2, 1, 1, 1]), "rows and columns only");
    conv("dilations", list(&[1, 1, 1]), "are not 1 to 64");
    conv("dilations", list(&[1, 64, 64, 1]), "node 'sums' (Conv2D): its window is far larger");
    conv("padding", text("REFLECT"), "its padding is none of");
    conv("padding", json!({}), "its padding is none of");
    conv("padding", text("EXPLICIT"), "it adds other zeros");
    conv("data_format", text("NCHW"), "channels before rows");
    refused(
        |j| node(j, "sub_2")["attr"]["shape"]["shape"]["dim"][1]["size"] = json!("99"),
        "pictures of another size",
    );
    refused(
        |j| node(j, "sub_2")["attr"]["shape"]["shape"]["dim"][3]["size"] = json!("4"),
        "not one picture",
    );
    refused(
        |j| {
            let second = json!({ "name": "in", "op": "Placeholder" });
            j["modelTopology"]["node"].as_array_mut().expect("nodes").push(second);
            node(j, "moved")["op"] = json!("AddV2");
            node(j, "moved")["input"][1] = json!("in");
        },
        "(Placeholder): the network has more than one input",
    );
}

#[test]
fn shapes_that_grow() {
    let grown = |sizes: &[[i32; 2]], reason: &str| {
        let mut w = right();
        let mut last = "out".to_owned();
        for (index, size) in sizes.iter().enumerate() {
            let size = w.ints(&format!("size{index}"), &[2], size);
            last = w.node(&format!("large{index}"), "ResizeBilinear", &[&last, &size], json!({}));
        }
        let error = attempt(&w.json(), w.shards(), &[&last]).expect_err("it is too large");
        assert!(error.contains(reason), "{error}");
    };
    grown(&[[4096, 4096]], "the model's mask is 4096x4096 pixels");
    grown(&[[4096, 4096]; 3], "the number of computed values");
    grown(&[[0, 1]], "less than 1 or more than 4096");
    grown(&[[i32::MAX, i32::MAX]], "less than 1 or more than 4096");
    let writer = right();
    let network = TfjsFile::read(&writer.json()).and_then(|file| file.with_shards(writer.shards()));
    let network = network.expect("a network");
    for (height, width) in [(0, 9), (usize::MAX, usize::MAX), (1 << 32, 1 << 32), (1025, 1024)] {
        assert!(network.model_for(height, width, &["out"]).is_err(), "{height} {width}");
    }
    assert!(network.model_for(1, 1, &["out"]).is_err(), "a mask of one pixel");
}

/// The right ones with some bytes changed.
#[test]
fn damaged_files() {
    let writer = right();
    let json = writer.json();
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut run = 0;
    for _ in 0..3000 {
        let mut damaged = json.clone();
        for _ in 0..1 + random(3) {
            let at = random(damaged.len());
            match random(3) {
                0 => damaged[at] = b"0123456789-.eE\"{}[],:"[random(21)],
                1 => drop(damaged.remove(at)),
                _ => damaged.insert(at, b'0' + random(10) as u8),
            }
        }
        run += usize::from(attempt(&damaged, writer.shards(), &["out"]).is_ok());
    }
    println!("{run} of 3000 ran");
}
