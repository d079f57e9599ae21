//! The page, and what belongs to it: all of it is in the program.

use crate::answers::{nothing, other_method};
use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::response::{IntoResponse, Response};

/// A file of the page.
struct Asset {
    /// Its address.
    path: &'static str,
    /// What it is.
    kind: &'static str,
    plain: &'static [u8],
    /// The same, compressed.
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

// `ASSETS`, written by build.rs.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// `GET /`, and the files beside it.
pub(super) async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = if uri.path() == "/" { "/index.html" } else { uri.path() };
    let Some(asset) = ASSETS.iter().find(|asset| asset.path == path) else {
        return nothing(path);
    };
    match method {
        Method::GET | Method::HEAD => asset.response(&headers),
        _ => other_method("GET, HEAD"),
    }
}

impl Asset {
    fn response(&self, headers: &HeaderMap) -> Response {
        let accepted = |name: &str| {
            let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
            let mut all = values.flat_map(|value| value.split(','));
            all.any(|coding| coding.split(';').next().is_some_and(|coding| coding.trim() == name))
        };
        let coded = |name: &'static str, bytes: Option<&'static [u8]>| {
            bytes.filter(|_| accepted(name)).map(|bytes| (name, bytes))
        };
        let coded = coded("br", self.brotli).or_else(|| coded("gzip", self.gzip));
        let body = coded.map_or(self.plain, |(_, bytes)| bytes);
        let mut response = ([(CONTENT_TYPE, self.kind)], Body::from(body)).into_response();
        let headers = response.headers_mut();
        if let Some((name, _)) = coded {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        // The names in this folder hold what is in the files.
        if self.path.starts_with("/assets/") {
            let for_ever = HeaderValue::from_static("private, max-age=31536000, immutable");
            headers.insert(CACHE_CONTROL, for_ever);
        }
        response
    }
}
