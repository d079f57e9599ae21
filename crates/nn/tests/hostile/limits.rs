//! Small files that ask for a lot: refused before they cost memory or time.

use crate::build::{Field, Net, Operator, Tensor};
use crate::{memory, refused, try_file};

/// Reading these may take a few times the file itself, not what it asks for.
const MOST: usize = 64 << 20;

#[track_caller]
fn refused_cheaply(net: &Net, reason: &str) {
    let file = net.file();
    let held = memory::most(|| refused(&file, reason));
    assert!(held < MOST, "{held} bytes were taken");
}

#[test]
fn tensors_of_a_hundred_gigabytes() {
    let mut net = Net::right();
    net.tensors[3].dims = vec![1, 200_000, 17_000, 8];
    refused_cheaply(&net, "the number of values in a tensor is 27200000000");
    net.tensors[3].dims = vec![1, i32::MAX, i32::MAX, i32::MAX];
    refused_cheaply(&net, "the number of values in a tensor");
    net.tensors[3].dims = vec![1, -4, 4, 8];
    refused_cheaply(&net, "a tensor's dimension is -4");
    net.tensors[3].dims = vec![1; 2000];
    refused_cheaply(&net, "a tensor's shape is 2000, at most 8");
}

#[test]
fn pictures_that_grow_and_grow() {
    let mut net = Net::right();
    net.operators.truncate(2);
    net.tensors[3].dims = vec![1, 4, 4, 8];
    let (mut last, mut side) = (4, 4);
    for _ in 0..40 {
        side = (side * 8).min(1024);
        net.tensors.push(Tensor::ints(&[side, side]));
        net.tensors.push(Tensor::computed(&[1, side, side, 8]));
        let made = net.tensors.len() as i32 - 1;
        net.operators.push(Operator::new(23, &[last, made - 1], made, vec![]));
        last = made;
    }
    net.outputs = vec![last];
    refused_cheaply(&net, "the number of computed values");
}

/// The finest matte asks a network for many masks of each picture.
#[test]
fn masks_and_inputs_larger_than_any_sensible_one() {
    let mut net = Net::right();
    net.operators.truncate(3);
    net.tensors.push(Tensor::ints(&[4096, 4096]));
    net.tensors.push(Tensor::computed(&[1, 4096, 4096, 1]));
    net.operators.push(Operator::new(23, &[7, 9], 10, vec![]));
    net.outputs = vec![10];
    refused_cheaply(&net, "the model's mask is 4096x4096 pixels, but at most 1048576 pixels");
    let mut net = Net::right();
    net.tensors[0].dims = vec![1, 1024, 1025, 3];
    refused_cheaply(&net, "the model's input is 1025x1024 pixels");
}

/// A picture of one channel takes as long as one of eight.
#[test]
fn many_narrow_pictures_count_as_wide_ones() {
    let mut net = Net::right();
    net.operators.truncate(3);
    net.tensors.push(Tensor::ints(&[1024, 1024]));
    let mut last = 7;
    for _ in 0..9 {
        net.tensors.push(Tensor::computed(&[1, 1024, 1024, 1]));
        let made = net.tensors.len() as i32 - 1;
        net.operators.push(Operator::new(23, &[last, 9], made, vec![]));
        last = made;
    }
    net.outputs = vec![last];
    refused_cheaply(&net, "the number of computed values");
}

#[test]
fn more_multiplications_than_a_frame_has_time_for() {
    let mut net = Net::right();
    net.tensors[0].dims = vec![1, 600, 600, 3];
    net.tensors[1] = Tensor::floats(&[16, 20, 20, 3]);
    net.tensors[2] = Tensor::floats(&[16]);
    net.tensors[3].dims = vec![1, 600, 600, 16];
    refused_cheaply(&net, "the number of multiplications");
}

/// Where the channels fit no kernel the loops are plain ones, and take several times as long.
#[test]
fn channels_that_fit_no_kernel() {
    let with_channels = |channels: i32| {
        let mut net = Net::right();
        net.tensors[0].dims = vec![1, 512, 512, 3];
        net.tensors[1] = Tensor::floats(&[channels, 29, 29, 3]);
        net.tensors[2] = Tensor::floats(&[channels]);
        net.tensors[3].dims = vec![1, 512, 512, channels];
        net.tensors[4] = net.tensors[3].clone();
        net.tensors[5] = Tensor::floats(&[1, 2, 2, channels]);
        net.tensors[7].dims = vec![1, 1024, 1024, 1];
        net.tensors[8] = net.tensors[7].clone();
        net
    };
    try_file(&with_channels(8).file()).expect("a kernel takes it");
    refused_cheaply(&with_channels(7), "the number of multiplications");
}

/// Each reads a million pixels, for few or none of its own.
#[test]
fn many_looks_at_a_large_picture() {
    let large = || {
        let mut net = Net::right();
        net.tensors[0].dims = vec![1, 1024, 1024, 3];
        net.operators.clear();
        net
    };
    let mut net = large();
    net.tensors[1] = Tensor::floats(&[1, 1, 1, 3]);
    net.tensors[2] = Tensor::floats(&[1]);
    for _ in 0..200 {
        let sparse = vec![(1, Field::Word(64)), (2, Field::Word(64))];
        net.tensors.push(Tensor::computed(&[1, 16, 16, 1]));
        net.outputs = vec![net.tensors.len() as i32 - 1];
        net.operators.push(Operator::new(3, &[0, 1, 2], net.outputs[0], sparse));
    }
    refused_cheaply(&net, "the number of multiplications");
    let mut net = large();
    net.tensors[1] = Tensor::ints(&[1, 2]);
    for _ in 0..200 {
        net.tensors.push(Tensor::computed(&[1, 1, 1, 3]));
        net.outputs = vec![net.tensors.len() as i32 - 1];
        net.operators.push(Operator::new(40, &[0, 1], net.outputs[0], vec![]));
    }
    refused_cheaply(&net, "the number of multiplications");
}

#[test]
fn many_operators_and_tensors() {
    let mut net = Net::right();
    net.tensors.extend(vec![Tensor::computed(&[1]); 5000]);
    refused_cheaply(&net, "the number of tensors is 5009, at most 4096");
    let mut net = Net::right();
    net.operators.extend(vec![Operator::new(117, &[3], 4, vec![]); 5000]);
    refused_cheaply(&net, "the number of operators is 5004, at most 4096");
    let mut net = Net::right();
    net.operators[1].inputs = vec![3; 100_000];
    refused_cheaply(&net, "an operator's inputs is 100000, at most 8");
}

/// 4000 operators in a row, none of them used: no pass over the graph may take time in the cube of
/// their number.
#[test]
fn a_long_chain_of_unused_operators() {
    let mut net = Net::right();
    let mut last = 3;
    for _ in 0..4000 {
        net.tensors.push(Tensor::computed(&[1, 4, 4, 8]));
        let made = net.tensors.len() as i32 - 1;
        net.operators.push(Operator::new(0, &[last, 3], made, vec![(0, Field::Byte(0))]));
        last = made;
    }
    try_file(&net.file()).expect("useless, but right");
}

/// Every tensor shares one buffer: the file is small, but what it stands for is not.
#[test]
fn weights_shared_many_times() {
    let mut net = Net::right();
    net.tensors.extend(vec![Tensor::floats(&[64, 1, 1, 1024]); 300]);
    let file = net.file();
    let held = memory::most(|| refused(&file, "the number of stored values"));
    assert!(held < 2 * MOST, "{held} bytes were taken");
}
