//! Small pictures of what there is to choose from.

use crate::answers::refused;
use crate::desk::Desk;
use crate::thumbnails::{NoPicture, Thumbnail};
use crate::views::Motif;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// How long a picture is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest name, in bytes.
const LONGEST: usize = 4096;

/// What is to be seen: one of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    scene: Option<String>,
    background: Option<String>,
    effect: Option<String>,
    /// Anything: another address, so that a page fetches it again.
    v: Option<String>,
}

impl Asked {
    fn motif(self) -> Option<Motif> {
        let given = [&self.scene, &self.background, &self.effect, &self.v];
        if given.into_iter().flatten().any(|text| text.len() > LONGEST) {
            return None;
        }
        match (self.scene, self.background, self.effect) {
            (Some(name), None, None) => Some(Motif::Scene(name)),
            (None, Some(value), None) => Some(Motif::Background(value)),
            (None, None, Some(value)) => Some(Motif::Effect(value)),
            _ => None,
        }
    }
}

/// `GET /api/v1/thumbnail`
pub(super) async fn thumbnail(
    State(desk): State<Desk>,
    query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = match query {
        Ok(Query(asked)) => asked,
        Err(rejection) => return refused(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    let Some(motif) = asked.motif() else {
        let sentence = "name one of 'scene', 'background' and 'effect', and not more than a name";
        return refused(StatusCode::BAD_REQUEST, sentence);
    };
    let drawn = match desk.thumbnails.ask(motif) {
        Ok(drawn) => tokio::time::timeout(PATIENCE, drawn).await,
        Err(why) => return no_picture(why),
    };
    match drawn {
        Ok(Ok(Ok(picture))) => answer(&picture, &headers),
        Ok(Ok(Err(why))) => no_picture(why),
        Ok(Err(_)) | Err(_) => no_picture(NoPicture::Busy),
    }
}

/// The picture, or that it is the one that the page has. A page asks each time, as whatever is seen may
/// have changed.
fn answer(picture: &Arc<Thumbnail>, headers: &HeaderMap) -> Response {
    let head = [(ETAG, &*picture.tag), (CACHE_CONTROL, "private, no-cache")];
    let known = headers.get(IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == picture.tag)) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, [(CONTENT_TYPE, "image/jpeg")], picture.jpeg.clone()).into_response()
}

fn no_picture(why: NoPicture) -> Response {
    match why {
        NoPicture::Unknown(sentence) => refused(StatusCode::NOT_FOUND, &sentence),
        NoPicture::Failed(sentence) => refused(StatusCode::CONFLICT, &sentence),
        NoPicture::Busy => {
            let sentence = "too many small pictures are being drawn: ask again in a while";
            refused(StatusCode::SERVICE_UNAVAILABLE, sentence)
        }
    }
}
