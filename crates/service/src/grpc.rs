//! The Open Inference Protocol over gRPC: each call is one message there and one back, so that its framing is a
//! head of five bytes, and how it ended follows the answer.

use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::form::Form;
use crate::gate::Gate;
use crate::metrics::Way;
use crate::queue::Client;
use crate::reply::Reply;
use crate::turn::within;
use backlot_oip::framing::{SERVICE, head, message};
use backlot_oip::pb;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, Response};
use prost::Message;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::time::timeout;

const KIND: HeaderValue = HeaderValue::from_static("application/grpc");
const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const SENTENCE: HeaderName = HeaderName::from_static("grpc-message");
const TIMEOUT: &str = "grpc-timeout";
/// The longest message but one with pictures.
const SMALL: usize = 64 << 10;

/// Answers a call.
pub(crate) async fn answer(
    desk: &Arc<Desk>,
    gate: &Gate,
    client: Client,
    request: Request<Incoming>,
) -> Response<Reply> {
    let start = Instant::now();
    let (head, body) = request.into_parts();
    let method = head.uri.path().strip_prefix(SERVICE).unwrap_or_default();
    let is_open = matches!(method, "ServerLive" | "ServerReady");
    let answered = async {
        gate.check(&head.uri, &head.headers, is_open)?;
        let limit = asked_limit(&head.headers).unwrap_or(desk.house.limits.deadline);
        match timeout(limit, called(desk, client, method, body)).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::new(Kind::Late, "it wasn't done in the time that was asked")),
        }
    };
    let (status, answer) = match answered.await {
        Ok(message) => (200, given(message)),
        Err(failure) => (failure.kind.status(), refused(&failure)),
    };
    desk.house.metrics.answered(Way::Grpc, status, start.elapsed());
    answer
}

async fn called(
    desk: &Arc<Desk>,
    client: Client,
    method: &str,
    body: Incoming,
) -> Result<Bytes, Failure> {
    let is_ready = !desk.is_ending.load(Ordering::Relaxed);
    Ok(match method {
        "ModelInfer" if !is_ready => {
            return Err(Failure::new(Kind::Ending, "the service ends: ask again in a moment"));
        }
        "ModelInfer" => within(desk, client, Form::Rpc, 0, &mut Some(body)).await?.bytes,
        "ServerLive" => encoded(&pb::ServerLiveResponse { live: true }),
        "ServerReady" => encoded(&pb::ServerReadyResponse { ready: is_ready }),
        "ServerMetadata" => {
            let server = desk.house.models.server();
            let (name, version, extensions) = (server.name, server.version, server.extensions);
            encoded(&pb::ServerMetadataResponse { name, version, extensions })
        }
        "ModelReady" => {
            let asked: pb::ModelReadyRequest = small(body).await?;
            desk.house.models.find(&asked.name, &asked.version)?;
            encoded(&pb::ModelReadyResponse { ready: is_ready })
        }
        "ModelMetadata" => {
            let asked: pb::ModelMetadataRequest = small(body).await?;
            let models = &desk.house.models;
            let model = models.metadata(models.find(&asked.name, &asked.version)?);
            model.to_rpc().into()
        }
        _ => {
            let sentence = "there is no such call: inference.GRPCInferenceService has ServerLive, ServerReady, ServerMetadata, ModelReady, ModelMetadata and ModelInfer";
            return Err(Failure::new(Kind::Method, sentence));
        }
    })
}

fn encoded(message: &impl Message) -> Bytes {
    message.encode_to_vec().into()
}

/// A message that says little.
async fn small<T: Message + Default>(body: Incoming) -> Result<T, Failure> {
    let broken = || Failure::new(Kind::Wrong, "the message can't be read");
    let bytes = Limited::new(body, SMALL).collect().await.map_err(|_| broken())?.to_bytes();
    T::decode(message(bytes)?).map_err(|_| broken())
}

/// How long the client waits for its answer.
fn asked_limit(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(TIMEOUT)?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = number.parse::<u32>().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(u64::from(number) * 3600),
        "M" => Duration::from_secs(u64::from(number) * 60),
        "S" => Duration::from_secs(number.into()),
        "m" => Duration::from_millis(number.into()),
        "u" => Duration::from_micros(number.into()),
        "n" => Duration::from_nanos(number.into()),
        _ => return None,
    })
}

fn given(message: Bytes) -> Response<Reply> {
    let mut trailers = HeaderMap::new();
    trailers.insert(STATUS, HeaderValue::from_static("0"));
    let mut answer = Response::new(Reply::framed(head(message.len()), message, trailers));
    answer.headers_mut().insert(CONTENT_TYPE, KIND);
    answer
}

fn refused(failure: &Failure) -> Response<Reply> {
    let mut answer = Response::new(Reply::default());
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, KIND);
    headers.insert(STATUS, HeaderValue::from(u16::from(failure.kind.code())));
    if let Ok(sentence) = HeaderValue::try_from(quoted(&failure.sentence)) {
        headers.insert(SENTENCE, sentence);
    }
    answer
}

/// A text as headers hold it: what isn't printable ASCII as its bytes in hexadecimal.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => quoted.push(char::from(byte)),
            // Writing to a string never fails.
            _ => drop(write!(quoted, "%{byte:02X}")),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sentences_are_written_as_grpc_has_them() {
        let limit = |text: &str| {
            asked_limit(&HeaderMap::from_iter([(TIMEOUT.parse().unwrap(), text.parse().unwrap())]))
        };
        assert_eq!(limit("2S"), Some(Duration::from_secs(2)));
        assert_eq!(limit("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        assert_eq!(limit("150m"), Some(Duration::from_millis(150)));
        for wrong in ["", "S", "2", "2x", "-1S"] {
            assert_eq!(limit(wrong), None, "{wrong}");
        }
        assert_eq!(quoted("100 % größer\n"), "100 %25 gr%C3%B6%C3%9Fer%0A");
    }
}
