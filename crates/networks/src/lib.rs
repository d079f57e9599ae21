//! The networks: those built in, those that are fetched or that users bring, and which one, with
//! which settings, makes the mattes of what.

#![forbid(unsafe_code)]

mod choice;
mod elsewhere;
mod error;
mod fetch;
mod listing;
mod matting;
mod network;
mod onnx;
mod package;
mod sidecar;
mod tfjs;

pub use choice::{LineChoice, MattingChoice};
pub use error::NetworkError;
pub use fetch::{Fetched, fetch, fetched_names};
pub use listing::Listed;
pub use matting::{Matting, Mattings, at_its_word};
pub use network::{LICENCE, NETWORKS, Network, Purpose, best_for, load};
pub use package::Package;
pub use sidecar::{InputSize, Output, PartsOf, Sidecar, SidecarError, Way};
