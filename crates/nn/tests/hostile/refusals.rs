//! Errors name the operator or the field that is wrong.

use crate::build::{Field, Net, Operator, Table, Tensor};
use crate::{refused, try_file};
use backlot_kernels::Level;
use backlot_nn::{Model, Session};

/// Changes that make a valid net invalid.
type Change = fn(&mut Net);

/// The valid net after a change.
fn changed(change: impl FnOnce(&mut Net)) -> Vec<u8> {
    let mut net = Net::right();
    change(&mut net);
    net.file()
}

#[test]
fn the_right_net_runs() {
    try_file(&Net::right().file()).expect("nothing is wrong with it");
}

#[test]
fn the_fuzzer_starts_from_the_right_net() {
    let seed = include_bytes!("../../../../fuzz/seeds/small.tflite");
    assert_eq!(Net::right().file(), seed, "fuzz/seeds/small.tflite");
}

#[test]
fn not_a_model_at_all() {
    refused(b"", "not a TensorFlow Lite model");
    refused(b"GIF89a\0\0\0\0", "not a TensorFlow Lite model");
    let mut other = Net::right().file();
    other[4..8].copy_from_slice(b"TFL2");
    refused(&other, "'TFL3'");
}

#[test]
fn offsets_out_of_range() {
    let mut file = Net::right().file();
    file[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    refused(&file, "the root table is outside the file");
    let mut net = Net::right().table();
    net.0.retain(|(index, _)| *index != 4);
    refused(&net.file(), "a tensor's buffer");
    refused(&changed(|n| n.operators[0].inputs[1] = 99), "refers to a missing tensor");
    refused(&changed(|n| n.operators[3].output = -1), "refers to a missing tensor");
    refused(&changed(|n| n.inputs = vec![99]), "exactly one input");
    refused(&changed(|n| n.outputs = vec![8, 99]), "an output is no tensor");
    refused(&changed(|n| n.outputs = vec![]), "it has no output");
    refused(&Table::default().file(), "exactly one graph");
}

#[test]
fn loops_and_missing_values() {
    let looped = changed(|n| n.operators[1].inputs[0] = 7);
    refused(&looped, "operator 1 (HARD_SWISH): an input is not computed before it, or is a loop");
    let own = changed(|n| n.operators[1].inputs[0] = 4);
    refused(&own, "operator 1 (HARD_SWISH)");
    let twice = changed(|n| n.operators[3].output = 7);
    refused(&twice, "operator 3 (LOGISTIC): its output already exists");
    refused(&changed(|n| n.operators.truncate(3)), "its output is not computed");
    refused(&changed(|n| n.operators[0].inputs.truncate(1)), "operator 0 (CONV_2D): an input is");
}

#[test]
fn unknown_operators() {
    refused(&changed(|n| n.operators[1].code = 17), "operator 1 (MAX_POOL_2D) is not one that");
    refused(&changed(|n| n.operators[1].code = 140), "operator 1 (builtin 140)");
    let custom = changed(|n| n.operators[2].custom = Some(("Evil\u{7}Op", vec![])));
    refused(&custom, "operator 2 (Evil?Op)");
    let options =
        changed(|n| n.operators[2].custom = Some(("Convolution2DTransposeBias", vec![1])));
    refused(&options, "operator 2 (Convolution2DTransposeBias): only padding 'same'");
}

/// Operators of larger networks, in forms that none of them has.
#[test]
fn orders_and_sums_that_make_no_sense() {
    let model = Model::from_tflite(&Net::attentive().file()).expect("a right one");
    let input: Vec<f32> = (0..48).map(|i| i as f32 / 48.0).collect();
    let expected = model.run_reference(&input).swap_remove(0);
    for level in Level::available() {
        let mut session = Session::new(&model, level);
        session.input_mut().copy_from_slice(&input);
        let far = session.run().iter().zip(&expected).map(|(a, b)| (a - b).abs());
        assert!(far.fold(0.0, f32::max) <= 1e-4, "{level}");
    }
    let places = |n: &Net, code: i32| {
        let found = n.operators.iter().enumerate().filter(|(_, o)| o.code == code);
        found.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let cases: [(i32, Change, &str); 9] = [
        (39, |n| n.tensors[1] = Tensor::ints(&[0, 2, 2, 3]), "the new order is no order"),
        (39, |n| n.tensors[1] = Tensor::ints(&[0, 2, 1]), "the new order is no order"),
        (39, |n| n.tensors[1] = Tensor::ints(&[0, 2, 1, -9]), "the new order is no order"),
        (39, |n| n.tensors[1] = Tensor::floats(&[4]), "not stored as int32"),
        (74, |n| n.tensors[3] = Tensor::ints(&[3]), "only the sum over the width"),
        (25, |n| n.operators[9].options.clear(), "its beta is not 1"),
        (67, |n| n.operators[15].options.clear(), "only stride 2"),
        (67, |n| n.tensors[10] = Tensor::floats(&[8, 3, 3, 8]), "channels x 2 x 2 x channels"),
        (18, |n| n.tensors[5] = Tensor::floats(&[7]), "number of biases"),
    ];
    for (code, change, reason) in cases {
        let mut net = Net::attentive();
        assert!(!places(&net, code).is_empty());
        change(&mut net);
        refused(&net.file(), reason);
    }
    for (dims, reason) in [
        (vec![2, 2, 2, 15], "the new order is no order"),
        (vec![1, 1, 1, 1], "the new order is no order"),
        (vec![3, 3, 3, 3], "the new order is no order"),
    ] {
        let mut net = Net::attentive();
        net.tensors[13].dims = dims;
        refused(&net.file(), reason);
    }
}

#[test]
fn shapes_that_do_not_fit() {
    let cases: [(Change, &str); 9] = [
        (|n| n.tensors[1] = Tensor::floats(&[8, 1, 1, 4]), "take another number of channels"),
        (|n| n.tensors[1] = Tensor::floats(&[8, 3]), "weights do not have four dimensions"),
        (|n| n.tensors[2] = Tensor::floats(&[7]), "number of biases"),
        (|n| n.tensors[3].dims = vec![1, 4, 5, 8], "the shape of its output"),
        (|n| n.tensors[1].kind = 77, "a tensor's type is 77"),
        (|n| n.tensors[1].kind = 9, "the model stores int8 numbers"),
        (|n| n.tensors[1].stored.truncate(90), "the length of a tensor's data is 90"),
        (|n| n.tensors[5] = Tensor::floats(&[1, 3, 3, 8]), "channels x 2 x 2 x channels"),
        (|n| n.tensors[0].dims = vec![2, 4, 4, 3], "its input is not one picture"),
    ];
    for (change, reason) in cases {
        refused(&changed(change), reason);
    }
    let add = |n: &mut Net| n.operators[1] = Operator::new(0, &[3, 0], 4, vec![]);
    refused(&changed(add), "operator 1 (ADD): its inputs have different shapes");
    let resize = |n: &mut Net| {
        n.tensors.push(Tensor::ints(&[0, 4]));
        n.operators[1] = Operator::new(23, &[3, 9], 4, vec![]);
    };
    refused(&changed(resize), "operator 1 (RESIZE_BILINEAR): it resizes to less than 1");
    let grey = |n: &mut Net| {
        n.tensors[0].dims[3] = 4;
        n.tensors[1] = Tensor::floats(&[8, 1, 1, 4]);
    };
    refused(&changed(grey), "three channels");
}

#[test]
fn missing_weights_and_infinite_ones() {
    let other_shape = |n: &mut Net| {
        n.tensors.push(Tensor::floats(&[8, 1, 1, 2]));
        n.tensors[1].stored.clear();
        n.operators.insert(0, Operator::new(6, &[9], 1, vec![]));
    };
    refused(&changed(other_shape), "operator 1 (CONV_2D): the number of weights does not fit");
    let infinite = |n: &mut Net| n.tensors[1].stored[..4].copy_from_slice(&[0, 0, 0x80, 0x7f]);
    refused(&changed(infinite), "operator 0 (CONV_2D): a weight is infinite");
}

#[test]
fn options_that_make_no_sense() {
    let with = |index: usize, value: Field| {
        changed(|n| {
            n.operators[0].options.retain(|(i, _)| *i != index);
            n.operators[0].options.push((index, value));
        })
    };
    refused(&with(1, Field::Word(0)), "operator 0 (CONV_2D): its stride is not 1 to 64");
    refused(&with(2, Field::Word(-1)), "its stride is not 1 to 64");
    refused(&with(0, Field::Byte(7)), "its padding is neither");
    refused(&with(3, Field::Byte(4)), "its fused activation");
    refused(&with(4, Field::Word(0)), "its dilation is not 1 to 64");
    refused(&with(5, Field::Word(65)), "its dilation is not 1 to 64");
}

/// Outputs that others read, the input itself and one twice: each is what the plain loops say.
#[test]
fn several_outputs() {
    let mut net = Net::right();
    net.outputs = vec![8, 3, 0, 4, 8];
    let model = Model::from_tflite(&net.file()).expect("a right model");
    let input: Vec<f32> = (0..48).map(|i| i as f32 / 48.0).collect();
    let expected = model.run_reference(&input);
    let mut session = Session::new(&model, Level::best());
    session.input_mut().copy_from_slice(&input);
    session.run();
    let channels: Vec<_> = model.outputs().iter().map(|shape| shape.channels).collect();
    assert_eq!(channels, [1, 8, 3, 8, 1]);
    for (index, expected) in expected.iter().enumerate() {
        let far = expected.iter().zip(session.output_of(index)).map(|(a, b)| (a - b).abs());
        assert!(far.fold(0.0, f32::max) < 1e-5, "output {index}");
    }
    assert!(
        Model::from_tflite_for(&net.file(), &["mask"])
            .is_err_and(|e| e.to_string().contains("'mask'"))
    );
}
