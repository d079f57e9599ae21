//! Damages pictures of cameras in random ways for some seconds, and decodes each result:
//! `damage_jpeg SECONDS [SEED]`. `damage_jpeg --seeds FOLDER` writes the undamaged ones for the
//! fuzzer. This runs anywhere; the fuzzer in the folder `fuzz` searches with a sense of direction.

use backlot_mjpeg::Decoder;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[path = "../tests/cameras/chance.rs"]
mod chance;
#[path = "../tests/cameras/seeds.rs"]
mod seeds;
#[path = "../tests/cameras/tiny.rs"]
mod tiny;

const USAGE: &str = "damage_jpeg SECONDS [SEED], or damage_jpeg --seeds FOLDER";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let first = arguments.first().expect(USAGE);
    if first == "--seeds" {
        for (index, seed) in seeds::pictures().iter().enumerate() {
            let path = std::path::Path::new(arguments.get(1).expect(USAGE)).join(index.to_string());
            std::fs::write(path, seed).expect("the folder can be written to");
        }
        return;
    }
    let seconds = first.parse().expect(USAGE);
    let seed = arguments.get(1).map_or(1, |seed| seed.parse().expect(USAGE));
    run(Duration::from_secs(seconds), seed);
}

fn run(time: Duration, seed: u64) {
    let mut decoder = Decoder::new().expect("the codec can be set up");
    let mut chance = chance::Chance::new(seed);
    let (pictures, start, mut count) = (seeds::pictures(), Instant::now(), 0_u64);
    let mut outcomes = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    while start.elapsed() < time {
        let bytes = chance.damaged(&pictures);
        let begun = Instant::now();
        let outcome = match decoder.decode(&bytes) {
            Ok(decoded) if decoded.is_damaged => "shown, damaged".to_owned(),
            Ok(_) => "shown".to_owned(),
            // Numbers are left out, so that similar sentences count together.
            Err(error) => error.to_string().replace(|c: char| c.is_ascii_digit(), ""),
        };
        slowest = slowest.max(begun.elapsed());
        *outcomes.entry(outcome).or_insert(0) += 1;
        count += 1;
    }
    outcomes.iter().for_each(|(outcome, count)| println!("{count:9} {outcome}"));
    println!("{count} pictures by the seed {seed}; the slowest took {slowest:?}");
}
