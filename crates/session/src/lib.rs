//! The program while it runs: what the settings and the command line ask for together, followed as
//! they change, and what is told about it.

#![forbid(unsafe_code)]

#[macro_use]
mod error;

mod asked;
mod away;
mod capture;
mod change;
mod desk;
mod installing;
mod listeners;
mod machine;
mod notes;
mod outputs;
mod pause_card;
mod piped;
mod preview;
mod private;
mod recording;
mod report;
mod request;
mod requests;
mod run;
mod session;
mod shields;
mod slots;
mod socket;
mod spare;
mod start;
mod tell;
#[cfg(test)]
mod tests;
mod thumbnails;
mod words;

pub use error::SessionError;
pub use report::StatusForm;
pub use request::RunRequest;
pub use run::run;
pub use socket::Place;
