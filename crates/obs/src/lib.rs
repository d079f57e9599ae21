//! obs-websocket, version 5: programs that steer OBS (Stream Deck programs, Companion, scripts)
//! steer Backlot, too. Written after the protocol's public specification.
//!
//! An [`ObsServer`] is a thread that lets clients in, and one for each of them. What a client asks
//! for is told from the [`State`](backlot_protocol::State) that was published last, or becomes a
//! request in an [`Inbox`](backlot_control::Inbox). A scene is a scene, a layer is a source and a
//! scene item, an effect is a filter; what is paused is a virtual camera that was stopped.

#![forbid(unsafe_code)]

mod auth;
mod client;
mod close;
mod desk;
mod encoding;
mod error;
mod events;
mod facts;
mod fields;
mod kept;
mod message;
mod options;
mod pace;
mod requests;
mod server;
mod session;
mod shared;
mod status;

pub use close::Close;
pub use encoding::Encoding;
pub use error::ObsError;
pub use message::{BatchMode, Incoming, OneRequest, read_message};
pub use options::ObsOptions;
pub use server::ObsServer;
