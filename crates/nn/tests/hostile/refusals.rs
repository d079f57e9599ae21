//! Errors name the operator or the field that is wrong.

use crate::build::{Field, Net, Operator, Table, Tensor};
use crate::{refused, try_file};

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
    refused(&changed(|n| n.outputs = vec![8, 7]), "exactly one output");
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
    refused(&changed(|n| n.operators[0].inputs.truncate(2)), "operator 0 (CONV_2D): an input is");
}

#[test]
fn unknown_operators() {
    refused(&changed(|n| n.operators[1].code = 25), "operator 1 (SOFTMAX) is not one that Backlot");
    refused(&changed(|n| n.operators[1].code = 140), "operator 1 (builtin 140)");
    let custom = changed(|n| n.operators[2].custom = Some(("Evil\u{7}Op", vec![])));
    refused(&custom, "operator 2 (Evil?Op)");
    let options =
        changed(|n| n.operators[2].custom = Some(("Convolution2DTransposeBias", vec![1])));
    refused(&options, "operator 2 (Convolution2DTransposeBias): only padding 'same'");
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
    refused(&with(4, Field::Word(2)), "dilation is not supported");
}
