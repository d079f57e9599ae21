//! Answers, and what every answer says about itself.

use crate::gate::{API, Closed};
use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What stands on every answer. The policy lets the page load what lies beside it, and nothing else; blobs
/// are pictures that it made itself.
const ALWAYS: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), usb=(), serial=(), display-capture=()",
    ),
];

/// What pages may do, `{host}` being their own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
     media-src 'self' blob:; font-src 'self'; connect-src 'self' ws://{host}; manifest-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Puts on an answer what stands on every one.
pub(crate) fn guarded(mut response: Response, authority: &str) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // An authority has letters, digits, dots and a colon.
    if let Ok(policy) = HeaderValue::from_str(&POLICY.replace("{host}", authority)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// JSON.
pub(crate) fn json_of(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// What a request returned, or why it was refused.
pub(crate) fn result(result: Result<Value, String>) -> Response {
    match result {
        Ok(ok) => json_of(StatusCode::OK, &json!({ "ok": ok })),
        Err(error) => refused(StatusCode::CONFLICT, &error),
    }
}

/// Why nothing was done.
pub(crate) fn refused(status: StatusCode, sentence: &str) -> Response {
    json_of(status, &json!({ "error": sentence }))
}

/// For what is asked for in another way.
pub(crate) fn other_method(allowed: &'static str) -> Response {
    let sentence = format!("this address takes {allowed} alone");
    let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, &sentence);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// A plain page with one sentence.
pub(crate) fn page(status: StatusCode, sentence: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Backlot</title><p>{}</p></html>\n",
        escaped(sentence)
    );
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// To whom isn't let in. Whoever that is doesn't keep a connection.
pub(crate) fn closed(closed: Closed, path: &str) -> Response {
    let mut response = match path.starts_with(API) {
        true => refused(closed.status(), closed.sentence()),
        false => page(closed.status(), closed.sentence()),
    };
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Nothing is there.
pub(crate) fn nothing(path: &str) -> Response {
    match path.starts_with(API) {
        true => refused(StatusCode::NOT_FOUND, "there is nothing at this address"),
        false => page(StatusCode::NOT_FOUND, "There is nothing at this address."),
    }
}

/// Leads elsewhere, and forgets the way.
pub(crate) fn onward(to: &'static str, cookie: &str) -> Response {
    let headers = [("location", to), ("set-cookie", cookie)];
    (StatusCode::SEE_OTHER, headers, Body::empty()).into_response()
}
