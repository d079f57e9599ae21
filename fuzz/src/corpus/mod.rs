//! Small inputs, right or nearly so: what damage begins with.

mod pictures;
mod text;

use backlot_oip::{Datatype, InferAnswer, InferRequest, RpcRequest, Tensor, push_element};

pub use pictures::{drawings, pictures, with_checksums};
pub use text::{archives, obs, requests, scenes, settings};

/// The smallest network that runs, and one with another's mark.
pub fn models() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../seeds/small.tflite").to_vec()]
}

/// Models of TensorFlow.js with their weights: a small one, and one with every operator.
pub fn tfjs() -> Vec<Vec<u8>> {
    let small = include_bytes!("../../seeds/small.tfjs");
    vec![small.to_vec(), include_bytes!("../../seeds/operators.tfjs").to_vec()]
}

/// What stands beside networks.
pub fn sidecars() -> Vec<Vec<u8>> {
    let every_key = "input = [512, 288]\npicture = \"src\"\nlayout = \"nchw\"\noutput_layout = \"nhwc\"\nrange = [-1, 1]\noutput = 1\n\
                     reading = \"classes\"\npersons = [15, 2]\nsharpness = 3\ncorners = true\nprovider = \"cuda\"\n\
                     states = [[\"r1i\", \"r1o\"]]\nconstants = { downsample_ratio = 0.25, more = [1, 2] }\n\
                     parts = { output = \"y\", names = [\"hair\"], channels = [1], sharpness = 2 }\n";
    let own = "order = \"bgr\"\nscale = 255\nmean = [102, 111, 126]\nstd = [1, 2, 3]\nreading = \"logits\"\nmiddle = 0.5\nchannel = 1\n";
    [every_key, own, "input = 512\noutput = \"pha\"\nprovider = \"cpu\"\n"]
        .map(|text| text.as_bytes().to_vec())
        .into()
}

/// Requests and answers of the Open Inference Protocol, behind two bytes that say how much is JSON.
pub fn oip() -> Vec<Vec<u8>> {
    let mut element = Vec::new();
    // Short enough for its length.
    let _ = push_element(&mut element, b"ab");
    let inputs: Vec<_> = [
        ("image", Datatype::Uint8, vec![1, 1, 2, 3], (0..6).collect()),
        ("a", Datatype::Fp32, vec![2], vec![0, 0, 128, 63, 0, 0, 0, 64]),
        ("b", Datatype::Bytes, vec![1], element),
    ]
    .into_iter()
    .filter_map(|(name, kind, shape, data): (_, _, _, Vec<u8>)| {
        Tensor::new(name, kind, shape, data.into()).ok()
    })
    .collect();
    let request = InferRequest { id: "1".to_owned(), inputs, ..InferRequest::default() };
    let outputs = request.inputs.clone();
    let answer = InferAnswer { model: "m".to_owned(), outputs, ..InferAnswer::default() };
    let mut seeds = Vec::new();
    for is_binary in [false, true] {
        for body in [request.to_rest(is_binary), answer.to_rest(|_| is_binary)] {
            let Ok(body) = body else { continue };
            let length = body.header_length.map_or(u16::MAX, |length| length as u16);
            seeds.push([&length.to_le_bytes(), &body.bytes[..]].concat());
        }
        seeds.extend(answer.to_rpc(is_binary).map(|message| [&[255; 2], &message[..]].concat()));
    }
    let asked = RpcRequest { model: "m".to_owned(), version: String::new(), request, is_raw: true };
    seeds.push([&[255; 2], &asked.write()[..]].concat());
    seeds
}

/// A Y4M stream of two frames for each way to store chroma, with and without tags.
pub fn y4m() -> Vec<Vec<u8>> {
    let stream = |tags: &str, bytes: usize| {
        let frame = (0..bytes).map(|i| (i * 37) as u8).collect::<Vec<u8>>();
        let mut stream = format!("YUV4MPEG2 W6 H4 {tags}\n").into_bytes();
        for _ in 0..2 {
            stream.extend_from_slice(b"FRAME\n");
            stream.extend_from_slice(&frame);
        }
        stream
    };
    vec![
        stream("F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=FULL", 36),
        stream("F25:1 It A64:45 C420mpeg2", 36),
        stream("F25:1 Ib A0:0 C422", 48),
        stream("F0:0 Im A12:11 C444", 72),
        stream("Cmono", 24),
        stream("F25:1 C420p10", 72),
    ]
}

/// Raw pictures of 8x4 in each format, behind a head of format, size and stride.
pub fn raw() -> Vec<Vec<u8>> {
    let picture = |format: u8, stride: u8, bytes: usize| {
        let head = [format, 8, 4, stride, 0];
        head.into_iter().chain((0..bytes).map(|i| (i * 11) as u8)).collect()
    };
    [(16, 64), (8, 48), (8, 48), (8, 64), (8, 32), (24, 96)]
        .into_iter()
        .zip(0..)
        .map(|((stride, bytes), format)| picture(format, stride, bytes))
        .collect()
}

/// Three pictures of 4x2 as ffmpeg pipes them.
pub fn nut() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../seeds/small.nut").to_vec()]
}
