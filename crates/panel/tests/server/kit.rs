//! A panel with somebody who carries requests out, and a browser.

use backlot_control::Inbox;
use backlot_panel::{Panel, PanelOptions};
use backlot_protocol::{Request, State};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// How long anything is waited for: a test that waits so long has failed.
pub const LONG: Duration = Duration::from_secs(20);

/// A panel in a folder of its own.
pub struct Program {
    pub panel: Option<Arc<Panel>>,
    pub options: PanelOptions,
    /// How often a panic was acted on at once.
    pub panics: Arc<AtomicU32>,
    state: Arc<Mutex<State>>,
    controller: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl Program {
    pub fn start() -> Self {
        Self::with(|options| options)
    }

    pub fn with(change: impl FnOnce(PanelOptions) -> PanelOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options =
            change(PanelOptions::new(folder.path().join("panel.json"), folder.path().join("kept")));
        let mut program = Self {
            panel: None,
            options,
            panics: Arc::default(),
            state: Arc::new(Mutex::new(State::example())),
            controller: None,
            _folder: folder,
        };
        program.open();
        program
    }

    /// Opens the panel, with a controller: it blurs, tells the state, refuses the next effect, never
    /// answers `explain`, and takes no time for anything else.
    pub fn open(&mut self) {
        let (inbox, asked) = Inbox::new(16);
        let panics = Arc::clone(&self.panics);
        let panic = Arc::new(move || {
            panics.fetch_add(1, Ordering::SeqCst);
        });
        let panel = Arc::new(
            Panel::open(&self.options, inbox, panic, Arc::new(crate::preview::Drawn)).unwrap(),
        );
        self.publish_to(&panel);
        let (served, state) = (Arc::downgrade(&panel), Arc::clone(&self.state));
        self.controller = Some(std::thread::spawn(move || {
            let mut never = Vec::new();
            for asked in asked {
                let answer = asked.answer;
                match asked.envelope.request {
                    Request::Blur { on } => {
                        let mut state = state.lock().unwrap();
                        state.scene.blur = on;
                        if let Some(panel) = served.upgrade() {
                            panel.publish(&Arc::new(state.clone()));
                        }
                        answer.ok(Value::Null);
                    }
                    Request::State => answer.ok(json!(*state.lock().unwrap())),
                    Request::AddEffect { effect, .. } => {
                        answer.error(format!("there is no effect '{effect}'"));
                    }
                    Request::Explain => never.push(answer),
                    _ => answer.ok("done"),
                }
            }
        }));
        self.panel = Some(panel);
    }

    fn publish_to(&self, panel: &Panel) {
        panel.publish(&Arc::new(self.state.lock().unwrap().clone()));
    }

    /// Ends the panel.
    pub fn close(&mut self) {
        self.panel = None;
        if let Some(controller) = self.controller.take() {
            controller.join().unwrap();
        }
    }

    pub fn panel(&self) -> &Panel {
        self.panel.as_ref().unwrap()
    }

    /// A browser that was let in.
    pub fn browser(&self) -> Browser {
        let address = self.panel().address().unwrap();
        let (host, path) = parts(&address);
        let mut browser = Browser { host: host.to_owned(), cookie: String::new() };
        let entered = browser.get(path);
        assert_eq!(entered.status, 303, "{entered:?}");
        let cookie = entered.header("set-cookie").unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.close();
    }
}

/// Host and path of an address.
pub fn parts(address: &str) -> (&str, &str) {
    let rest = address.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

/// The file that keeps a panel's address.
pub fn kept(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Somebody who speaks HTTP.
#[derive(Clone)]
pub struct Browser {
    pub host: String,
    pub cookie: String,
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Browser {
    pub fn port(&self) -> u16 {
        self.host.rsplit(':').next().unwrap().parse().unwrap()
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    pub fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &[], b"")
    }

    /// As the page asks.
    pub fn post(&self, name: &str, body: &Value) -> Response {
        let headers = [("origin", &*self.origin()), ("content-type", "application/json")];
        self.ask("POST", &format!("/api/v1/{name}"), &headers, body.to_string().as_bytes())
    }

    /// Asks, with host and cookie unless those are among the headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut all = vec![("host", &*self.host), ("cookie", &*self.cookie)];
        all.retain(|(name, value)| {
            !value.is_empty() && !headers.iter().any(|(given, _)| given == name)
        });
        all.extend(headers);
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in all {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("content-length: {}\r\n", body.len());
        }
        let mut stream = self.connect();
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // Who refuses a body may do so before it is there.
        let _ = stream.write_all(body);
        answer(&mut stream).expect("an answer")
    }

    /// The protocol over a WebSocket.
    pub fn events(&self) -> Events {
        let origin = self.origin();
        self.socket("/api/v1/events", &origin).unwrap()
    }

    pub fn socket(&self, path: &str, origin: &str) -> Result<Events, String> {
        let mut request = format!("ws://{}{path}", self.host).into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", self.cookie.parse().unwrap());
        headers.insert("origin", origin.parse().unwrap());
        match tungstenite::client(request, self.connect()) {
            Ok((socket, _)) => Ok(Events(socket)),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// Reads one answer up to the end of the connection; none where that was closed before.
pub fn answer(stream: &mut TcpStream) -> Option<Response> {
    let mut bytes = Vec::new();
    // A connection that is closed with bytes left ends with an error, after the answer.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Response { status, head, body: bytes[end + 4..].to_vec() })
}

/// A WebSocket.
pub struct Events(pub WebSocket<TcpStream>);

impl Events {
    pub fn read(&mut self) -> Value {
        loop {
            match self.0.read().expect("a message") {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other}"),
            }
        }
    }

    pub fn send(&mut self, value: &Value) {
        self.0.send(Message::text(value.to_string())).unwrap();
    }

    /// The code with which it is closed.
    pub fn closed(&mut self) -> Option<u16> {
        loop {
            match self.0.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }
}
