//! The program while it runs: what the settings and the command line ask for together, followed as
//! they change, and what is told about it.

#![forbid(unsafe_code)]

mod asked;
mod change;
#[macro_use]
mod error;
mod machine;
mod notes;
mod outputs;
mod report;
mod request;
mod run;
mod session;
mod shields;
mod slots;
mod start;
#[cfg(test)]
mod tests;

pub use error::SessionError;
pub use report::StatusForm;
pub use request::RunRequest;
pub use run::run;
