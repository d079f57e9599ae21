//! The Open Inference Protocol over gRPC, by a client that is not ours.

use crate::kit::{file, limited, matte_of, person, served};
use backlot_oip::{Datatype, InferAnswer, InferRequest, RpcRequest, Tensor, pb, push_element};
use backlot_service::Service;
use bytes::Bytes;
use image::ImageFormat;
use prost::Message;
use std::time::Duration;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_prost::ProstCodec;

/// Calls of one connection.
struct Caller {
    runtime: tokio::runtime::Runtime,
    grpc: Grpc<Channel>,
}

impl Caller {
    fn of(service: &Service) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let address = format!("http://{}", service.grpc_address().unwrap());
        let channel = Channel::from_shared(address).unwrap();
        let channel = runtime.block_on(channel.connect()).unwrap();
        let grpc = Grpc::new(channel).max_decoding_message_size(usize::MAX);
        Self { runtime, grpc }
    }

    fn call<I, O>(&mut self, name: &str, message: I) -> Result<O, Status>
    where
        I: Message + 'static,
        O: Message + Default + 'static,
    {
        self.ask(name, tonic::Request::new(message))
    }

    fn ask<I, O>(&mut self, name: &str, request: tonic::Request<I>) -> Result<O, Status>
    where
        I: Message + 'static,
        O: Message + Default + 'static,
    {
        let path = format!("/inference.GRPCInferenceService/{name}").parse().unwrap();
        let Self { runtime, grpc } = self;
        runtime.block_on(async {
            grpc.ready().await.unwrap();
            let codec: ProstCodec<I, O> = ProstCodec::default();
            grpc.unary(request, path, codec).await.map(tonic::Response::into_inner)
        })
    }

    fn infer(&mut self, request: pb::ModelInferRequest) -> Result<InferAnswer, Status> {
        let answer: pb::ModelInferResponse = self.call("ModelInfer", request)?;
        Ok(InferAnswer::from_rpc(answer.encode_to_vec().into()).unwrap())
    }
}

fn asked(image: Tensor) -> pb::ModelInferRequest {
    let request =
        InferRequest { id: "a".to_owned(), inputs: vec![image], ..InferRequest::default() };
    let model = "general".to_owned();
    let request = RpcRequest { model, version: String::new(), request, is_raw: true };
    pb::ModelInferRequest::decode(&request.write()[..]).unwrap()
}

#[test]
fn calls_are_answered() {
    let service = served(|_| {});
    let mut caller = Caller::of(&service);
    let live: pb::ServerLiveResponse = caller.call("ServerLive", pb::ServerLiveRequest {}).unwrap();
    let ready: pb::ServerReadyResponse =
        caller.call("ServerReady", pb::ServerReadyRequest {}).unwrap();
    assert!(live.live && ready.ready);
    let server: pb::ServerMetadataResponse =
        caller.call("ServerMetadata", pb::ServerMetadataRequest {}).unwrap();
    assert_eq!(server.name, "backlot");
    let named = || pb::ModelReadyRequest { name: "general".to_owned(), version: "1".to_owned() };
    let ready: pb::ModelReadyResponse = caller.call("ModelReady", named()).unwrap();
    assert!(ready.ready);
    let metadata: pb::ModelMetadataResponse = caller.call("ModelMetadata", named()).unwrap();
    assert_eq!(metadata.inputs[0].shape, [-1, -1, -1, 3]);
    assert_eq!(metadata.outputs[0].name, "matte");
}

#[test]
fn raw_and_typed_contents_are_answered_alike() {
    let service = served(|_| {});
    let picture = person(161, 121);
    let expected = matte_of(&picture, "general");
    let data = Bytes::from(picture.as_raw().clone());
    let image = Tensor::new("image", Datatype::Uint8, vec![1, 121, 161, 3], data).unwrap();
    let raw = asked(image);
    let mut typed = raw.clone();
    let contents = typed.raw_input_contents.pop().unwrap();
    typed.inputs[0].contents = Some(pb::InferTensorContents {
        uint_contents: contents.iter().map(|value| u32::from(*value)).collect(),
        ..Default::default()
    });
    let mut element = Vec::new();
    push_element(&mut element, &file(&picture, ImageFormat::Png)).unwrap();
    let encoded = asked(Tensor::new("image", Datatype::Bytes, vec![1], element.into()).unwrap());
    let mut caller = Caller::of(&service);
    for request in [raw, typed, encoded] {
        let answer = caller.infer(request).unwrap();
        assert_eq!((answer.id.as_str(), answer.model.as_str()), ("a", "general"));
        assert_eq!(answer.outputs[0].shape, [1, 121, 161]);
        assert!(answer.outputs[0].data == expected);
    }
}

#[test]
fn wrong_calls_get_a_sentence() {
    let service = limited(|limits| limits.body_bytes = 1 << 20);
    let mut caller = Caller::of(&service);
    let image = |shape: Vec<u64>, bytes: usize| Tensor {
        name: "image".to_owned(),
        datatype: Datatype::Uint8,
        shape,
        parameters: Default::default(),
        data: vec![0; bytes].into(),
    };
    let mut refused = |request: pb::ModelInferRequest, code: Code, words: &str| {
        let status = caller.infer(request).unwrap_err();
        assert_eq!(status.code(), code, "{status:?}");
        assert!(status.message().contains(words), "{status:?}");
    };
    let right = asked(image(vec![1, 2, 2, 3], 12));
    let wrong = pb::ModelInferRequest { model_name: "portrait".to_owned(), ..right.clone() };
    refused(wrong, Code::NotFound, "there is no such model");
    refused(asked(image(vec![1, 2, 2, 3], 11)), Code::InvalidArgument, "takes 12 bytes");
    let mut negative = right.clone();
    negative.inputs[0].shape = vec![-1, 2, 2, 3];
    refused(negative, Code::InvalidArgument, "negative");
    let many = pb::ModelInferRequest { inputs: vec![right.inputs[0].clone(); 33], ..right.clone() };
    refused(many, Code::InvalidArgument, "more than 32 tensors");
    let long = asked(image(vec![1, 700, 700, 3], 700 * 700 * 3));
    refused(long, Code::ResourceExhausted, "a request has at most 1 MiB");
    let unknown = caller.call::<_, pb::ServerLiveResponse>("Serve", pb::ServerLiveRequest {});
    assert_eq!(unknown.unwrap_err().code(), Code::Unimplemented);
    assert!(caller.infer(right).is_ok(), "nothing is broken");
}

#[test]
fn the_token_and_the_time_of_the_caller_count() {
    let service = served(|options| {
        options.token = Some("correct-horse".to_owned());
        options.matting.quality = Some("best".to_owned());
    });
    let mut caller = Caller::of(&service);
    let image =
        Tensor::new("image", Datatype::Uint8, vec![1, 480, 640, 3], vec![0; 921_600].into());
    let message = asked(image.unwrap());
    let refused = caller.infer(message.clone()).unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let live: pb::ServerLiveResponse = caller.call("ServerLive", pb::ServerLiveRequest {}).unwrap();
    assert!(live.live);
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert("authorization", "Bearer correct-horse".parse().unwrap());
    request.set_timeout(Duration::from_millis(1));
    let late = caller.ask::<_, pb::ModelInferResponse>("ModelInfer", request).unwrap_err();
    assert!(matches!(late.code(), Code::DeadlineExceeded | Code::Cancelled), "{late:?}");
}
