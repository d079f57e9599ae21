//! Networks that are no good: each gets one sentence.

use crate::common::{network, reading, run, runtime, start};
use backlot_onnx::{OnnxFile, Sizes, Wiring};
use backlot_testkit::onnx::{
    Attribute, BOOL, FLOAT, INT64, OnnxGraph, slow_network, threshold_network,
};
use std::time::Duration;

fn is_a_sentence(said: &str) {
    assert!(!said.is_empty() && said.len() < 400 && !said.contains('\n'), "{said}");
}

#[test]
fn inputs_without_a_use_are_named() {
    let Some(runtime) = runtime() else { return };
    let said = |graph: &OnnxGraph, wiring: &Wiring| {
        network(&runtime, graph, wiring).map(|_| ()).unwrap_err().to_string()
    };
    let plain = threshold_network(4, 4);
    assert_eq!(said(&plain, &reading(1)), "it has no output 1");
    let wiring = Wiring { picture: Some("pictur".into()), ..reading(0) };
    assert_eq!(said(&plain, &wiring), "it has no input 'pictur', but picture");
    let wiring = Wiring { constants: vec![("picture".into(), vec![1.0])], ..reading(0) };
    assert_eq!(said(&plain, &wiring), "it takes no picture");
    let wiring = Wiring { sizes: Some(Sizes::Fixed(8, 4)), ..reading(0) };
    assert_eq!(said(&plain, &wiring), "it doesn't take pictures of 8x4");
    let two = plain.input("more", FLOAT, &[1]);
    assert_eq!(
        said(&two, &reading(0)),
        "its input 'more' is neither the picture nor a state nor a constant: describe it beside the file"
    );
    let open = OnnxGraph::default()
        .input("x", FLOAT, &[1, 3, 0, 0])
        .node("Identity", &["x"], &["y"], &[])
        .output("y", FLOAT, &[1, 3, 0, 0]);
    assert!(said(&open, &reading(0)).contains("input = [WIDTH, HEIGHT]"));
    for (sides, expected) in [
        (&[1_u64, 4, 4][..], "use one of four dimensions"),
        (&[1, 4, 4, 4], "no picture of three colours"),
        (&[2, 3, 4, 4], "no picture of three colours"),
        (&[1, 3, 99_999, 99_999], "at most 4096 is supported"),
    ] {
        let graph = OnnxGraph::default()
            .input("x", FLOAT, sides)
            .node("Identity", &["x"], &["y"], &[])
            .output("y", FLOAT, sides);
        let said = said(&graph, &reading(0));
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn one_that_takes_for_ever_is_ended_and_can_go_on() {
    let Some(runtime) = runtime() else { return };
    let slow = network(&runtime, &slow_network(4, 4), &reading(0)).unwrap();
    let mut running = start(&slow.no_longer_than(Duration::from_millis(300))).unwrap();
    for _ in 0..2 {
        let said = running.run().unwrap_err().to_string();
        assert_eq!(
            said,
            "the network can't be run: it took more than 0.3 seconds for one picture: choose a smaller network"
        );
    }
}

/// The output's shape depends on the picture: the file can't keep what it says.
#[test]
fn another_shape_than_declared_is_said() {
    let Some(runtime) = runtime() else { return };
    let graph = OnnxGraph::default()
        .input("x", FLOAT, &[1, 3, 4, 4])
        .integers("four", &[1], &[1])
        .integers("ones", &[2], &[1, 1])
        .node("ReduceMax", &["x"], &["most"], &[("keepdims", Attribute::Int(0))])
        .node("Cast", &["most"], &["whole"], &[("to", Attribute::Int(INT64 as i64))])
        .node("Reshape", &["whole", "four"], &["side"], &[])
        .node("Concat", &["ones", "side", "side"], &["shape"], &[("axis", Attribute::Int(0))])
        .node("ConstantOfShape", &["shape"], &["y"], &[])
        .output("y", FLOAT, &[1, 1, 4, 4]);
    let mut running = start(&network(&runtime, &graph, &reading(0)).unwrap()).unwrap();
    assert_eq!(run(&mut *running, 4.0), [0.0; 16]);
    running.input_mut().fill(5.0);
    let said = running.run().unwrap_err().to_string();
    assert_eq!(
        said,
        "the network can't be run: its output y (1x1x4x4) returned another shape than it says"
    );
    // Nor does it take memory without end.
    running.input_mut().fill(1e9);
    is_a_sentence(&running.run().unwrap_err().to_string());
    assert_eq!(run(&mut *running, 4.0), [0.0; 16]);
}

#[test]
fn what_holds_no_numbers_is_refused() {
    let Some(runtime) = runtime() else { return };
    let graph = OnnxGraph::default()
        .input("x", BOOL, &[1, 3, 4, 4])
        .node("SequenceConstruct", &["x"], &["y"], &[])
        .output("y", BOOL, &[1, 3, 4, 4]);
    is_a_sentence(&OnnxFile::read(&runtime, graph.file()).map(|_| ()).unwrap_err().to_string());
}

/// Cut and changed files are refused, or run; whatever they are, nothing breaks.
#[test]
fn damaged_files_break_nothing() {
    let Some(runtime) = runtime() else { return };
    let whole = threshold_network(6, 4).file();
    let attempt = |bytes: Vec<u8>| {
        let network = OnnxFile::read(&runtime, bytes).and_then(|file| file.network(&reading(0)));
        match network {
            Err(error) => is_a_sentence(&error.to_string()),
            Ok(network) => {
                let running = start(&network.no_longer_than(Duration::from_secs(2)));
                if let Ok(mut running) = running
                    && let Err(error) = running.run()
                {
                    is_a_sentence(&error.to_string());
                }
            }
        }
    };
    (0..whole.len()).for_each(|length| attempt(whole[..length].to_vec()));
    let mut state = 7_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 12) as usize
    };
    for _ in 0..2000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + random() % 3 {
            let at = random() % bytes.len();
            bytes[at] = match random() % 3 {
                0 => random() as u8,
                1 => bytes[at] ^ 1 << (random() % 8),
                _ => [0, 0x7f, 0x80, 0xff][random() % 4],
            };
        }
        attempt(bytes);
    }
}
