//! What there is at which address.

mod assets;
mod enter;
mod events;
mod preview;
mod requests;
mod thumbnail;
mod uploads;

use crate::answers::{closed, guarded, other_method};
use crate::desk::Desk;
use crate::gate;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get};

/// All addresses, behind the gate.
pub(crate) fn router(desk: Desk) -> Router {
    let reads = |route: MethodRouter<Desk>| route.fallback(async || other_method("GET"));
    Router::new()
        .route("/enter", reads(get(enter::enter)))
        .route("/api/v1/events", reads(get(events::events)))
        .route(
            "/api/v1/preview",
            get(preview::preview)
                .post(requests::preview_asked)
                .fallback(async || other_method("GET, POST")),
        )
        .route("/api/v1/thumbnail", reads(get(thumbnail::thumbnail)))
        .route("/api/v1/openapi.json", reads(get(requests::document)))
        .route(
            "/api/v1/state",
            get(requests::state)
                .post(requests::state_asked)
                .fallback(async || other_method("GET, POST")),
        )
        .route(
            "/api/v1/uploads",
            get(uploads::list).post(uploads::take).fallback(async || other_method("GET, POST")),
        )
        .route("/api/v1/uploads/{name}", any(uploads::one))
        .route("/api/v1/{name}", any(requests::ask))
        .fallback(assets::asset)
        .layer(from_fn_with_state(desk.clone(), pass_gate))
        .with_state(desk)
}

/// Lets nobody in whom the gate doesn't.
async fn pass_gate(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let response = match gate::check(&request, &desk.pass) {
        Ok(()) => next.run(request).await,
        Err(why) => closed(why, request.uri().path()),
    };
    guarded(response, &desk.pass.authority())
}
