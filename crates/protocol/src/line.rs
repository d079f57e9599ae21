//! What the program sends: one line each.

use crate::state::{Event, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A line from the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Line {
    /// The first one, unasked: everything.
    State {
        /// The state at that moment.
        state: Box<State>,
    },
    /// Something changed.
    Event {
        /// What happened.
        event: Event,
    },
    /// A request was carried out.
    Done {
        /// The request's id, or null.
        reply: Value,
        /// What it returns, or null.
        ok: Value,
    },
    /// A request was refused, and nothing changed by it.
    Refused {
        /// The request's id, or null.
        reply: Value,
        /// Why, in one sentence.
        error: String,
    },
}

impl Line {
    /// The reply to a request.
    pub fn reply(id: Option<Value>, result: Result<Value, String>) -> Self {
        let reply = id.unwrap_or_default();
        match result {
            Ok(ok) => Self::Done { reply, ok },
            Err(error) => Self::Refused { reply, error },
        }
    }

    /// As bytes, with the line's end.
    pub fn bytes(&self) -> Vec<u8> {
        // Texts, numbers and lists of them can't fail to be written.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_are_read_as_they_were_written() {
        for (line, text) in [
            (
                Line::Event { event: Event::Message(Some("a".to_owned())) },
                r#"{"event":{"message":"a"}}"#,
            ),
            (Line::Event { event: Event::Gone {} }, r#"{"event":{"gone":{}}}"#),
            (Line::reply(None, Ok(Value::Null)), r#"{"reply":null,"ok":null}"#),
            (Line::reply(Some(json!(["a"])), Ok(json!(5))), r#"{"reply":["a"],"ok":5}"#),
            (Line::reply(Some(json!(1)), Err("no".to_owned())), r#"{"reply":1,"error":"no"}"#),
        ] {
            assert_eq!(String::from_utf8(line.bytes()).unwrap(), format!("{text}\n"));
            assert_eq!(serde_json::from_str::<Line>(text).unwrap(), line);
        }
        let state = Line::State { state: Box::new(State::example()) };
        assert_eq!(serde_json::from_slice::<Line>(&state.bytes()).unwrap(), state);
    }

    #[test]
    fn what_is_new_is_passed_over() {
        let newer = r#"{"state":{"version":1,"mode":"paused","weather":"fine"}}"#;
        let Ok(Line::State { state }) = serde_json::from_str(newer) else { panic!("no state") };
        let mode = crate::Mode::Paused;
        assert_eq!(*state, State { version: 1, mode, ..State::default() });
        assert!(serde_json::from_str::<Line>(r#"{"event":{"weather":"fine"}}"#).is_err());
    }
}
