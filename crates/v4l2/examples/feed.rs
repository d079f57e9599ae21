//! Feeds a virtual camera with a moving test pattern and prints what happens, one line each:
//!
//! `feed [auto|/dev/videoN|LABEL] [YUYV|YU12|NV12] [WIDTHxHEIGHT] [SECONDS] [scan]`
//!
//! Colour bars, with a white block that moves by 8 columns in each picture.

use backlot_guard::{Cleared, Script, VirtualCamera};
use backlot_media::{
    Frame, FrameRate, OutputMode, PixelFormat, Recovery, Size, StreamError, Viewers, Waker, Wish,
};
use backlot_v4l2::loopback::{Loopback, LoopbackOpener, Output};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// White, yellow, cyan, green, magenta, red, blue, black: R'G'B' at 75 %.
const BARS: [[u8; 3]; 8] = [
    [191, 191, 191],
    [191, 191, 0],
    [0, 191, 191],
    [0, 191, 0],
    [191, 0, 191],
    [191, 0, 0],
    [0, 0, 191],
    [0, 0, 0],
];

const BLOCK: u32 = 32;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        eprintln!("feed: {error}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let word =
        |index: usize, other: &'static str| arguments.get(index).map_or(other, String::as_str);
    let format = match word(1, "YUYV") {
        "YUYV" => PixelFormat::Yuyv,
        "YU12" => PixelFormat::I420,
        "NV12" => PixelFormat::Nv12,
        other => return Err(format!("'{other}' is none of YUYV, YU12, NV12").into()),
    };
    let wish = Wish { size: word(2, "1280x720").parse()?, rate: FrameRate::FPS_30 };
    let limit = Duration::from_secs(word(3, "3600").parse()?);
    let opener = LoopbackOpener::new(Output::parse(word(0, "auto")))
        .format(format)
        .scan(word(4, "") == "scan");
    let until = Instant::now() + limit;
    while Instant::now() < until {
        match feed(&opener, &wish, until) {
            Ok(()) => break,
            Err(error) if error.recovery() == Recovery::Fatal => return Err(error.into()),
            Err(error) => {
                println!("{:?}: {error}", error.recovery());
                std::thread::sleep(Duration::from_secs(1));
            }
        }
    }
    Ok(())
}

fn feed(opener: &LoopbackOpener, wish: &Wish, until: Instant) -> Result<(), StreamError> {
    let (tell, told) = channel();
    // The channel stays open where nothing reports viewers.
    let _kept = tell.clone();
    let waker: Waker = Arc::new(move || {
        let _ = tell.send(());
    });
    let mut camera = opener.open_loopback(wish, waker)?;
    let mode = camera.mode();
    let (path, detection) = (camera.path().display(), camera.detection());
    println!("{path}: {mode:?}, viewers by {detection:?}: {:?}", camera.viewers());
    let mut pattern = Pattern::new(&mode);
    let every = Duration::from_secs_f64(1.0 / mode.rate.fps());
    let (mut due, mut count) = (Instant::now(), 0_u64);
    while Instant::now() < until {
        match told.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => {
                println!("viewers: {:?} after {count} pictures", camera.viewers());
                continue;
            }
        }
        pattern.advance().map_or(Ok(()), |picture| show(&mut camera, picture))?;
        count += 1;
        // A picture a second while nobody watches.
        let idle = camera.viewers() == Viewers::Count(0);
        due = Instant::now() + if idle { Duration::from_secs(1).min(every * 30) } else { every };
    }
    println!("{count} pictures");
    Ok(())
}

fn show(camera: &mut Loopback, picture: &Cleared) -> Result<(), StreamError> {
    match camera.put(picture) {
        Err(error) if error.recovery() == Recovery::Retry => Ok(()),
        other => other,
    }
}

/// The bars, and the block on them.
struct Pattern {
    picture: Option<Cleared>,
    count: u64,
}

impl Pattern {
    fn new(mode: &OutputMode) -> Self {
        Self { picture: Some(Cleared::drawn(mode, &Script::default(), draw)), count: 0 }
    }

    fn advance(&mut self) -> Option<&Cleared> {
        let script = Script { count: self.count, ..Script::default() };
        self.count += 1;
        self.picture = self.picture.take().map(|picture| picture.redrawn(&script, draw));
        self.picture.as_ref()
    }
}

fn draw(frame: &mut Frame, script: &Script<'_>) {
    let (Size { width, height }, color) = (frame.size(), frame.color);
    for x in (0..width).step_by(2) {
        let bar = BARS[(x * 8 / width) as usize];
        for y in (0..height).step_by(2) {
            paint(frame, x, y, color.encode_rgb8(bar));
        }
    }
    let white = color.encode_rgb8([255; 3]);
    let room = u64::from(width.saturating_sub(BLOCK).max(2));
    let left = (script.count * 8 % room) as u32 & !1;
    for x in (left..(left + BLOCK).min(width)).step_by(2) {
        for y in (0..BLOCK.min(height)).step_by(2) {
            paint(frame, x, y, white);
        }
    }
}

/// Two by two pixels.
fn paint(frame: &mut Frame, x: u32, y: u32, [luma, u, v]: [u8; 3]) {
    let (x, y) = (x as usize, y as usize);
    let format = frame.format();
    for row in [y, y + 1] {
        let mut plane = frame.plane_mut(0);
        if format == PixelFormat::Yuyv {
            plane.row_mut(row)[2 * x..][..4].copy_from_slice(&[luma, u, luma, v]);
        } else {
            plane.row_mut(row)[x..][..2].fill(luma);
        }
    }
    match format {
        PixelFormat::Nv12 => frame.plane_mut(1).row_mut(y / 2)[x..][..2].copy_from_slice(&[u, v]),
        PixelFormat::I420 => {
            frame.plane_mut(1).row_mut(y / 2)[x / 2] = u;
            frame.plane_mut(2).row_mut(y / 2)[x / 2] = v;
        }
        _ => {}
    }
}
