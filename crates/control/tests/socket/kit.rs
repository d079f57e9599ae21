//! A server whose requests the test carries out itself, and clients that are nothing but a socket.

use backlot_control::{Asked, Inbox, Panic, Server};
use backlot_protocol::{Event, Line, State};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use tempfile::TempDir;

/// A server whose requests the test carries out itself.
pub struct Desk {
    pub server: Server,
    pub asked: Receiver<Asked>,
    pub state: State,
    pub path: PathBuf,
    pub panics: Arc<AtomicUsize>,
    pub folder: TempDir,
}

impl Desk {
    /// One whose inbox has room for so many.
    pub fn new(room: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backlot/control.sock");
        let (inbox, asked) = Inbox::new(room);
        let panics = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&panics);
        let panic: Panic = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let server = Server::open(&path, inbox, panic).unwrap();
        let desk = Self { server, asked, state: State::example(), path, panics, folder };
        desk.server.publish(&Arc::new(desk.state.clone()));
        desk
    }

    /// Publishes a message.
    pub fn say(&mut self, text: &str) {
        self.state.message = Some(text.to_owned());
        self.server.publish(&Arc::new(self.state.clone()));
    }

    pub fn caller(&self) -> Caller {
        Caller::connect(&self.path)
    }

    /// A client that has read the state.
    pub fn greeted(&self) -> Caller {
        let mut caller = self.caller();
        assert!(matches!(caller.line(), Some(Line::State { .. })));
        caller
    }

    /// Waits for the next request, and has it carried out with nothing to return.
    pub fn carry_out(&self) -> String {
        let Asked { envelope, answer } = self.asked.recv().unwrap();
        answer.ok(Value::Null);
        envelope.request.name().to_owned()
    }
}

/// A client that is nothing but a socket.
pub struct Caller {
    pub stream: UnixStream,
    reader: BufReader<UnixStream>,
}

impl Caller {
    pub fn connect(path: &PathBuf) -> Self {
        let stream = UnixStream::connect(path).unwrap();
        let reader = BufReader::new(stream.try_clone().unwrap());
        Self { stream, reader }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// The next line; `None` at the end.
    pub fn line(&mut self) -> Option<Line> {
        let mut line = String::new();
        // What was sent before a connection broke was read before.
        let length = self.reader.read_line(&mut line).unwrap_or(0);
        (length > 0).then(|| serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}")))
    }

    /// The next reply's sentence.
    pub fn error(&mut self) -> String {
        match self.line() {
            Some(Line::Refused { error, .. }) => error,
            other => panic!("{other:?} is no refusal"),
        }
    }

    /// The next message that is told.
    pub fn message(&mut self) -> Option<String> {
        match self.line() {
            Some(Line::Event { event: Event::Message(text) }) => text,
            other => panic!("{other:?} is no message"),
        }
    }

    /// Whether the connection answers.
    pub fn answers(&mut self, desk: &Desk) -> bool {
        self.send("{\"request\":\"ping\",\"id\":\"still there\"}\n");
        desk.carry_out();
        let reply = json!("still there");
        self.line() == Some(Line::Done { reply, ok: Value::Null })
    }
}
