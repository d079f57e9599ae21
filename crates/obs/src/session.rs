//! What is said between a client and us, without the connection.

use crate::auth::Challenge;
use crate::close::Close;
use crate::desk::Desk;
use crate::encoding::Encoding;
use crate::events::{Event, GENERAL, changes};
use crate::message::{BatchMode, Incoming, OneRequest, read_message};
use crate::requests::{self, WEBSOCKET_VERSION};
use crate::status::{Failure, Outcome, told};
use backlot_protocol::State;
use serde_json::{Value, json};
use std::sync::Arc;

/// The protocol's version.
const RPC_VERSION: u64 = 1;
/// How much the results of a batch may hold, in bytes of text.
const BATCH_BYTES: usize = 8 << 20;

/// What is known of a client.
pub(crate) struct Session<'a> {
    encoding: Encoding,
    desk: &'a Desk,
    challenge: Option<Challenge>,
    is_identified: bool,
    /// The kinds of events that it wants.
    events: u64,
    /// The state that it knows of.
    known: Option<Arc<State>>,
}

impl<'a> Session<'a> {
    /// One that begins; `None` if the system has nothing random.
    pub fn new(encoding: Encoding, desk: &'a Desk, password: Option<&str>) -> Option<Self> {
        let challenge = match password.filter(|password| !password.is_empty()) {
            Some(password) => Some(Challenge::new(password)?),
            None => None,
        };
        Some(Self { encoding, desk, challenge, is_identified: false, events: 0, known: None })
    }

    /// What is said first.
    pub fn hello(&self) -> Value {
        let mut hello =
            json!({ "obsWebSocketVersion": WEBSOCKET_VERSION, "rpcVersion": RPC_VERSION });
        if let Some(challenge) = &self.challenge {
            hello["authentication"] = challenge.told();
        }
        json!({ "op": 0, "d": hello })
    }

    /// Whether the client has said who it is.
    pub const fn is_identified(&self) -> bool {
        self.is_identified
    }

    /// The answer to a message, if there is one.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Option<Value>, Close> {
        Ok(Some(match read_message(self.encoding, bytes, self.is_identified)? {
            Incoming::Identify { version, authentication, events } => {
                self.identify(version, authentication.as_deref(), events)?
            }
            Incoming::Reidentify { events } => {
                self.events = events.unwrap_or(self.events);
                identified()
            }
            Incoming::Request { id, request } => {
                let mut response = told(&request.kind, self.carry_out(&request));
                response["requestId"] = id;
                json!({ "op": 7, "d": response })
            }
            Incoming::Batch { id, halts, mode, requests } => {
                let results = self.batch(&requests, halts, mode);
                json!({ "op": 9, "d": { "requestId": id, "results": results } })
            }
        }))
    }

    fn identify(
        &mut self,
        version: u64,
        authentication: Option<&str>,
        events: u64,
    ) -> Result<Value, Close> {
        let is_right = match &self.challenge {
            Some(challenge) => challenge.is_met_by(authentication.unwrap_or_default()),
            None => true,
        };
        if !is_right {
            return Err(Close::new(Close::PASSWORD, "the password is wrong, or missing"));
        }
        if version != RPC_VERSION {
            let reason = format!("version {RPC_VERSION} is spoken here, not {version}");
            return Err(Close::new(Close::VERSION, reason));
        }
        (self.is_identified, self.events) = (true, events);
        self.known = self.desk.shared.state();
        Ok(identified())
    }

    fn carry_out(&self, request: &OneRequest) -> Outcome {
        if request.kind.is_empty() {
            return Err(Failure::new(Failure::NO_TYPE, "the field `requestType` is missing"));
        }
        requests::carry_out(self.desk, &request.kind, request.data.as_ref())
    }

    fn batch(&self, requests: &[OneRequest], halts: bool, mode: BatchMode) -> Vec<Value> {
        let mut results = Vec::with_capacity(requests.len());
        let mut bytes = 0;
        for request in requests {
            let outcome = if bytes > BATCH_BYTES {
                Err(Failure::new(Failure::TOO_MUCH, "the results of this batch are too long"))
            } else if self.desk.shared.is_ending() {
                Err(Failure::new(Failure::FAILED, "Backlot is ending"))
            } else if request.kind == "Sleep" {
                requests::sleep(self.desk, request.data.as_ref(), mode)
            } else {
                self.carry_out(request)
            };
            let has_failed = outcome.is_err();
            let mut result = told(&request.kind, outcome);
            bytes += weight(&result);
            if let Some(id) = &request.id {
                result["requestId"] = id.clone();
            }
            results.push(result);
            if has_failed && halts {
                break;
            }
        }
        results
    }

    /// What changed since the client was told last, in events that it wants.
    pub fn news(&mut self) -> Vec<Value> {
        if !self.is_identified {
            return Vec::new();
        }
        let Some(state) = self.desk.shared.state() else { return Vec::new() };
        let known = self.known.replace(Arc::clone(&state));
        let known = known.filter(|known| !Arc::ptr_eq(known, &state));
        let changed = known.map(|known| changes(&known, &state)).unwrap_or_default();
        let wanted = changed.into_iter().filter(|event| event.intent & self.events != 0);
        wanted.map(Event::told).collect()
    }

    /// What is said last, to who wants to know.
    pub fn farewell(&self) -> Option<Value> {
        let is_wanted = self.is_identified && self.events & GENERAL != 0;
        is_wanted.then(|| Event::new("ExitStarted", GENERAL, Value::Null).told())
    }
}

fn identified() -> Value {
    json!({ "op": 2, "d": { "negotiatedRpcVersion": RPC_VERSION } })
}

/// About how many bytes a value has.
fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + weight(value)).sum()
        }
        _ => 8,
    }
}
