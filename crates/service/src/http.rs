//! The plain form, and the Open Inference Protocol over REST.

use crate::body::linger;
use crate::desk::Desk;
use crate::failure::{Failure, Kind};
use crate::form::{Form, Made};
use crate::gate::Gate;
use crate::metrics::Way;
use crate::queue::Client;
use crate::reply::Reply;
use crate::turn::within;
use backlot_oip::HEADER_LENGTH;
use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
/// The version of Prometheus' text form.
const FIGURES: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The size of the picture, for whoever doesn't know it.
const SIZE: HeaderName = HeaderName::from_static("backlot-size");

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Matte,
    Figures,
    Live,
    Ready,
    Server,
    Model(usize),
    ModelReady,
    Infer(usize),
}

impl Asked {
    /// What a path asks for.
    fn of(path: &str, desk: &Desk) -> Result<Self, Failure> {
        let parts: Vec<_> = path.trim_start_matches('/').split('/').take(8).collect();
        let model = |name, version| desk.house.models.find(name, version);
        Ok(match parts[..] {
            [""] => Self::Matte,
            ["metrics"] => Self::Figures,
            ["v2"] => Self::Server,
            ["v2", "health", "live"] => Self::Live,
            ["v2", "health", "ready"] => Self::Ready,
            ["v2", "models", name] => Self::Model(model(name, "")?),
            ["v2", "models", name, "ready"] => model(name, "").map(|_| Self::ModelReady)?,
            ["v2", "models", name, "infer"] => Self::Infer(model(name, "")?),
            ["v2", "models", name, "versions", version] => Self::Model(model(name, version)?),
            ["v2", "models", name, "versions", version, "ready"] => {
                model(name, version).map(|_| Self::ModelReady)?
            }
            ["v2", "models", name, "versions", version, "infer"] => {
                Self::Infer(model(name, version)?)
            }
            _ => {
                let sentence = "nothing is here: POST a picture to '/', or ask '/v2' for the Open Inference Protocol";
                return Err(Failure::new(Kind::NotFound, sentence));
            }
        })
    }

    const fn takes_a_body(self) -> bool {
        matches!(self, Self::Matte | Self::Infer(_))
    }
}

/// Answers a request.
pub(crate) async fn answer(
    desk: &Arc<Desk>,
    gate: &Gate,
    client: Client,
    request: Request<Incoming>,
) -> Response<Reply> {
    let start = Instant::now();
    let path = request.uri().path();
    let way = if path.trim_start_matches('/').is_empty() { Way::Plain } else { Way::Rest };
    let (head, body) = request.into_parts();
    let mut body = Some(body);
    let is_open = matches!(head.uri.path(), "/v2/health/live" | "/v2/health/ready");
    let answered = async {
        gate.check(&head.uri, &head.headers, is_open)?;
        let asked = Asked::of(head.uri.path(), desk)?;
        match (asked.takes_a_body(), &head.method) {
            (true, &Method::POST) => inferred(desk, client, asked, &head.headers, &mut body).await,
            (false, &Method::GET | &Method::HEAD) => Ok(told(desk, asked)),
            (true, _) => Err(Failure::new(Kind::Method, "this is asked for by POST")),
            (false, _) => Err(Failure::new(Kind::Method, "this is asked for by GET")),
        }
    };
    let answer = answered.await.unwrap_or_else(|failure| refused(&failure, way));
    if !answer.status().is_success()
        && let Some(rest) = body.take()
    {
        tokio::spawn(linger(rest));
    }
    desk.house.metrics.answered(way, answer.status().as_u16(), start.elapsed());
    answer
}

/// What is answered without work.
fn told(desk: &Desk, asked: Asked) -> Response<Reply> {
    let is_ready = !desk.is_ending.load(Ordering::Relaxed);
    let json = |value: serde_json::Value| response(StatusCode::OK, JSON, value.to_string());
    match asked {
        Asked::Figures => response(StatusCode::OK, FIGURES, desk.figures()),
        Asked::Live => json(json!({"live": true})),
        Asked::Ready | Asked::ModelReady if !is_ready => {
            response(StatusCode::SERVICE_UNAVAILABLE, JSON, json!({"ready": false}).to_string())
        }
        Asked::Ready => json(json!({"ready": true})),
        Asked::ModelReady => json(json!({"ready": true})),
        Asked::Model(index) => json(json!(desk.house.models.metadata(index))),
        Asked::Server | Asked::Matte | Asked::Infer(_) => json(json!(desk.house.models.server())),
    }
}

/// What is answered to a picture or a request of the protocol, within the deadline.
async fn inferred(
    desk: &Arc<Desk>,
    client: Client,
    asked: Asked,
    headers: &HeaderMap,
    body: &mut Option<Incoming>,
) -> Result<Response<Reply>, Failure> {
    if desk.is_ending.load(Ordering::Relaxed) {
        return Err(Failure::new(Kind::Ending, "the service ends: ask again in a moment"));
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        let sentence = "bodies are taken as they are, without a Content-Encoding";
        return Err(Failure::new(Kind::Unsupported, sentence));
    }
    let (form, model) = match asked {
        Asked::Infer(model) => (Form::Rest { header_length: header_length(headers)? }, model),
        _ => (Form::Plain { grey: accepts_grey(headers) }, desk.house.models.usual),
    };
    let made = within(desk, client, form, model, body).await?;
    Ok(given(made))
}

fn header_length(headers: &HeaderMap) -> Result<Option<usize>, Failure> {
    let Some(value) = headers.get(HEADER_LENGTH) else { return Ok(None) };
    let length = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    length.map(Some).ok_or_else(|| {
        Failure::new(Kind::Wrong, "Inference-Header-Content-Length must be a number of bytes")
    })
}

/// Whether the soft matte is wanted.
fn accepts_grey(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    kinds.any(|kinds| {
        let names = kinds.split(',').filter_map(|kind| kind.split(';').next());
        names.map(str::trim).any(|name| name.eq_ignore_ascii_case("image/png"))
    })
}

fn given(made: Made) -> Response<Reply> {
    let Made { content_type, header_length, size, bytes } = made;
    let mut answer = response(StatusCode::OK, content_type, bytes);
    let headers = answer.headers_mut();
    if let Some(length) = header_length {
        headers.insert(HEADER_LENGTH, HeaderValue::from(length));
    }
    if let Some(size) = size
        && let Ok(size) = HeaderValue::try_from(size.to_string())
    {
        headers.insert(SIZE, size);
    }
    answer
}

/// A failure: in JSON where the protocol says so.
fn refused(failure: &Failure, way: Way) -> Response<Reply> {
    let Failure { kind, sentence } = failure;
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut answer = match way {
        Way::Plain => response(status, TEXT, format!("{sentence}\n")),
        _ => response(status, JSON, json!({"error": sentence}).to_string()),
    };
    let headers = answer.headers_mut();
    if kind.is_passing() {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    match kind {
        Kind::Stranger => {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Kind::Method => {
            let allowed = if sentence.ends_with("POST") { "POST" } else { "GET, HEAD" };
            headers.insert(ALLOW, HeaderValue::from_static(allowed));
        }
        _ => {}
    }
    answer
}

fn response(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Reply> {
    let mut answer = Response::new(Reply::whole(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
