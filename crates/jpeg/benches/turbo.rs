//! Times of this decoder beside libjpeg-turbo's, in one run, by turns, of one thread: `cargo bench -p backlot-jpeg`.
//!
//! The pictures are frames of real footage, where `BACKLOT_SHARED` names the folder that has it and ffmpeg is there;
//! else they are drawn. A number behind `--` says how many times each is decoded.

use backlot_generators::{Presenter, PresenterSpec};
use backlot_jpeg::{Decoder, Level, McuMask, Picture, PlaneMut, Scale};
use backlot_launch::{Limits, Order};
use backlot_media::{ColorSpace, Frame, FrameRate, PixelFormat, Size};
use rustix::time::{ClockId, clock_gettime};
use std::io::Read;
use turbojpeg::{Compressor, Decompressor, Subsamp, YuvImage};

/// What pictures of a row are like.
struct Row {
    name: &'static str,
    clip: &'static str,
    size: (usize, usize),
    subsampling: Subsamp,
    /// Bytes of a picture, about.
    bytes: usize,
    /// Grey levels by which noise changes pixels at most.
    noise: usize,
}

const LIVING_ROOM: &str = "livingroom-woman-1280x720.mp4";
const BEDROOM: &str = "bedroom-two-children-960x540.mp4";

const fn row(
    name: &'static str,
    clip: &'static str,
    size: (usize, usize),
    subsampling: Subsamp,
    bytes: usize,
    noise: usize,
) -> Row {
    Row { name, clip, size, subsampling, bytes, noise }
}

const HD: (usize, usize) = (1280, 720);
const ROWS: [Row; 8] = [
    row("4:2:2 50 kB", LIVING_ROOM, HD, Subsamp::Sub2x1, 50_000, 0),
    row("4:2:2 91 kB, noise", LIVING_ROOM, HD, Subsamp::Sub2x1, 91_000, 4),
    row("4:2:2 160 kB, noise", LIVING_ROOM, HD, Subsamp::Sub2x1, 160_000, 5),
    row("4:2:0 90 kB", LIVING_ROOM, HD, Subsamp::Sub2x2, 90_000, 0),
    row("4:2:0 90 kB, noise", BEDROOM, HD, Subsamp::Sub2x2, 90_000, 3),
    row("4:2:0 160 kB", LIVING_ROOM, HD, Subsamp::Sub2x2, 160_000, 0),
    row("1080p 4:2:2 202 kB", LIVING_ROOM, (1920, 1080), Subsamp::Sub2x1, 202_000, 3),
    row("2160p 4:2:2 719 kB", LIVING_ROOM, (3840, 2160), Subsamp::Sub2x1, 719_000, 3),
];

/// Pictures of a row.
const PICTURES: usize = 4;

/// Columns and rows, and the planes of 4:2:0.
struct Planes {
    size: (usize, usize),
    planes: [Vec<u8>; 3],
}

fn footage(row: &Row) -> Option<Vec<Planes>> {
    let folder = std::env::var_os("BACKLOT_SHARED")?;
    let path = std::path::Path::new(&folder).join("footage/clips").join(row.clip);
    let (width, height) = row.size;
    let scale = format!("scale={width}:{height}:out_range=full");
    let mut order = Order::new("ffmpeg", Limits::WORK);
    order.args(["-v", "error", "-i"]).args([path]);
    order.args(["-vf", &format!("select='not(mod(n,12))',{scale}"), "-vsync", "0"]);
    order.args(["-frames:v", &PICTURES.to_string(), "-pix_fmt", "yuvj420p"]);
    order.args(["-f", "rawvideo", "-"]).with_output();
    let mut bytes = Vec::new();
    let mut child = order.start().ok()?;
    child.output()?.read_to_end(&mut bytes).ok()?;
    let (luma, chroma) = (width * height, width * height / 4);
    let frames = bytes.chunks_exact(luma + 2 * chroma).map(|frame| {
        let (y, rest) = frame.split_at(luma);
        let (u, v) = rest.split_at(chroma);
        Planes { size: row.size, planes: [y.to_vec(), u.to_vec(), v.to_vec()] }
    });
    let frames: Vec<_> = frames.collect();
    (!frames.is_empty()).then_some(frames)
}

fn drawn(row: &Row) -> Vec<Planes> {
    let size = Size { width: row.size.0 as u32, height: row.size.1 as u32 };
    let spec = PresenterSpec::default();
    let mut presenter = Presenter::new(&spec, size, FrameRate::FPS_30, ColorSpace::JPEG);
    let mut frame = Frame::new(PixelFormat::I420, size);
    let draw = |index: usize| {
        presenter.draw(12 * index as u64, &mut frame, None);
        let plane = |index: usize| frame.plane(index).rows().flatten().copied().collect();
        Planes { size: row.size, planes: [plane(0), plane(1), plane(2)] }
    };
    (0..PICTURES).map(draw).collect()
}

