//! The Open Inference Protocol over REST.

use crate::kit::{Answer, Client, file, limited, matte_of, person, served};
use backlot_oip::push_element;
use backlot_oip::{Datatype, HEADER_LENGTH, InferAnswer, InferRequest, Parameter, Tensor, Wanted};
use image::{ImageFormat, RgbImage};
use serde_json::json;

const INFER: &str = "/v2/models/landscape/infer";

/// A request of pictures of one size, as their pixels.
fn pixels(pictures: &[&RgbImage]) -> InferRequest {
    let (width, height) = pictures[0].dimensions();
    let shape = vec![pictures.len() as u64, height.into(), width.into(), 3];
    let data: Vec<u8> = pictures.iter().flat_map(|picture| picture.as_raw().clone()).collect();
    let image = Tensor::new("image", Datatype::Uint8, shape, data.into()).unwrap();
    InferRequest { inputs: vec![image], ..InferRequest::default() }
}

/// A request of pictures as files.
fn files(files: &[Vec<u8>]) -> InferRequest {
    let mut data = Vec::new();
    files.iter().for_each(|file| push_element(&mut data, file).unwrap());
    let shape = vec![files.len() as u64];
    let image = Tensor::new("image", Datatype::Bytes, shape, data.into()).unwrap();
    InferRequest { inputs: vec![image], ..InferRequest::default() }
}

fn post(client: &mut Client, path: &str, request: &InferRequest, is_binary: bool) -> Answer {
    let body = request.to_rest(is_binary).unwrap();
    let length = body.header_length.map(|length| length.to_string());
    let header = length.as_ref().map(|length| (HEADER_LENGTH, length.as_str()));
    client.post(path, header.as_slice(), &body.bytes)
}

fn read(answer: Answer) -> InferAnswer {
    assert_eq!(answer.status, 200, "{}", answer.sentence());
    let length = answer.header(HEADER_LENGTH).map(|length| length.parse().unwrap());
    InferAnswer::from_rest(&answer.body.into(), length).unwrap()
}

#[test]
fn models_say_what_they_take_and_give() {
    let service = served(|_| {});
    let mut client = Client::of(&service);
    assert_eq!(client.get("/v2").json()["name"], "backlot");
    assert_eq!(client.get("/v2").json()["extensions"], json!(["binary_tensor_data"]));
    for path in ["/v2/health/live", "/v2/health/ready", "/v2/models/general/ready"] {
        assert_eq!(client.get(path).status, 200, "{path}");
    }
    for path in ["/v2/models/landscape", "/v2/models/landscape/versions/1"] {
        let expected = json!({
            "name": "landscape",
            "versions": ["1"],
            "platform": "backlot",
            "inputs": [{"name": "image", "datatype": "UINT8", "shape": [-1, -1, -1, 3]}],
            "outputs": [{"name": "matte", "datatype": "UINT8", "shape": [-1, -1, -1]}],
        });
        assert_eq!(client.get(path).json(), expected);
    }
    let answer = client.get("/v2/models/portrait/ready");
    assert_eq!(answer.status, 404);
    assert!(answer.sentence().contains("landscape") && answer.sentence().contains("general"));
    assert_eq!(client.get("/v2/models/general/versions/2").status, 404);
    assert_eq!(client.get(INFER).status, 405);
    assert!(client.get("/metrics").text().contains("\nbacklot_threads 1\n"));
}

#[test]
fn json_and_bytes_are_answered_alike() {
    let service = served(|_| {});
    let (one, other) = (person(161, 121), RgbImage::new(161, 121));
    let expected = [matte_of(&one, "landscape"), matte_of(&other, "landscape")].concat();
    let mut client = Client::of(&service);
    let pngs = [&one, &other].map(|picture| file(picture, ImageFormat::Png));
    for mut request in [pixels(&[&one, &other]), files(&pngs)] {
        let is_pixels = request.inputs[0].datatype == Datatype::Uint8;
        for (asks_binary, wants_binary) in [(true, true), (true, false), (false, true)] {
            if !asks_binary && !is_pixels {
                continue;
            }
            request.id = "7".to_owned();
            request.parameters.set("binary_data_output", Parameter::Bool(wants_binary));
            let answer = read(post(&mut client, INFER, &request, asks_binary));
            assert_eq!((answer.model.as_str(), answer.id.as_str()), ("landscape", "7"));
            let [matte] = &answer.outputs[..] else { panic!("{} outputs", answer.outputs.len()) };
            assert_eq!((matte.name.as_str(), matte.datatype), ("matte", Datatype::Uint8));
            assert_eq!(matte.shape, [2, 121, 161]);
            assert!(matte.data == expected, "{asks_binary} {wants_binary}");
        }
    }
    let mut request = pixels(&[&one]);
    let mut wanted = Wanted { name: "matte".to_owned(), ..Wanted::default() };
    wanted.parameters.set("datatype", Parameter::Text("FP32".to_owned()));
    request.outputs.push(wanted);
    let answer = read(post(&mut client, INFER, &request, true));
    assert_eq!(answer.outputs[0].datatype, Datatype::Fp32);
    let values = answer.outputs[0].data.as_chunks().0.iter().map(|v| f32::from_le_bytes(*v));
    let values: Vec<u8> = values.map(|value| (value * 255.0).round() as u8).collect();
    assert!(values == expected[..values.len()]);
}

