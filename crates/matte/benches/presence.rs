//! The cost of knowing who is there, as a part of a live matte's time, on the presenter, by size.
//!
//! `cargo bench -p backlot-matte --bench presence`

#[path = "../tests/network/mod.rs"]
mod network;

use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, MatteTiming, PersonMatte};
use backlot_media::{ColorSpace, FrameRate, Matte, Size, Source};
use backlot_segmenter::SegmentationModel;
use network::model;
use std::time::Duration;

const SIZES: [Size; 3] = [
    Size { width: 640, height: 360 },
    Size { width: 1280, height: 720 },
    Size { width: 1920, height: 1080 },
];
/// Frames of the presenter, at 30 per second.
const LENGTH: Duration = Duration::from_secs(10);

fn timings(model: &SegmentationModel, size: Size) -> Vec<MatteTiming> {
    let (spec, color) = (PresenterSpec::default(), ColorSpace::BT601);
    let mut source = PresenterSource::new(&spec, size, FrameRate::FPS_30, color, Some(LENGTH));
    let mut maker = PersonMatte::new(model, size, MatteSettings::default(), Level::best())
        .expect("the default settings");
    let mut matte = Matte::new(size);
    let mut timings = Vec::new();
    while let Some(frame) = source.next_frame().expect("it is drawn") {
        maker.segment(&frame).expect("a mask");
        maker.refine(&frame, &mut matte).expect("a matte");
        timings.push(maker.timing());
    }
    timings
}

/// Mean, median and the 99th of 100, in microseconds.
fn sums(mut times: Vec<Duration>) -> String {
    times.sort();
    let micros = |time: Duration| 1e6 * time.as_secs_f64();
    let mean = micros(times.iter().sum::<Duration>() / times.len() as u32);
    let at = |share: f64| micros(times[(times.len() as f64 * share) as usize]);
    format!("{mean:7.1} {:7.1} {:7.1}", at(0.5), at(0.99))
}

fn main() {
    let model = model();
    println!("microseconds a frame: mean, median, 99 %");
    for size in SIZES {
        let timings = timings(&model, size);
        let of = |part: fn(&MatteTiming) -> Duration| sums(timings.iter().map(part).collect());
        println!("{:10} presence {}", size.to_string(), of(|timing| timing.presence));
        println!("{:10} network  {}", "", of(|timing| timing.network));
        println!("{:10} refine   {}", "", of(|timing| timing.refine));
    }
}
