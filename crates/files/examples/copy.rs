//! Copies a video with its sound through raw frames: `copy INPUT OUTPUT`.

use backlot_files::{Companions, Intake, VideoOptions, VideoOutOptions, VideoSink, VideoSource};
use backlot_media::{FrameRate, Source};
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, output] = &names[..] else { return Err("usage: copy INPUT OUTPUT".into()) };
    let (input, output) = (Path::new(input), Path::new(output));
    let intake = Intake::default();
    let reading = VideoOptions { intake: intake.clone(), ..VideoOptions::default() };
    let mut source = VideoSource::open(input, &reading)?;
    let rate = source.rate().unwrap_or(FrameRate::FPS_30);
    let mut options = VideoOutOptions::new(source.size(), rate, source.color());
    options.companions = Some(Companions::of_video(input, source.info(), Duration::ZERO, None));
    let mut sink = VideoSink::create(output, &options)?;
    let (begin, mut frames) = (Instant::now(), 0_u32);
    while let Some(frame) = source.next_video_frame()? {
        sink.write(&frame)?;
        frames += 1;
    }
    let damage = intake.report.take().into_iter().map(|damage| damage.to_string());
    damage.chain(sink.complete()?).for_each(|notice| eprintln!("{notice}"));
    let seconds = begin.elapsed().as_secs_f64();
    println!("{frames} frames, {:.1} per second", f64::from(frames) / seconds);
    Ok(())
}
