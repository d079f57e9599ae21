//! The control protocol over a WebSocket: one text message is one line of it.

use crate::desk::Desk;
use crate::sockets::{bounded, hang_up, send};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use backlot_control::Answer;
use backlot_protocol::{
    Event, Line, MOST_IN_FLIGHT, REQUEST_BYTES, Refusal, Request, State as Told, read_request,
};
use serde_json::Value;
use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many messages of a page may wait for replies to those before them.
const MOST_WAITING: usize = 64;

/// `GET /api/v1/events`
pub(super) async fn events(
    State(desk): State<Desk>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    bounded(upgrade, REQUEST_BYTES + 1, |socket| async move {
        let (replies, taken) = unbounded_channel();
        let waiting = VecDeque::new();
        let talk = Talk { desk, replies, known: None, waiting, in_flight: 0 };
        talk.run(socket, taken).await;
    })
}

/// What a request returned, and what its reply repeats.
type Reply = (Option<Value>, Result<Value, String>);

/// What is said over one connection.
struct Talk {
    desk: Desk,
    replies: UnboundedSender<Reply>,
    /// The state that the page knows.
    known: Option<Arc<Told>>,
    /// Messages that wait for their turn.
    waiting: VecDeque<String>,
    /// Requests without a reply.
    in_flight: usize,
}

impl Talk {
    async fn run(mut self, mut socket: WebSocket, mut replies: UnboundedReceiver<Reply>) {
        let (mut state, desk) = (self.desk.state.clone(), self.desk.clone());
        state.mark_changed();
        let mut ended = pin!(desk.ended());
        loop {
            let said = tokio::select! {
                // Replies and news before more requests, so that what waits stays little.
                biased;
                () = &mut ended => {
                    self.tell(&mut socket).await.ok();
                    let _ = send(&mut socket, message(&Line::Event { event: Event::Gone {} })).await;
                    return hang_up(socket, close_code::AWAY, "").await;
                }
                Some((id, result)) = replies.recv() => {
                    self.in_flight -= 1;
                    // What a request changed is told before its reply.
                    self.reply(&mut socket, id, result).await
                }
                Ok(()) = state.changed() => {
                    state.mark_unchanged();
                    self.tell(&mut socket).await
                }
                heard = socket.recv() => self.hear(heard),
            };
            match said {
                Ok(()) => self.hand_in(),
                Err(Over("")) => return,
                Err(Over(why)) => return hang_up(socket, close_code::POLICY, why).await,
            }
        }
    }

    /// Tells what changed, or everything to whoever knows nothing.
    async fn tell(&mut self, socket: &mut WebSocket) -> Result<(), Over> {
        let Some(state) = self.desk.state_now() else { return Ok(()) };
        let lines = match self.known.replace(Arc::clone(&state)) {
            Some(known) => {
                let events = state.events_since(&known).into_iter();
                events.map(|event| Line::Event { event }).collect()
            }
            None => vec![Line::State { state: Box::new(Told::clone(&state)) }],
        };
        for line in lines {
            send(socket, message(&line)).await.map_err(|()| Over(""))?;
        }
        Ok(())
    }

    async fn reply(
        &mut self,
        socket: &mut WebSocket,
        id: Option<Value>,
        result: Result<Value, String>,
    ) -> Result<(), Over> {
        self.tell(socket).await?;
        send(socket, message(&Line::reply(id, result))).await.map_err(|()| Over(""))
    }

    /// Takes a message in.
    fn hear(&mut self, heard: Option<Result<Message, axum::Error>>) -> Result<(), Over> {
        match heard {
            Some(Ok(Message::Text(text))) => {
                if self.waiting.len() == MOST_WAITING {
                    return Err(Over("too many requests wait already"));
                }
                // It never waits for what came before it.
                if is_panic(&text) {
                    (self.desk.panic)();
                }
                self.waiting.push_back(text.as_str().to_owned());
                Ok(())
            }
            Some(Ok(Message::Binary(_))) => Err(Over("a request is a text message")),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Over("")),
        }
    }

    /// Hands in what has its turn.
    fn hand_in(&mut self) {
        while self.in_flight < MOST_IN_FLIGHT
            && let Some(text) = self.waiting.pop_front()
        {
            self.in_flight += 1;
            let replies = self.replies.clone();
            match read_request(text.as_bytes()) {
                Ok(envelope) => {
                    let id = envelope.id.clone();
                    // Who has gone doesn't want it any more.
                    let answer = Answer::new(move |result| drop(replies.send((id, result))));
                    self.desk.ask(envelope, answer);
                }
                Err(Refusal { id, sentence }) => drop(replies.send((id, Err(sentence)))),
            }
        }
    }
}

/// The connection ends, and what the page is told.
struct Over(&'static str);

fn is_panic(text: &str) -> bool {
    // Most lines aren't, which this tells without reading them.
    text.contains("panic")
        && read_request(text.as_bytes()).is_ok_and(|read| matches!(read.request, Request::Panic))
}

fn message(line: &Line) -> Message {
    let mut bytes = line.bytes();
    bytes.pop();
    Message::text(String::from_utf8(bytes).unwrap_or_default())
}
