//! Times passes of a network on demand: `passes MODEL LEVEL [THREADS]`, then a number of passes on each line
//! of standard input; answers with the milliseconds of each. `benches/compare_litert.py` asks it
//! in turn with LiteRT.

use backlot_kernels::Level;
use backlot_nn::{Model, Session};
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let usage = "passes MODEL scalar|neon|avx2|avx512 [THREADS]";
    let (path, name) = (arguments.next().expect(usage), arguments.next().expect(usage));
    let level = Level::available().into_iter().find(|l| l.to_string() == name).expect(usage);
    let model =
        Model::from_tflite(&std::fs::read(path).expect("the model's file")).expect("a model");
    let threads = arguments.next().map_or(1, |threads| threads.parse().expect(usage));
    let mut session = Session::with_threads(&model, level, threads);
    let picture: Vec<f32> =
        (0..session.input_mut().len()).map(|i| (i % 251) as f32 / 250.0).collect();
    for line in std::io::stdin().lock().lines() {
        let passes: usize = line.expect("a line").trim().parse().expect("a number of passes");
        let mut times = String::new();
        for _ in 0..passes {
            session.input_mut().copy_from_slice(&picture);
            let start = Instant::now();
            std::hint::black_box(session.run());
            times += &format!("{:.4} ", start.elapsed().as_secs_f64() * 1e3);
        }
        println!("{}", times.trim_end());
        std::io::stdout().flush().expect("standard output");
    }
}
