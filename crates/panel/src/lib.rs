//! The control panel: a web page for the user's own browser, and what it talks to, which is the control
//! protocol over HTTP.

#![forbid(unsafe_code)]

mod openapi;

pub use openapi::{openapi, openapi_text};
