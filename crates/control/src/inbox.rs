//! Where every request arrives, whoever it comes from.

use backlot_protocol::{Envelope, Request};
use serde_json::Value;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

/// A request that waits for who carries requests out.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub envelope: Envelope,
    /// Where its reply goes.
    pub answer: Answer,
}

/// Takes requests. Clones of it lead to the same place.
#[derive(Clone, Debug)]
pub struct Inbox(SyncSender<Asked>);

/// Why a request didn't get into an inbox.
#[derive(Debug)]
pub(crate) enum Full {
    /// There is no room at the moment.
    ForNow(Box<Asked>),
    /// Nobody will read it.
    ForEver(Box<Asked>),
}

impl Inbox {
    /// An inbox in which `room` requests may wait, and what reads it.
    pub fn new(room: usize) -> (Self, Receiver<Asked>) {
        let (sender, receiver) = sync_channel(room);
        (Self(sender), receiver)
    }

    /// Puts a request into it whose result nobody wants to know. Doesn't wait: returns whether
    /// there was room.
    pub fn tell(&self, request: Request) -> bool {
        self.send(Asked { envelope: request.into(), answer: Answer::to_nobody() }).is_ok()
    }

    /// Puts a request into it. Doesn't wait: without room the answer is an error.
    pub fn ask(&self, asked: Asked) {
        if let Err(Full::ForNow(asked)) = self.send(asked) {
            asked.answer.error("too many requests wait already: ask again in a moment");
        }
    }

    /// Puts a request into it, or returns it.
    pub(crate) fn send(&self, asked: Asked) -> Result<(), Full> {
        self.0.try_send(asked).map_err(|error| match error {
            TrySendError::Full(asked) => Full::ForNow(Box::new(asked)),
            TrySendError::Disconnected(asked) => Full::ForEver(Box::new(asked)),
        })
    }
}

/// Where the reply to a request goes. One that is dropped without a reply sends an error.
pub struct Answer(Option<Sender>);

type Sender = Box<dyn FnOnce(Result<Value, String>) + Send>;

impl Answer {
    /// Has the result handed to a function, on the thread of whoever answers: it must not wait.
    pub fn new(send: impl FnOnce(Result<Value, String>) + Send + 'static) -> Self {
        Self(Some(Box::new(send)))
    }

    /// For who doesn't want to know.
    pub const fn to_nobody() -> Self {
        Self(None)
    }

    /// One, and where its result arrives.
    pub fn pair() -> (Self, Receiver<Result<Value, String>>) {
        let (sender, receiver) = sync_channel(1);
        // Whoever gave up waiting misses nothing.
        (Self::new(move |result| drop(sender.try_send(result))), receiver)
    }

    /// The request was carried out, and returns a value; null for none.
    pub fn ok(self, value: impl Into<Value>) {
        self.send(Ok(value.into()));
    }

    /// The request was refused, and changed nothing: why, in one sentence.
    pub fn error(self, sentence: impl Into<String>) {
        self.send(Err(sentence.into()));
    }

    /// Either of both.
    pub fn send(mut self, result: Result<Value, String>) {
        if let Some(send) = self.0.take() {
            send(result);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(send) = self.0.take() {
            send(Err("Backlot could not answer, perhaps because it ends".to_owned()));
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_answered_once() {
        let (inbox, asked) = Inbox::new(1);
        let ask = || {
            let (answer, result) = Answer::pair();
            inbox.ask(Asked { envelope: Request::Ping.into(), answer });
            result
        };
        let first = ask();
        let full = ask().recv().unwrap().unwrap_err();
        assert_eq!(full, "too many requests wait already: ask again in a moment");
        assert!(!inbox.tell(Request::Quit));
        asked.recv().unwrap().answer.ok("pong");
        assert_eq!(first.recv().unwrap(), Ok("pong".into()));
        let dropped = ask();
        drop(asked);
        let sentence = "Backlot could not answer, perhaps because it ends";
        assert_eq!(dropped.recv().unwrap(), Err(sentence.to_owned()));
        assert_eq!(ask().recv().unwrap(), Err(sentence.to_owned()));
        assert!(dropped.recv().is_err());
    }
}
