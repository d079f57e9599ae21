//! What clients send.

use crate::close::Close;
use crate::encoding::Encoding;
use serde_json::{Map, Value};

/// The most requests in a batch.
pub(crate) const MOST_IN_BATCH: usize = 1000;
/// The events that somebody gets who doesn't say which.
const USUAL_EVENTS: u64 = 0x7ff;

/// A message of a client.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// The first one: who it is.
    Identify {
        /// The version that it speaks.
        version: u64,
        /// Its answer to the challenge.
        authentication: Option<String>,
        /// The kinds of events that it wants, a bit each.
        events: u64,
    },
    /// It wants other events.
    Reidentify {
        /// The kinds, a bit each; without them, those of before.
        events: Option<u64>,
    },
    /// It asks for something.
    Request {
        /// What the response is to repeat.
        id: Value,
        /// What it asks for.
        request: OneRequest,
    },
    /// It asks for several things.
    Batch {
        /// What the response is to repeat.
        id: Value,
        /// Whether the first failure ends it.
        halts: bool,
        /// How they are to be carried out.
        mode: BatchMode,
        /// What it asks for.
        requests: Vec<OneRequest>,
    },
}

/// How the requests of a batch are carried out. Here it is one after the other in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchMode {
    /// One after the other, as fast as it goes.
    #[default]
    Realtime,
    /// One after the other, in step with pictures.
    Frame,
    /// In any order.
    Parallel,
}

/// A request, alone or in a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OneRequest {
    /// Its name; empty if there is none.
    pub kind: String,
    /// Its own id, in a batch.
    pub id: Option<Value>,
    /// What it says.
    pub data: Option<Map<String, Value>>,
}

/// Reads a message. `is_identified` says whether its sender has said who it is.
///
/// # Errors
/// Why the connection is to be closed.
pub fn read_message(
    encoding: Encoding,
    bytes: &[u8],
    is_identified: bool,
) -> Result<Incoming, Close> {
    let missing = |name: &str| Close::new(Close::MISSING, format!("the field `{name}` is missing"));
    let Value::Object(mut message) = encoding.read(bytes)? else {
        return Err(Close::new(Close::DECODE, "a message is an object"));
    };
    let op = message.remove("op").ok_or_else(|| missing("op"))?;
    let Some(op) = op.as_u64() else {
        return Err(Close::new(Close::TYPE, "the field `op` takes a number"));
    };
    if op != 1 && !is_identified {
        return Err(Close::new(Close::NOT_IDENTIFIED, "send Identify first"));
    }
    let data = match message.remove("d") {
        Some(Value::Object(data)) => data,
        Some(_) => return Err(Close::new(Close::TYPE, "the field `d` takes an object")),
        None => return Err(missing("d")),
    };
    match op {
        1 if is_identified => Err(Close::new(Close::IDENTIFIED, "Identify came already")),
        1 => identify(data),
        3 => Ok(Incoming::Reidentify { events: number(&data, "eventSubscriptions")? }),
        6 => {
            let id = data.get("requestId").cloned().ok_or_else(|| missing("requestId"))?;
            Ok(Incoming::Request { id, request: OneRequest::from(data) })
        }
        8 => batch(data),
        _ => Err(Close::new(Close::OP, format!("there is no `op` {op} for clients"))),
    }
}

fn identify(mut data: Map<String, Value>) -> Result<Incoming, Close> {
    let Some(version) = number(&data, "rpcVersion")? else {
        return Err(Close::new(Close::MISSING, "the field `rpcVersion` is missing"));
    };
    let authentication = match data.remove("authentication") {
        None | Some(Value::Null) => None,
        Some(Value::String(answer)) => Some(answer),
        Some(_) => return Err(Close::new(Close::TYPE, "the field `authentication` takes a text")),
    };
    let events = number(&data, "eventSubscriptions")?.unwrap_or(USUAL_EVENTS);
    Ok(Incoming::Identify { version, authentication, events })
}

fn batch(mut data: Map<String, Value>) -> Result<Incoming, Close> {
    let Some(id) = data.remove("requestId") else {
        return Err(Close::new(Close::MISSING, "the field `requestId` is missing"));
    };
    let halts = match data.get("haltOnFailure") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(halts)) => *halts,
        Some(_) => return Err(Close::new(Close::TYPE, "`haltOnFailure` takes a truth value")),
    };
    let mode = match number(&data, "executionType")? {
        None | Some(0) => BatchMode::Realtime,
        Some(1) => BatchMode::Frame,
        Some(2) if halts => {
            let reason = "`haltOnFailure` is impossible in a parallel batch";
            return Err(Close::new(Close::UNSUPPORTED, reason));
        }
        Some(2) => BatchMode::Parallel,
        Some(_) => return Err(Close::new(Close::VALUE, "`executionType` takes 0, 1 or 2")),
    };
    let requests = match data.remove("requests") {
        Some(Value::Array(requests)) => requests,
        Some(_) => return Err(Close::new(Close::TYPE, "the field `requests` takes a list")),
        None => return Err(Close::new(Close::MISSING, "the field `requests` is missing")),
    };
    if requests.len() > MOST_IN_BATCH {
        let reason = format!("a batch has at most {MOST_IN_BATCH} requests");
        return Err(Close::new(Close::VALUE, reason));
    }
    let one = |request| match request {
        Value::Object(mut data) => {
            let id = data.remove("requestId");
            OneRequest { id, ..OneRequest::from(data) }
        }
        _ => OneRequest::default(),
    };
    Ok(Incoming::Batch { id, halts, mode, requests: requests.into_iter().map(one).collect() })
}

/// A whole number that may be missing. Some clients write it with a point.
fn number(data: &Map<String, Value>, name: &str) -> Result<Option<u64>, Close> {
    let value = match data.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(value)) => value,
        Some(_) => return Err(Close::new(Close::TYPE, format!("`{name}` takes a number"))),
    };
    let whole = value.as_f64().filter(|value| value.fract() == 0.0);
    match whole.filter(|value| (0.0..=f64::from(u32::MAX)).contains(value)) {
        Some(value) => Ok(Some(value as u64)),
        None => Err(Close::new(Close::VALUE, format!("`{name}` can't be {value}"))),
    }
}

impl From<Map<String, Value>> for OneRequest {
    fn from(mut data: Map<String, Value>) -> Self {
        let kind = match data.remove("requestType") {
            Some(Value::String(kind)) => kind,
            _ => String::new(),
        };
        let data = match data.remove("requestData") {
            Some(Value::Object(data)) => Some(data),
            _ => None,
        };
        Self { kind, id: None, data }
    }
}
