//! Everything that reads what others made, as functions of any bytes: each ends without a panic,
//! in bounded time and memory, whatever it is given. libFuzzer drives them (`make fuzz`), and a
//! test damages their small inputs for some seconds.

#![forbid(unsafe_code)]

mod corpus;
pub mod damage;
#[path = "../../crates/jpeg/tests/exact/encoder.rs"]
mod drawing;
#[path = "../../crates/mjpeg/tests/cameras/seeds.rs"]
mod seeds;
mod targets;
#[path = "../../crates/mjpeg/tests/cameras/tiny.rs"]
mod tiny;

/// Something that reads.
#[derive(Debug)]
pub struct Target {
    /// What it is asked for by.
    pub name: &'static str,
    /// Hands it bytes.
    pub run: fn(&[u8]),
    /// Small inputs to begin with, each right or nearly so.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

impl Target {
    /// The target of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }
}

/// Everything that is fuzzed.
pub const TARGETS: &[Target] = &[
    Target { name: "picture", run: targets::picture, seeds: corpus::pictures },
    Target { name: "model", run: targets::model, seeds: corpus::models },
    Target { name: "tfjs", run: targets::tfjs, seeds: corpus::tfjs },
    Target { name: "sidecar", run: targets::sidecar, seeds: corpus::sidecars },
    Target { name: "settings", run: targets::settings, seeds: corpus::settings },
    Target { name: "scene", run: targets::scene, seeds: corpus::scenes },
    Target { name: "archive", run: targets::archive, seeds: corpus::archives },
    Target { name: "y4m", run: targets::y4m, seeds: corpus::y4m },
    Target { name: "jpeg", run: targets::jpeg, seeds: seeds::pictures },
    Target { name: "jpeg_parts", run: targets::jpeg_parts, seeds: corpus::drawings },
    Target { name: "raw", run: targets::raw, seeds: corpus::raw },
    Target { name: "nut", run: targets::nut, seeds: corpus::nut },
    Target { name: "request", run: targets::request, seeds: corpus::requests },
    Target { name: "obs", run: targets::obs, seeds: corpus::obs },
    Target { name: "oip", run: targets::oip, seeds: corpus::oip },
];
