//! A program that is steered, and a client that steers it.

use backlot_control::{Asked, Inbox};
use backlot_obs::{ObsOptions, ObsServer};
use backlot_protocol::{Mode, Request, State, What};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::TcpStream;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, WebSocket};

pub const PASSWORD: &str = "correct horse";
/// What a picture consists of here.
pub const PICTURE: &[u8] = b"a picture";

/// A program that is steered: it does what is asked, and notes it.
pub struct Program {
    pub server: Option<Arc<ObsServer>>,
    pub state: Arc<Mutex<State>>,
    pub asked: Arc<Mutex<Vec<Value>>>,
}

impl Program {
    pub fn start() -> Self {
        Self::with(options())
    }

    pub fn with(options: ObsOptions) -> Self {
        let (inbox, requests) = Inbox::new(8);
        let server = Arc::new(ObsServer::open(options, inbox).unwrap());
        let program = Self {
            state: Arc::new(Mutex::new(State::example())),
            asked: Arc::default(),
            server: Some(server),
        };
        program.publish();
        let (state, asked) = (Arc::clone(&program.state), Arc::clone(&program.asked));
        let server = Arc::downgrade(program.server.as_ref().unwrap());
        std::thread::spawn(move || carry_out(&requests, &state, &asked, &server));
        program
    }

    pub fn server(&self) -> &ObsServer {
        self.server.as_ref().unwrap()
    }

    pub fn publish(&self) {
        self.server().publish(&Arc::new(self.state.lock().unwrap().clone()));
    }

    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.publish();
    }

    /// What was asked last.
    pub fn last(&self) -> Value {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// A client that has said who it is, and wants no events.
    pub fn client(&self) -> Client {
        let mut client = Client::connect(self, "");
        client.identify(PASSWORD, 0);
        client
    }
}

pub fn options() -> ObsOptions {
    ObsOptions { port: 0, password: Some(PASSWORD.to_owned()), ..ObsOptions::default() }
}

fn carry_out(
    requests: &Receiver<Asked>,
    state: &Mutex<State>,
    asked: &Mutex<Vec<Value>>,
    server: &Weak<ObsServer>,
) {
    for Asked { envelope, answer } in requests {
        asked.lock().unwrap().push(serde_json::to_value(&envelope).unwrap());
        let mut state = state.lock().unwrap();
        let result = change(&mut state, envelope.request);
        if let Some(server) = server.upgrade() {
            server.publish(&Arc::new(state.clone()));
        }
        answer.send(result);
    }
}

fn change(state: &mut State, request: Request) -> Result<Value, String> {
    let layers = &mut state.scene.layers;
    let find = |id: &str| layers.iter().position(|layer| layer.id == id).ok_or("no layer");
    match request {
        Request::ShowScene { scene, .. } => {
            state.scenes.shown.clone_from(&scene);
            state.scene.name = scene;
        }
        Request::ShowLayer { layer, scene: None } => {
            let at = find(&layer)?;
            layers[at].visible = true;
        }
        Request::HideLayer { layer, scene: None } => {
            let at = find(&layer)?;
            layers[at].visible = false;
        }
        Request::MoveLayer { layer, to, .. } => {
            let at = find(&layer)?;
            let layer = layers.remove(at);
            layers.insert(to, layer);
        }
        Request::RemoveEffect { effect, layer } => {
            let at = find(&layer.unwrap())?;
            layers[at].effects.remove(effect.0.parse().unwrap());
        }
        Request::AddEffect { effect, layer, at } => {
            let place = find(&layer.unwrap())?;
            layers[place].effects.insert(at.unwrap(), effect);
        }
        Request::List { what: What::Layers, .. } => return Ok(json!(layers)),
        Request::Pause => state.mode = Mode::Paused,
        Request::Resume => state.mode = Mode::Running,
        Request::Snapshot { file, .. } => std::fs::write(file, PICTURE).unwrap(),
        Request::SetEffect { value, .. } if value.0 == "wrong" => return Err("no".to_owned()),
        _ => {}
    }
    Ok(Value::Null)
}

