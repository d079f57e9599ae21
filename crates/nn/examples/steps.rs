//! Where the time of a pass goes: `steps MODEL LEVEL [ROUNDS [WIDTH HEIGHT]]` prints the shortest time of each step and
//! the multiply-adds a second that it reaches. A `model.json` of BodyPix is run on pictures of that size.

use backlot_kernels::Level;
use backlot_nn::{Model, Session, TfjsFile};
use std::path::Path;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let usage = "steps MODEL scalar|neon|avx2|avx512";
    let (path, name) = (arguments.next().expect(usage), arguments.next().expect(usage));
    let level = Level::available().into_iter().find(|l| l.to_string() == name).expect(usage);
    let model = read(&path);
    let mut session = Session::new(&model, level);
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

fn read(path: &str) -> Model {
    let bytes = std::fs::read(path).expect("the model's file");
    if !bytes.starts_with(b"{") {
        return Model::from_tflite(&bytes).expect("a model that is run");
    }
    let file = TfjsFile::read(&bytes).expect("a model that is run");
    let beside = |name: &String| std::fs::read(Path::new(path).with_file_name(name));
    let shards = file.shards().iter().map(|name| beside(name).expect("its weights")).collect();
    let network = file.with_shards(shards).expect("its weights");
    let side = |place| std::env::args().nth(place).map_or(353, |n| n.parse().expect("pixels"));
    let outputs = ["float_segments", "float_part_heatmaps"];
    network.model_for(side(5), side(4), &outputs).expect("a model that is run")
}
