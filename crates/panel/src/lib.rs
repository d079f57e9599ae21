//! The control panel's server: a web page for the user's own browser, and what it talks to, which is the
//! control protocol over HTTP.
//!
//! A [`Panel`] is one thread with a runtime of its own, outside the way of pictures. It hands requests to the
//! same inbox as the control socket, and is told the same states.

#![forbid(unsafe_code)]

mod answers;
mod body;
mod codes;
mod desk;
mod error;
mod gate;
mod listen;
mod open;
mod openapi;
mod options;
mod owner;
mod pass;
mod print;
mod projector;
mod routes;
mod secret;
mod server;
mod sockets;
mod thumbnails;
mod uploads;
mod views;

pub use error::PanelError;
pub use open::{OpenError, running, show};
pub use openapi::{openapi, openapi_text};
pub use options::{PanelOptions, pass_beside};
pub use pass::forget;
pub use server::Panel;
pub use views::{Motif, Sketch, View, ViewKind, ViewWish, Views};
