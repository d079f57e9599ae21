//! `backlot models compare`: what each network finds in a picture, side by side.

use crate::error::Result;
use crate::sinks;
use backlot_files::{Content, Intake, PictureFormat, write_picture};
use backlot_generators::draw_caption;
use backlot_kernels::{Level, Scaler};
use backlot_matte::PersonMatte;
use backlot_media::{Frame, Matte, PixelFormat, Rect, Size, Window};
use backlot_networks::{Matting, MattingChoice, NETWORKS};
use backlot_scene::Fit;
use backlot_sources::{Wanted, read_still};
use backlot_terminal::{Progress, stdio};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The longer side of a tile, in pixels.
const TILE: u32 = 640;
/// The height of a caption, in pixels.
const CAPTION: u32 = 44;
/// What the persons stand before: luma and chroma.
const BEHIND: [u8; 3] = [110, 150, 90];
/// All of a picture, as it is.
const WHOLE: Wanted =
    Wanted { size: None, rate: None, start: Duration::ZERO, duration: None, fit: Fit::Cover };
/// How often a network looks at a picture for its time.
const RUNS: usize = 3;

/// A comparison as it was asked for.
#[derive(Clone, Debug)]
pub struct CompareRequest {
    /// The picture to look at.
    pub picture: PathBuf,
    /// The picture to write.
    pub output: PathBuf,
    /// Networks besides those that the program knows and finds.
    pub models: Vec<PathBuf>,
    /// The quality of the mattes.
    pub quality: String,
    /// Whether a file that exists is replaced.
    pub force: bool,
}

/// What one network found.
struct Found {
    caption: String,
    matte: Matte,
}

impl CompareRequest {
    /// Makes the picture.
    ///
    /// # Errors
    /// One sentence about what stopped it.
    pub fn run(&self) -> Result<()> {
        let Self { picture, output, models, force, .. } = self;
        if PictureFormat::of(output).is_none() {
            let endings = PictureFormat::ENDINGS;
            refuse!(
                "'{}' is not the name of a picture: end it with one of {endings}",
                output.display()
            );
        }
        let permit = sinks::permit(*force, models.iter().chain([picture]).map(|path| &**path));
        permit.check(output)?;
        let frame = read_still(picture, &WHOLE, &Intake::default())?;
        let known = NETWORKS.iter().filter(|network| network.is_there());
        let known = known.map(|network| OsString::from(network.name));
        let names: Vec<_> = known.chain(models.iter().map(|path| path.clone().into())).collect();
        let progress = Progress::new(Some(names.len() as u64), false);
        let mut found = Vec::new();
        for name in names {
            found.push(self.look(name, &frame)?);
            progress.advance();
        }
        progress.finish();
        let sheet = sheet(&frame, &found);
        write_picture(output, Content::Frame(&sheet), &permit)?;
        stdio::print_line(format_args!("{}: {} networks", output.display(), found.len()))?;
        Ok(())
    }

    /// Makes the matte of one network.
    fn look(&self, model: OsString, frame: &Frame) -> Result<Found> {
        let name = PathBuf::from(&model);
        let name = name.file_name().unwrap_or(&model).to_string_lossy().into_owned();
        let quality = Some(self.quality.clone());
        let asked = MattingChoice { model, quality, ..MattingChoice::default() };
        let matting = Matting::new(&asked, true)?.at_its_word();
        let (size, level) = (frame.size(), Level::best());
        let mut finder = PersonMatte::new(&matting.model, size, matting.settings, level)?;
        let mut matte = Matte::new(size);
        let mut least = Duration::MAX;
        for _ in 0..RUNS {
            finder.reset();
            let start = Instant::now();
            finder.segment(frame)?;
            finder.refine(frame, &mut matte)?;
            least = least.min(start.elapsed());
        }
        let caption = format!("{name}, {}: {:.0} ms", self.quality, 1e3 * least.as_secs_f64());
        Ok(Found { caption, matte })
    }
}

/// The picture and what each network cut out, each with a caption.
fn sheet(frame: &Frame, found: &[Found]) -> Frame {
    let Size { width, height } = frame.size();
    let scale = f64::from(TILE) / f64::from(width.max(height));
    let side = |pixels: u32| (f64::from(pixels) * scale / 2.0).round().max(1.0) as u32 * 2;
    let tile = Size { width: side(width), height: side(height) };
    let count = found.len() as u32 + 1;
    let columns = (1..=count).find(|columns| columns * columns >= count).unwrap_or(1);
    let size = Size {
        width: columns * tile.width,
        height: count.div_ceil(columns) * (tile.height + CAPTION),
    };
    let mut sheet = Frame::new(PixelFormat::I420, size);
    sheet.color = frame.color;
    let black = [frame.color.range.black(), 128, 128];
    sheet.yuv_mut().into_iter().zip(black).for_each(|(mut plane, value)| plane.fill(value));
    let mut put = |at: u32, picture: &Frame, caption: &str| {
        let place = (at % columns * tile.width, at / columns * (tile.height + CAPTION));
        put(&mut sheet, picture, caption, tile, place);
    };
    put(0, frame, "the picture");
    for (at, Found { caption, matte }) in (1..).zip(found) {
        put(at, &cut_out(frame, matte), caption);
    }
    sheet
}

/// Puts a picture and its caption on the sheet.
fn put(sheet: &mut Frame, frame: &Frame, caption: &str, tile: Size, (x, y): (u32, u32)) {
    let mut place = |frame: &Frame, rect: Rect| {
        let from = frame.size();
        let to = (sheet.size(), rect);
        Scaler::placed((from, Window::whole(from)), to, Level::best()).run(frame, sheet);
    };
    place(frame, Rect { x, y, width: tile.width, height: tile.height });
    let mut strip = Frame::new(PixelFormat::I420, Size { width: tile.width, height: CAPTION });
    strip.color = frame.color;
    draw_caption(caption, &mut strip);
    place(&strip, Rect { x, y: y + tile.height, width: tile.width, height: CAPTION });
}

/// The person before a plain colour.
fn cut_out(frame: &Frame, matte: &Matte) -> Frame {
    let mut cut = frame.clone();
    for (step, (mut plane, behind)) in
        [1, 2, 2].into_iter().zip(cut.yuv_mut().into_iter().zip(BEHIND))
    {
        for y in 0..plane.height() {
            let alphas = matte.plane();
            let alphas = alphas.row((y * step).min(alphas.height() - 1));
            for (x, value) in plane.row_mut(y).iter_mut().enumerate() {
                let alpha = u32::from(alphas[(x * step).min(alphas.len() - 1)]);
                let mixed = alpha * u32::from(*value) + (255 - alpha) * u32::from(behind);
                *value = ((mixed + 127) / 255) as u8;
            }
        }
    }
    cut
}
