//! Reads a camera and reports what arrives: `capture [NAME [WxH [FPS [SECONDS [FORMAT]]]]]`.

use backlot_media::{
    CameraOpener, Clock, Delivery, FrameRate, MonotonicClock, RawPicture, Size, Wish,
};
use backlot_v4l2::Fourcc;
use backlot_v4l2::V4l2CameraOpener;
use std::error::Error;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize, otherwise: &str| {
        arguments.get(index).cloned().unwrap_or_else(|| otherwise.to_owned())
    };
    let size: Size = argument(1, "1280x720").parse()?;
    let rate: FrameRate = argument(2, "30").parse()?;
    let seconds: f64 = argument(3, "3").parse()?;
    let mut opener = V4l2CameraOpener::new(argument(0, "auto"));
    if let Some(&[a, b, c, d]) = arguments.get(4).map(|text| text.as_bytes()) {
        opener = opener.with_format(Fourcc([a, b, c, d]));
    }
    let wish = Wish { size, rate };
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        if let Err(error) = watch(&mut opener, &wish, until) {
            println!("{error} ({:?})", error.recovery());
            if error.recovery() == backlot_media::Recovery::Fatal {
                return Err(error.into());
            }
            std::thread::sleep(Duration::from_millis(250));
        }
    }
    Ok(())
}

fn watch(
    opener: &mut V4l2CameraOpener,
    wish: &Wish,
    until: Instant,
) -> Result<(), backlot_media::StreamError> {
    let began = Instant::now();
    let mut camera = opener.open(wish)?;
    let mode = camera.mode();
    println!("{}: {mode}, {}, opened in {:.1?}", opener.name(), mode.color, began.elapsed());
    let (start, mut pictures, mut age) = (Instant::now(), 0_u32, Duration::ZERO);
    let mut allocations = 0;
    let mut outcome = Ok(());
    while Instant::now() < until && outcome.is_ok() {
        let mut take = |picture: RawPicture<'_>| {
            age += MonotonicClock.now().since(picture.time);
            if pictures == 0 {
                let start = &picture.bytes[..picture.bytes.len().min(8)];
                println!("{} bytes, stride {}, {start:02x?}", picture.bytes.len(), picture.stride);
            }
            pictures += 1;
        };
        let mut waited = Ok(Delivery::Nothing);
        let wait = Duration::from_millis(500);
        let taken = allocation_counter::measure(|| waited = camera.next(wait, &mut take));
        allocations += if pictures > 1 && waited.is_ok() { taken.count_total } else { 0 };
        match waited {
            Ok(Delivery::Nothing) => println!("nothing for half a second"),
            Ok(Delivery::Picture) => {}
            Err(error) => outcome = Err(error),
        }
    }
    let rate = f64::from(pictures) / start.elapsed().as_secs_f64();
    let age = age / pictures.max(1);
    println!("{pictures} pictures, {rate:.1} fps, {age:.1?} old, {:?}", camera.tally());
    println!("{allocations} allocations after the first picture");
    outcome
}
