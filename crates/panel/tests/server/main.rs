//! The panel, as browsers and attackers meet it.

mod attacks;
mod entry;
mod events;
mod kit;
mod preview;
mod requests;
mod thumbnails;
mod users;
