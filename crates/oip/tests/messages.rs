//! Messages as they are written and read, over REST and over gRPC.

use backlot_oip::{
    Datatype, InferAnswer, InferRequest, Parameter, Parameters, RpcRequest, Tensor, Wanted,
    push_element,
};
use bytes::Bytes;
use proptest::prelude::*;

fn tensor(name: &str, datatype: Datatype, shape: &[u64], data: &[u8]) -> Tensor {
    Tensor::new(name, datatype, shape.to_vec(), Bytes::copy_from_slice(data)).unwrap()
}

fn parameters() -> Parameters {
    let mut all = Parameters::default();
    all.set("sequence_id", Parameter::Int(-3));
    all.set("binary", Parameter::Bool(true));
    all.set("content_type", Parameter::Text("a \"b\" ü".to_owned()));
    all.set("share", Parameter::Float(0.25));
    all
}

#[test]
fn a_request_is_written_as_the_protocol_says() {
    let mut request = InferRequest {
        id: "7".to_owned(),
        inputs: vec![tensor("image", Datatype::Uint8, &[1, 2], &[0, 109])],
        outputs: vec![Wanted { name: "matte".to_owned(), parameters: Parameters::default() }],
        ..InferRequest::default()
    };
    request.outputs[0].parameters.set("binary_data", Parameter::Bool(true));
    let json = request.to_rest(false).unwrap();
    let expected = r#"{"id":"7","inputs":[{"name":"image","datatype":"UINT8","data":[0,109],"shape":[1,2]}],"outputs":[{"parameters":{"binary_data":true},"name":"matte"}]}"#;
    assert_eq!((std::str::from_utf8(&json.bytes).unwrap(), json.header_length), (expected, None));
    let binary = request.to_rest(true).unwrap();
    let length = binary.header_length.unwrap();
    assert_eq!(&binary.bytes[length..], [0, 109]);
    let head = std::str::from_utf8(&binary.bytes[..length]).unwrap();
    assert!(head.contains(r#""parameters":{"binary_data_size":2},"shape":[1,2]"#), "{head}");
    assert!(request.wants_binary("matte") && !request.wants_binary("other"));
}

#[test]
fn what_others_write_is_read() {
    // The datatype may stand behind the elements, lists may be nested, and what is unknown is left.
    let json = br#"{"parameters": null, "x": [{}], "inputs": [
        {"data": [[1, 2.0], [3, 4]], "name": "a", "shape": [2, 2], "datatype": "INT16", "y": 1},
        {"name": "b", "data": ["\u00e4", ""], "datatype": "BYTES", "shape": [2], "parameters": {"n": 1e3}},
        {"name": "c", "shape": [], "datatype": "FP64", "data": [0.5]},
        {"name": "d", "shape": [3], "datatype": "BOOL", "data": [true, 0, 1]}
    ]}"#;
    let request = InferRequest::from_rest(&Bytes::from_static(json), None).unwrap();
    let [a, b, c, d] = &request.inputs[..] else { panic!("{request:?}") };
    assert_eq!(a.data, [1, 0, 2, 0, 3, 0, 4, 0][..]);
    assert_eq!(b.elements().collect::<Result<Vec<_>, _>>().unwrap(), ["ä".as_bytes(), b""]);
    assert_eq!(b.parameters.get("n"), Some(&Parameter::Float(1000.0)));
    assert_eq!((&c.data[..], &d.data[..]), (&0.5_f64.to_le_bytes()[..], &[1, 0, 1][..]));
}

