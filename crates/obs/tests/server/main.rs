//! The server, as clients meet it.

mod attacks;
mod clients;
mod kit;
mod requests;