/// A client of a few lines.
pub struct Client {
    pub socket: WebSocket<TcpStream>,
    is_binary: bool,
    pub hello: Value,
    pub events: Vec<Value>,
}

impl Client {
    /// Connects with an offered encoding, or none, and is greeted.
    pub fn connect(program: &Program, offer: &str) -> Self {
        let address = program.server().address();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut request = format!("ws://{address}/").into_client_request().unwrap();
        if !offer.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", offer.parse().unwrap());
        }
        let (socket, _) = tungstenite::client(request, stream).unwrap();
        let is_binary = offer.contains("msgpack");
        let mut client = Self { socket, is_binary, hello: Value::Null, events: Vec::new() };
        client.hello = client.read();
        assert_eq!(client.hello["op"], 0);
        client
    }

    pub fn identify(&mut self, password: &str, events: u64) {
        let answer = answer(&self.hello, password);
        self.send(&json!({ "op": 1, "d": {
            "rpcVersion": 1, "authentication": answer, "eventSubscriptions": events,
        } }));
        assert_eq!(self.read(), json!({ "op": 2, "d": { "negotiatedRpcVersion": 1 } }));
    }

    pub fn send(&mut self, value: &Value) {
        let message = match self.is_binary {
            true => Message::binary(rmp_serde::to_vec(value).unwrap()),
            false => Message::text(value.to_string()),
        };
        self.socket.send(message).unwrap();
    }

    pub fn read(&mut self) -> Value {
        match self.socket.read().unwrap() {
            Message::Text(text) if !self.is_binary => serde_json::from_str(&text).unwrap(),
            Message::Binary(bytes) if self.is_binary => rmp_serde::from_slice(&bytes).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Why the server closes the connection.
    pub fn closed(&mut self) -> u16 {
        loop {
            match self.socket.read() {
                Ok(Message::Close(Some(CloseFrame { code, .. }))) => return code.into(),
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The response to a message; events before it are kept.
    pub fn respond(&mut self, message: &Value) -> Value {
        self.send(message);
        loop {
            let mut told = self.read();
            match told["op"].as_u64() {
                Some(5) => self.events.push(told["d"].take()),
                _ => return told["d"].take(),
            }
        }
    }

    /// The response to a request.
    pub fn response(&mut self, kind: &str, data: Value) -> Value {
        let id = json!(["an", { "id": 1.5 }]);
        let data = json!({ "requestType": kind, "requestId": id, "requestData": data });
        let response = self.respond(&json!({ "op": 6, "d": data }));
        assert_eq!((&response["requestId"], &response["requestType"]), (&id, &json!(kind)));
        response
    }

    /// What a request returns.
    pub fn ask(&mut self, kind: &str, data: Value) -> Value {
        let response = self.response(kind, data);
        assert_eq!(response["requestStatus"], json!({ "result": true, "code": 100 }), "{kind}");
        response["responseData"].clone()
    }

    /// The number of a request that fails.
    pub fn refused(&mut self, kind: &str, data: Value) -> u64 {
        let status = self.response(kind, data)["requestStatus"].clone();
        assert_eq!(status["result"], false, "{kind}");
        assert!(status["comment"].as_str().is_some_and(|text| !text.is_empty()), "{kind}");
        status["code"].as_u64().unwrap()
    }
}

/// The answer to the challenge in a greeting.
pub fn answer(hello: &Value, password: &str) -> String {
    let hashed = |text: &str, more: &Value| {
        STANDARD.encode(Sha256::digest(text.to_owned() + more.as_str().unwrap_or_default()))
    };
    let asked = &hello["d"]["authentication"];
    hashed(&hashed(password, &asked["salt"]), &asked["challenge"])
}