#[test]
fn hostile_messages_are_refused_in_little_memory() {
    let refused = |text: String| {
        let error = InferRequest::from_rest(&text.into(), None).unwrap_err().to_string();
        assert!(error.len() < 300 && !error.contains(char::is_control), "{error}");
        error
    };
    let many = |what: &str| vec![what; 100_000].join(",");
    assert!(
        refused(format!("{{\"inputs\":[{}]}}", many("{\"name\":\"\"}"))).contains("at most 32")
    );
    let parameters: Vec<_> = (0..100).map(|n| format!("\"{n}\":0")).collect();
    let parameters = parameters.join(",");
    assert!(refused(format!("{{\"parameters\":{{{parameters}}}}}")).contains("at most 64"));
    refused(format!("{{\"parameters\":{{\"a\":[{}]}}}}", many("0")));
    let input = |shape: &str, data: &str| {
        format!(
            "{{\"inputs\":[{{\"name\":\"a\",\"datatype\":\"FP64\",\"shape\":[{shape}],\"data\":{data}}}]}}"
        )
    };
    assert!(refused(input(&many("1"), "[]")).contains("at most 16"));
    assert!(refused(input("1", &format!("[{}]", many("0")))).contains("more elements"));
    refused(input("1", &"[".repeat(100_000)));
    assert!(
        refused(input("1", &format!("{}1{}", "[".repeat(20), "]".repeat(20)))).contains("nested")
    );
    refused(
        "{\"inputs\":[{\"name\":\"\\u0007\",\"datatype\":\"\\u0007\",\"shape\":[]}]}".to_owned(),
    );
    // A tensor of two bytes, a hundred thousand times: each would take hundreds in memory.
    let tensors = b"\x2a\0".repeat(100_000);
    let error = RpcRequest::read(tensors.into()).unwrap_err().to_string();
    assert!(error.contains("more than 32 tensors"), "{error}");
    let mut elements = vec![0x2a, 0x84, 0x9a, 0x0c, 0x2a, 0x80, 0x9a, 0x0c];
    elements.extend(b"\x42\0".repeat(100_352));
    let error = RpcRequest::read(elements.into()).unwrap_err().to_string();
    assert!(error.contains("more than 4096 elements"), "{error}");
    for broken in
        [&b"\x2a"[..], b"\x2a\x05a", b"\x0b", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"]
    {
        let error = RpcRequest::read(Bytes::from_static(broken)).unwrap_err().to_string();
        assert!(error.contains("can't be read"), "{error}");
    }
}

/// A tensor of any kind whose elements have a form in JSON.
fn tensors() -> impl Strategy<Value = Tensor> {
    let kinds = Datatype::ALL.into_iter().filter(|d| !matches!(d, Datatype::Fp16 | Datatype::Bf16));
    let kind = prop::sample::select(kinds.collect::<Vec<_>>());
    let shape = prop::collection::vec(0_u64..4, 0..4);
    (kind, shape, any::<u64>()).prop_map(|(datatype, shape, seed)| {
        let count = shape.iter().product::<u64>();
        let mut data = Vec::new();
        for index in 0..count {
            let value = seed.rotate_left(index as u32).wrapping_mul(index + 1);
            match datatype {
                Datatype::Bool => data.push((value % 2) as u8),
                Datatype::Fp32 => {
                    data.extend_from_slice(&((value % 999) as f32 / 8.0).to_le_bytes())
                }
                Datatype::Fp64 => {
                    data.extend_from_slice(&((value % 999) as f64 / 8.0).to_le_bytes())
                }
                Datatype::Bytes => {
                    push_element(&mut data, format!("{value}\"ü").as_bytes()).unwrap()
                }
                _ => {
                    let size = datatype.size().unwrap() as usize;
                    data.extend_from_slice(&value.to_le_bytes()[..size]);
                }
            }
        }
        Tensor { parameters: parameters(), ..tensor("a", datatype, &shape, &data) }
    })
}

proptest! {
    #[test]
    fn what_is_written_comes_back(inputs in prop::collection::vec(tensors(), 0..4), is_binary: bool) {
        let request = InferRequest {
            id: "ä".to_owned(),
            parameters: parameters(),
            inputs: inputs.clone(),
            outputs: vec![Wanted { name: "b".to_owned(), parameters: parameters() }],
        };
        let body = request.to_rest(is_binary).unwrap();
        let read = InferRequest::from_rest(&body.bytes.into(), body.header_length);
        prop_assert_eq!(read.as_ref(), Ok(&request));
        let answer = InferAnswer {
            model: "m".to_owned(),
            version: "1".to_owned(),
            id: request.id.clone(),
            parameters: parameters(),
            outputs: inputs,
        };
        let body = answer.to_rest(|_| is_binary).unwrap();
        let read = InferAnswer::from_rest(&body.bytes.into(), body.header_length);
        prop_assert_eq!(read.as_ref(), Ok(&answer));
        // Over gRPC, parameters have no order.
        let sorted = |mut answer: InferAnswer| {
            answer.parameters = Parameters::default();
            answer.outputs.iter_mut().for_each(|output| output.parameters = Parameters::default());
            answer
        };
        let read = InferAnswer::from_rpc(answer.to_rpc(is_binary).unwrap().into()).unwrap();
        prop_assert_eq!(read.parameters.get("share"), answer.parameters.get("share"));
        prop_assert_eq!(sorted(read), sorted(answer));
        let asked = RpcRequest { model: "m".to_owned(), version: String::new(), request, is_raw: true };
        let read = RpcRequest::read(asked.write().into()).unwrap();
        prop_assert_eq!(read.request.inputs.len(), asked.request.inputs.len());
        prop_assert_eq!((&read.model, &read.request.id), (&asked.model, &asked.request.id));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, header_length in prop::option::of(0_usize..64)) {
        let bytes = Bytes::from(bytes);
        let _ = InferRequest::from_rest(&bytes, header_length);
        let _ = InferAnswer::from_rest(&bytes, header_length);
        let _ = RpcRequest::read(bytes.clone());
        let _ = InferAnswer::from_rpc(bytes);
    }
}