impl Planes {
    fn add_noise(&mut self, most: usize) {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for value in &mut self.planes[0] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let noise = (state >> 20) as usize % (2 * most + 1);
            *value = (usize::from(*value) + noise).saturating_sub(most).min(255) as u8;
        }
    }

    fn encode(&self, subsampling: Subsamp, quality: i32) -> Vec<u8> {
        let (width, height) = self.size;
        let mut pixels = self.planes[0].clone();
        let times = if subsampling == Subsamp::Sub2x1 { 2 } else { 1 };
        for plane in &self.planes[1..] {
            for row in plane.chunks_exact(width / 2) {
                (0..times).for_each(|_| pixels.extend(row));
            }
        }
        let mut codec = Compressor::new().expect("the codec can be set up");
        codec.set_quality(quality).expect("a quality");
        let image = YuvImage { pixels: &pixels[..], width, align: 1, height, subsamp: subsampling };
        codec.compress_yuv_to_vec(image).expect("planes can be encoded")
    }
}

/// The pictures of a row, encoded as large as it says, and their quality.
fn pictures(row: &Row) -> (Vec<Vec<u8>>, i32) {
    let mut frames = footage(row).unwrap_or_else(|| drawn(row));
    frames.iter_mut().for_each(|frame| frame.add_noise(row.noise));
    let (mut low, mut high) = (5, 99);
    while low < high {
        let quality = (low + high) / 2;
        if frames[0].encode(row.subsampling, quality).len() < row.bytes {
            low = quality + 1;
        } else {
            high = quality;
        }
    }
    (frames.iter().map(|frame| frame.encode(row.subsampling, low)).collect(), low)
}

/// Milliseconds of this thread.
fn time(work: impl FnOnce()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let start = now();
    work();
    now() - start
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Where our pictures are written.
struct Memory {
    full: Vec<(Vec<u8>, usize)>,
    quarter: Vec<(Vec<u8>, usize)>,
}

impl Memory {
    fn new(picture: &Picture<'_>) -> Self {
        let planes = |divisor| {
            let plane = |index| {
                let (width, height) = picture.plane_size(index, divisor);
                let stride = width.next_multiple_of(64);
                (vec![0; stride * height], stride)
            };
            (0..picture.planes()).map(plane).collect()
        };
        Self { full: planes(1), quarter: planes(4) }
    }
}

fn lend(planes: &mut [(Vec<u8>, usize)]) -> [PlaneMut<'_>; 3] {
    let [y, u, v] = planes else { unreachable!("the pictures have three planes") };
    [y, u, v].map(|(bytes, stride)| PlaneMut { bytes, stride: *stride })
}

/// A share of the units, in hundredths: those near the middle of the lower edge, where a person is.
fn mask(picture: &Picture<'_>, share: usize) -> McuMask {
    let (across, down) = picture.units();
    let mut units: Vec<_> =
        (0..across * down).map(|place| (place % across, place / across)).collect();
    units.sort_by_key(|&(x, y)| {
        let (x, y) = (2 * x as i64 - across as i64, down as i64 - y as i64);
        x * x * 3 * down as i64 / across as i64 + y * y * across as i64 / down as i64
    });
    let mut mask = McuMask::new(across, down);
    for &(x, y) in &units[..units.len() * share / 100] {
        mask.set(x, y, true);
    }
    mask
}

/// Shares of units at full size; each but all of them with a quarter of the whole picture.
const SHARES: [usize; 4] = [100, 40, 25, 0];

fn measure(row: &Row, rounds: usize) {
    let (pictures, quality) = pictures(row);
    let mut ours = Decoder::new(Level::best());
    let mut turbo = Decompressor::new().expect("the codec can be set up");
    let picture = ours.read(&pictures[0]).expect("the picture is whole");
    let mut memory = Memory::new(&picture);
    let masks = SHARES.map(|share| mask(&picture, share));
    let (width, height) = row.size;
    let bytes = turbojpeg::yuv_pixels_len(width, 64, height, row.subsampling);
    let mut pixels = vec![0; bytes.expect("a size")];
    let mut times: [Vec<f64>; 6] = Default::default();
    for round in 0..rounds {
        let jpeg = &pictures[round % pictures.len()];
        times[0].push(time(|| {
            let (pixels, subsamp) = (&mut pixels[..], row.subsampling);
            let image = YuvImage { pixels, width, align: 64, height, subsamp };
            turbo.decompress_to_yuv(jpeg, image).expect("the picture is whole");
        }));
        for (share, mask) in masks.iter().enumerate() {
            times[1 + share].push(time(|| {
                let picture = ours.read(jpeg).expect("the picture is whole");
                let written = if SHARES[share] < 100 {
                    picture.quarter(&mut lend(&mut memory.quarter))
                } else {
                    Ok(())
                };
                let blocks = picture.blocks(mask, Scale::Full, &mut lend(&mut memory.full));
                written.and(blocks).expect("the planes fit");
            }));
        }
        times[5].push(time(|| {
            ours.read(jpeg).expect("the picture is whole");
        }));
    }
    let [turbo, full, forty, twenty, quarter, read] = times.map(median);
    println!(
        "{:20} {:4} kB q{quality:<2} {turbo:6.2} {full:6.2} {forty:6.2} {twenty:6.2} {quarter:6.2} {read:6.2}   \
         {:.2} / {:.2} / {:.2} / {:.2}",
        row.name,
        pictures[0].len() / 1000,
        turbo / full,
        turbo / forty,
        turbo / twenty,
        turbo / quarter,
    );
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(60);
    println!(
        "{:35} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}   turbo's time to ours\nms{:33} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}   full / 40 % / 25 % / quarter",
        "", "turbo", "full", "40 %", "25 %", "1/4", "read", "", "", "", "+ 1/4", "+ 1/4", "", ""
    );
    ROWS.iter().for_each(|row| measure(row, rounds));
}
