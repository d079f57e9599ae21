//! What becomes of a request.

use serde_json::{Value, json};

/// Why a request failed, with the protocol's number for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub code: u16,
    pub comment: String,
}

/// What a request returns: an object, or null for nothing.
pub(crate) type Outcome = Result<Value, Failure>;

/// The number of what went well.
pub(crate) const SUCCESS: u16 = 100;

impl Failure {
    pub const NO_TYPE: u16 = 203;
    pub const UNKNOWN: u16 = 204;
    pub const MODE: u16 = 206;
    pub const NOT_READY: u16 = 207;
    pub const MISSING: u16 = 300;
    pub const NO_DATA: u16 = 301;
    pub const INVALID: u16 = 400;
    pub const TYPE: u16 = 401;
    pub const RANGE: u16 = 402;
    pub const EMPTY: u16 = 403;
    pub const RUNNING: u16 = 500;
    pub const NOT_RUNNING: u16 = 501;
    pub const DISABLED: u16 = 504;
    pub const NO_STUDIO: u16 = 506;
    pub const NOT_FOUND: u16 = 600;
    pub const TOO_MUCH: u16 = 603;
    pub const STATE: u16 = 604;
    pub const FIXED: u16 = 606;
    pub const FAILED: u16 = 702;

    pub fn new(code: u16, comment: impl Into<String>) -> Self {
        Self { code, comment: comment.into() }
    }
}

/// The result as a client gets it.
pub(crate) fn told(kind: &str, outcome: Outcome) -> Value {
    let mut told = json!({ "requestType": kind });
    match outcome {
        Ok(data) => {
            told["requestStatus"] = json!({ "result": true, "code": SUCCESS });
            if !data.is_null() {
                told["responseData"] = data;
            }
        }
        Err(Failure { code, comment }) => {
            told["requestStatus"] = json!({ "result": false, "code": code, "comment": comment });
        }
    }
    told
}
