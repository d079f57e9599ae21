//! Damages a model file in random ways for some seconds and tries each result: `damage_model MODEL
//! SECONDS [SEED]`. What the fuzzer in the folder `fuzz` does with a sense of direction, this does anywhere.

use backlot_kernels::Level;
use backlot_nn::{Model, Session};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[path = "../tests/hostile/mutate.rs"]
mod mutate;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let usage = "damage_model MODEL SECONDS [SEED]";
    let file = std::fs::read(arguments.first().expect(usage)).expect("the model's file");
    let seconds = arguments.get(1).and_then(|s| s.parse().ok()).expect(usage);
    let mut seed = arguments.get(2).map_or(1 << 32, |s| s.parse().expect(usage));
    let places = mutate::structure(&file);
    let (start, mut count, mut slowest) = (Instant::now(), 0_u64, (Duration::ZERO, 0));
    let mut outcomes = BTreeMap::new();
    while start.elapsed() < Duration::from_secs(seconds) {
        let bytes = mutate::damage(&file, &places, &mut mutate::Random::new(seed));
        let begun = Instant::now();
        let outcome = match Model::from_tflite(&bytes) {
            Ok(model) => {
                let mut session = Session::new(&model, Level::best());
                session.input_mut().fill(0.5);
                std::hint::black_box(session.run());
                "it runs".to_owned()
            }
            // Numbers are left out, so that similar sentences count together.
            Err(error) => error.to_string().replace(|c: char| c.is_ascii_digit(), ""),
        };
        slowest = slowest.max((begun.elapsed(), seed));
        *outcomes.entry(outcome).or_insert(0) += 1;
        (count, seed) = (count + 1, seed + 1);
    }
    outcomes.iter().for_each(|(outcome, count)| println!("{count:8} {outcome}"));
    println!("{count} files, seeds up to {seed}; the slowest took {slowest:?}");
}
