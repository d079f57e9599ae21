//! The Open Inference Protocol: what a model is like, and what it finds.

use crate::Protocol;
use crate::fault::{DistantError, told};
use crate::fit::Fit;
use crate::line::{Line, Question, Reply};
use crate::plain::refused;
use backlot_oip::{
    HEADER_LENGTH, InferAnswer, InferRequest, ModelMetadata, Parameter, Parameters, RpcRequest,
    Tensor, Wanted, framing, pb,
};
use bytes::Bytes;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use prost::Message;

/// What a model says of itself.
pub(crate) fn metadata(
    line: &mut Line,
    protocol: &Protocol,
) -> Result<ModelMetadata, DistantError> {
    match protocol {
        Protocol::Grpc { model } => {
            let message = pb::ModelMetadataRequest { name: model.clone(), version: String::new() };
            let reply = call(line, "ModelMetadata", &message.encode_to_vec())?;
            ModelMetadata::from_rpc(reply).map_err(|why| {
                DistantError::new(format!("the server's answer about '{model}' is none: {why}"))
            })
        }
        Protocol::Rest { base, model } => {
            let path = format!("{base}/v2/models/{model}");
            let headers = line.headers();
            let question = Question { method: Method::GET, path, headers, body: Bytes::new() };
            let reply = line.ask(&question)?;
            refused(reply.status, &reply.body)?;
            serde_json::from_slice(&reply.body).map_err(|why| {
                DistantError::new(format!("the server's answer about '{model}' is none: {why}"))
            })
        }
        Protocol::Plain { .. } => Err(DistantError::new("a plain service says nothing of itself")),
    }
}

/// What a model finds in a picture. `is_binary` says whether tensors go as bytes over REST; where the server knows
/// no such form, it becomes false.
pub(crate) fn infer(
    line: &mut Line,
    protocol: &Protocol,
    fit: &Fit,
    input: Tensor,
    is_binary: &mut bool,
) -> Result<InferAnswer, DistantError> {
    match protocol {
        Protocol::Grpc { model } => {
            let request = request(fit, input, false);
            let (model, version) = (model.clone(), String::new());
            let message = RpcRequest { model, version, request, is_raw: true }.write();
            let reply = call(line, "ModelInfer", &message)?;
            InferAnswer::from_rpc(reply).map_err(DistantError::new)
        }
        Protocol::Rest { base, model } => {
            let path = format!("{base}/v2/models/{model}/infer");
            let reply = post(line, &path, &request(fit, input.clone(), *is_binary), *is_binary)?;
            // A server without the extension for bytes can't read the JSON before them.
            let can_be_that = matches!(reply.status.as_u16(), 400 | 415 | 422 | 500);
            if *is_binary && can_be_that {
                let again = post(line, &path, &request(fit, input, false), false)?;
                if again.status.is_success() {
                    *is_binary = false;
                    return read(&again);
                }
            }
            read(&reply)
        }
        Protocol::Plain { .. } => Err(DistantError::new("a plain service knows no models")),
    }
}

fn request(fit: &Fit, input: Tensor, is_binary: bool) -> InferRequest {
    let mut parameters = Parameters::default();
    if is_binary {
        parameters.set("binary_data", Parameter::Bool(true));
    }
    InferRequest {
        id: String::new(),
        parameters: Parameters::default(),
        inputs: vec![input],
        outputs: vec![Wanted { name: fit.output.clone(), parameters }],
    }
}

fn post(
    line: &mut Line,
    path: &str,
    request: &InferRequest,
    is_binary: bool,
) -> Result<Reply, DistantError> {
    let body = request.to_rest(is_binary).map_err(DistantError::new)?;
    let mut headers = line.headers();
    let kind =
        if body.header_length.is_some() { "application/octet-stream" } else { "application/json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(length) = body.header_length {
        headers.insert(HeaderName::from_static(HEADER_LENGTH), HeaderValue::from(length));
    }
    let (method, path, body) = (Method::POST, path.to_owned(), Bytes::from(body.bytes));
    line.ask(&Question { method, path, headers, body })
}

fn read(reply: &Reply) -> Result<InferAnswer, DistantError> {
    refused(reply.status, &reply.body)?;
    let length = reply.headers.get(HEADER_LENGTH).map(|length| {
        length.to_str().ok().and_then(|length| length.parse().ok()).unwrap_or(usize::MAX)
    });
    InferAnswer::from_rest(&reply.body, length).map_err(DistantError::new)
}

/// Calls a method over gRPC.
fn call(line: &mut Line, method: &str, message: &[u8]) -> Result<Bytes, DistantError> {
    let mut headers = line.headers();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    let body = Bytes::from([&framing::head(message.len())[..], message].concat());
    let path = format!("{}{method}", framing::SERVICE);
    let reply = line.ask(&Question { method: Method::POST, path, headers, body })?;
    refused(reply.status, &reply.body)?;
    let said = |name: &str| reply.trailers.get(name).or_else(|| reply.headers.get(name));
    let status = said("grpc-status").map_or(&b"missing"[..], HeaderValue::as_bytes);
    if status != b"0" {
        let why = said("grpc-message").map_or(&b""[..], HeaderValue::as_bytes);
        return Err(DistantError::new(format!(
            "the server answers with gRPC status {}: {}",
            told(status),
            told(why)
        )));
    }
    framing::message(reply.body).map_err(DistantError::new)
}
