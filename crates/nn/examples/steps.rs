//! Where the time of a pass goes: `steps MODEL LEVEL` prints the shortest time of each step and
//! the multiply-adds a second that it reaches.

use backlot_kernels::Level;
use backlot_nn::{Model, Session};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let usage = "steps MODEL scalar|avx2|avx512";
    let (path, name) = (arguments.next().expect(usage), arguments.next().expect(usage));
    let level = Level::available().into_iter().find(|l| l.to_string() == name).expect(usage);
    let model = Model::from_tflite(&std::fs::read(path).expect("the model's file"));
    let mut session = Session::new(&model.expect("a model that is run"), level);
    session.input_mut().fill(0.5);
    let mut total = 0.0;
    for step in session.time_steps(std::env::args().nth(3).map_or(300, |n| n.parse().expect(usage)))
    {
        let time = step.least.as_secs_f64() * 1e6;
        let speed = step.multiplications as f64 / time / 1e3;
        println!("{time:8.2} us {speed:6.1} G/s  {}", step.name);
        total += time;
    }
    println!("{total:8.2} us in all");
}
