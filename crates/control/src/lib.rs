//! The socket through which the running program is steered: its server, and the client that the
//! command line is.
//!
//! A [`Server`] is one thread. It hands each request to an [`Inbox`], which whoever carries requests
//! out reads, and tells every client what changes in the [`State`] that it is given. Requests of
//! other origins (signals, a tray icon, a file that changed) go to the same inbox.
//!
//! [`State`]: backlot_protocol::State

#![forbid(unsafe_code)]

mod claim;
mod client;
mod error;
mod inbox;
mod lines;
mod outgoing;
mod peer;
mod place;
mod server;
mod service;
mod shared;

pub use client::{Client, Events, PATIENCE};
pub use error::{ClientError, ControlError};
pub use inbox::{Answer, Asked, Inbox};
pub use place::default_path;
pub use server::Server;
pub use service::Panic;
