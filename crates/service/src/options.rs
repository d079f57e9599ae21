//! What is served, where, and how much of it.

use backlot_networks::MattingChoice;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::time::Duration;

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    /// Where the plain form and the Open Inference Protocol's REST are served.
    pub listen: SocketAddr,
    /// Where its gRPC is served, if it is.
    pub grpc: Option<SocketAddr>,
    /// What clients must know; beyond this machine there must be one.
    pub token: Option<String>,
    /// The network of the plain form, and the quality of all.
    pub matting: MattingChoice,
    /// How many pictures are worked on at a time.
    pub threads: NonZero<usize>,
    /// How much of anything is taken.
    pub limits: Limits,
}

impl ServiceOptions {
    /// Where it is served by default.
    pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9000);
    /// The network of the plain form by default.
    pub const MODEL: &str = "general";
    /// The quality by default: one pass of the network.
    pub const QUALITY: &str = "fast";
}

impl Default for ServiceOptions {
    /// On this machine alone, one pass of *general*, on all cores.
    fn default() -> Self {
        let matting = MattingChoice {
            model: Self::MODEL.into(),
            quality: Some(Self::QUALITY.to_owned()),
            ..MattingChoice::default()
        };
        let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let limits = Limits::default();
        Self { listen: Self::LISTEN, grpc: None, token: None, matting, threads, limits }
    }
}

/// How much of anything is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a request's body.
    pub body_bytes: u64,
    /// The most pixels of a picture.
    pub pixels: u64,
    /// The most bytes of all bodies and answers together that are held at a time.
    pub held_bytes: u64,
    /// The most connections at a time, on each address.
    pub connections: usize,
    /// The most requests that wait, for each thread that works.
    pub waiting: usize,
    /// How long a request may take, from its head to the end of its answer's making.
    pub deadline: Duration,
    /// How long a client may let us wait for the next head, or for room to send.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 << 20,
            pixels: 1 << 24,
            held_bytes: 512 << 20,
            connections: 1024,
            waiting: 64,
            deadline: Duration::from_secs(30),
            patience: Duration::from_secs(15),
        }
    }
}