#[test]
fn a_picture_in_json_is_base64() {
    let service = served(|_| {});
    // A PNG of one black pixel.
    let text = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12NgYGAAAAAEAAEnNCcKAAAAAElFTkSuQmCC";
    let request = json!({
        "inputs": [{"name": "image", "datatype": "BYTES", "shape": [1], "data": [text]}],
    });
    let answer =
        Client::of(&service).post("/v2/models/general/infer", &[], request.to_string().as_bytes());
    assert_eq!(answer.json()["outputs"][0]["shape"], json!([1, 1, 1]));
}

#[test]
fn wrong_requests_get_a_sentence() {
    let service = limited(|limits| {
        limits.pixels = 100_000;
        limits.body_bytes = 1 << 20;
    });
    let mut client = Client::of(&service);
    let mut refused = |body: &[u8], header: Option<&str>, words: &str| {
        let header = header.map(|value| (HEADER_LENGTH, value));
        let answer = client.post(INFER, header.as_slice(), body);
        let sentence = answer.sentence();
        assert!((400..=415).contains(&answer.status), "{} {sentence}", answer.status);
        assert!(sentence.contains(words), "{sentence}");
    };
    let tensor = |text: &str| format!("{{\"inputs\": [{text}]}}").into_bytes();
    refused(b"", None, "the JSON can't be read");
    refused(b"{}", None, "the request has no inputs");
    refused(b"\xff\xfe", None, "the JSON can't be read");
    refused(&[b"{\"a\":", &b"["[..]].concat().repeat(20_000), None, "the JSON can't be read");
    refused(b"{}", Some("7"), "should have 7 bytes, but 2 were sent");
    refused(b"{}", Some("-1"), "must be a number of bytes");
    refused(&tensor(""), None, "takes one input, 'image'");
    refused(&tensor(r#"{"name": "image"}"#), None, "'image': the tensor has no datatype");
    refused(&tensor(r#"{"name": "image", "datatype": "UINT8"}"#), None, "has no shape");
    let image = |datatype: &str, shape: &str, data: &str| {
        let fields = format!("\"datatype\": \"{datatype}\", \"shape\": {shape}, \"data\": {data}");
        tensor(&format!("{{\"name\": \"image\", {fields}}}"))
    };
    refused(&image("UINT9", "[1]", "[1]"), None, "'UINT9': there is no such datatype");
    refused(&image("UINT8", "[1, 1, 1, 3]", "[1, 2, 256]"), None, "256 is no UINT8");
    refused(&image("UINT8", "[1, 1, 1, 3]", "[1, 2]"), None, "takes 3 bytes, and it has 2");
    refused(&image("UINT8", "[1, 1, 1, 3]", "[1, 2, 3, 4]"), None, "more elements than its shape");
    refused(&image("UINT8", "[1, 3]", "[1, 2, 3]"), None, "is UINT8 of [N, height, width, 3]");
    refused(&image("UINT8", "[-1]", "[1]"), None, "the JSON can't be read");
    let large = "[9223372036854775807, 4, 4, 3]";
    refused(&image("UINT8", large, "[1]"), None, "more elements than can be counted");
    refused(&image("UINT8", "[0, 4, 4, 3]", "[]"), None, "a size that no picture has");
    refused(&image("FP32", "[1, 1, 1, 3]", "[1, 2, 3]"), None, "not FP32 of [1, 1, 1, 3]");
    refused(&image("BYTES", "[1]", "[\"hello\"]"), None, "it is text");
    refused(&image("BYTES", "[2]", "[\"hello\"]"), None, "takes 2 elements, and it has 1");
    let behind = r#"{"name": "image", "datatype": "UINT8", "shape": [1, 1, 1, 3], "parameters": {"binary_data_size": 3}}"#;
    let head = tensor(behind);
    let length = head.len().to_string();
    refused(&head, Some(&length), "should have 3 bytes, but 0 are left");
    refused(&[&head[..], b"abcd"].concat(), Some(&length), "1 bytes behind the JSON");
    refused(&vec![b' '; (1 << 20) + 1], None, "a request has at most 1 MiB");
    let mut request = pixels(&[&RgbImage::new(4, 4)]);
    request.outputs.push(Wanted { name: "mask".to_owned(), ..Wanted::default() });
    refused(&request.to_rest(false).unwrap().bytes, None, "no such output");
    let two = [RgbImage::new(4, 4), RgbImage::new(4, 5)].map(|p| file(&p, ImageFormat::Png));
    let body = files(&two).to_rest(true).unwrap();
    let length = body.header_length.unwrap().to_string();
    refused(&body.bytes, Some(&length), "picture 2 of 2: it is 4x5, but those before it are 4x4");
    let many = vec![file(&RgbImage::new(300, 300), ImageFormat::Png); 20];
    let body = files(&many).to_rest(true).unwrap();
    let length = body.header_length.unwrap().to_string();
    refused(&body.bytes, Some(&length), "send fewer pictures at a time");
    assert_eq!(post(&mut client, INFER, &pixels(&[&RgbImage::new(4, 4)]), true).status, 200);
}
