//! What viewers see, for the page.

use crate::answers::refused;
use crate::desk::Desk;
use crate::projector::{Latest, Picture, Projector};
use crate::sockets::{bounded, hang_up, send};
use crate::views::{ViewKind, ViewWish};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use backlot_media::{Clock, FrameRate, MonotonicClock};
use serde::Deserialize;
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::watch;

/// The longest message of a page, in bytes.
const MESSAGE_BYTES: usize = 1024;
/// The width of a picture, unless another is asked for, and how wide it may be.
const WIDTH: u32 = 640;
const WIDTHS: std::ops::RangeInclusive<u32> = 64..=1920;
/// The most pictures per second.
const FPS: u32 = 30;

/// What a page wants to see.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    view: View,
    scene: Option<String>,
    layer: Option<String>,
    width: Option<u32>,
    fps: Option<u32>,
    look: Option<Look>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum View {
    #[default]
    Viewers,
    Matte,
    Camera,
    Whole,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Look {
    Now,
}

impl Asked {
    fn wish(self) -> Result<ViewWish, String> {
        let width = self.width.unwrap_or(WIDTH);
        let rate = self.fps.unwrap_or(FPS);
        if !WIDTHS.contains(&width) || !(1..=FPS).contains(&rate) {
            let (from, to) = WIDTHS.into_inner();
            return Err(format!("'width' takes {from} to {to}, and 'fps' 1 to {FPS}"));
        }
        let kind = match self.view {
            View::Viewers => ViewKind::Viewers,
            View::Matte => ViewKind::Matte,
            View::Camera => ViewKind::Camera,
            View::Whole => ViewKind::Whole,
        };
        let rate = FrameRate::new(rate, 1).map_err(|error| error.to_string())?;
        if self.layer.as_deref().is_some_and(|layer| layer.chars().any(char::is_control)) {
            return Err("'layer' takes the name of a layer".to_owned());
        }
        let (scene, layer, is_asked_for) = (self.scene, self.layer, self.look.is_some());
        Ok(ViewWish { kind, scene, layer, width, rate, is_asked_for })
    }
}

/// `GET /api/v1/preview`
pub(super) async fn preview(
    State(desk): State<Desk>,
    query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let wish = match query {
        Ok(Query(asked)) => asked.wish(),
        Err(rejection) => Err(rejection.body_text()),
    };
    let wish = match wish.and_then(|wish| known(wish, &desk)) {
        Ok(wish) => wish,
        Err(sentence) => return refused(StatusCode::BAD_REQUEST, &sentence),
    };
    bounded(upgrade, MESSAGE_BYTES, |mut socket| async move {
        // Opening a view starts a thread or two, and waits for nothing.
        match desk.projectors.join(&*desk.views, wish) {
            Ok(projector) => show(socket, projector, &desk).await,
            Err(note) => {
                let _ = send(&mut socket, Message::text(json!({ "note": note }).to_string())).await;
                hang_up(socket, close_code::NORMAL, "").await;
            }
        }
    })
}

/// A wish for a scene that there is.
fn known(wish: ViewWish, desk: &Desk) -> Result<ViewWish, String> {
    let state = desk.state_now();
    let is_there = |name: &String| {
        state.is_none_or(|state| state.scenes.list.iter().any(|scene| scene.name == *name))
    };
    match wish.scene.clone().filter(|name| !is_there(name)) {
        Some(name) => Err(format!("there is no scene '{}'", name.escape_debug())),
        None => Ok(wish),
    }
}

/// Shows pictures, each once the one before was drawn.
async fn show(mut socket: WebSocket, projector: Arc<Projector>, desk: &Desk) {
    let (mut pictures, mut ended) = (projector.pictures(), pin!(desk.ended()));
    // Which picture the page has still to draw.
    let mut open: Option<u32> = None;
    projector.want();
    loop {
        let is_fine = tokio::select! {
            biased;
            () = &mut ended => return hang_up(socket, close_code::AWAY, "").await,
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => match answer(&text, open) {
                    Heard::Drawn => {
                        open = None;
                        projector.want();
                        true
                    }
                    Heard::Question(answer) => send(&mut socket, answer).await.is_ok(),
                    Heard::Nothing => true,
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
                _ => return,
            },
            picture = next(&mut pictures), if open.is_none() => match picture {
                Some(picture) => {
                    open = Some(picture.sequence);
                    send(&mut socket, message(&picture)).await.is_ok()
                }
                None => return hang_up(socket, close_code::AWAY, "the view is over").await,
            },
        };
        if !is_fine {
            return;
        }
    }
}

/// The next picture; none where there is no other.
async fn next(pictures: &mut watch::Receiver<Latest>) -> Latest {
    pictures.changed().await.ok()?;
    pictures.borrow_and_update().clone()
}

/// What a page says.
enum Heard {
    /// It has drawn its picture.
    Drawn,
    /// It wants to know the time.
    Question(Message),
    Nothing,
}

fn answer(text: &str, open: Option<u32>) -> Heard {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Number(drawn))
            if open.is_some_and(|open| drawn.as_u64() == Some(open.into())) =>
        {
            Heard::Drawn
        }
        Ok(Value::Object(fields)) if fields.contains_key("ping") => {
            let now = MonotonicClock.now().nanos() / 1000;
            let answer = json!({ "pong": fields["ping"], "now": now });
            Heard::Question(Message::text(answer.to_string()))
        }
        _ => Heard::Nothing,
    }
}

/// Microseconds and number, then the picture.
fn message(picture: &Picture) -> Message {
    let mut bytes = Vec::with_capacity(12 + picture.jpeg.len());
    bytes.extend((picture.at.nanos() / 1000).to_le_bytes());
    bytes.extend(picture.sequence.to_le_bytes());
    bytes.extend(&picture.jpeg);
    Message::binary(bytes)
}
