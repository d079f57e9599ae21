//! A code is exchanged for the cookie.

use crate::answers::{onward, page};
use crate::desk::Desk;
use crate::gate::NAME;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::time::Instant;

/// `GET /enter?code=CODE`
pub(super) async fn enter(State(desk): State<Desk>, RawQuery(query): RawQuery) -> Response {
    let code = query.as_deref().and_then(|query| query.strip_prefix("code="));
    if !code.is_some_and(|code| desk.codes.take(code, Instant::now())) {
        let sentence =
            "This address was used already, or is too old: open the panel with 'backlot panel'.";
        return page(StatusCode::FORBIDDEN, sentence);
    }
    let secret = &desk.pass.secret;
    onward("/", &format!("{NAME}={secret}; Path=/; HttpOnly; SameSite=Strict"))
}
