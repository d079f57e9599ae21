//! A camera's picture on its way from what was coded to pixels: only those that somebody asks for are made.

use crate::plan::Made;
use backlot_guard::Unjudged;
use backlot_kernels::{Converter, Level};
use backlot_media::{
    ColorSpace, Frame, FramePool, Latent, PixelFormat, Rect, Size, Tiles, Timestamp, Window,
};
use backlot_mjpeg::{Negative, Scale};
use std::time::{Duration, Instant};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// What pixels that were not made look like where it would be noticed: a colour that no camera sees.
const MARKER: [u8; 3] = [120, 240, 240];

/// Makes pictures of one camera, in a colour space.
pub(crate) struct Darkroom {
    color: ColorSpace,
    level: Level,
    trays: Option<Trays>,
    /// For pictures that are always made in whole.
    plain: Option<FramePool>,
    all: Option<Tiles>,
    /// What it has cost so far.
    time: Duration,
    /// The shares of the pictures that were made so far, and how many these are.
    shares: (f64, u32),
    /// What the sizes were divided by at which the last picture was looked at.
    divisor: u32,
}

/// Memory for pictures of one form.
struct Trays {
    form: (PixelFormat, Size, (u32, u32)),
    pool: FramePool,
    full: Tray,
    half: Tray,
    quarter: Tray,
    /// The tiles that are asked for and not made yet.
    missing: Tiles,
    made: Option<Box<Tiles>>,
    made_at_half: Tiles,
    is_quarter_made: bool,
}

/// A picture at one size: as it was coded, and as it is wanted.
struct Tray {
    coded: Frame,
    convert: Converter,
    /// Nothing where it is somebody else's.
    frame: Option<Frame>,
}

impl Tray {
    fn new(format: PixelFormat, size: Size, color: ColorSpace, level: Level) -> Self {
        let mut coded = Frame::new(format, size);
        coded.color = ColorSpace::JPEG;
        let (from, to) = ((format, ColorSpace::JPEG), (PixelFormat::I420, color));
        Self { coded, convert: Converter::new(from, to, size, level), frame: None }
    }

    fn with_frame(mut self) -> Self {
        self.frame = Some(Frame::new(PixelFormat::I420, self.coded.size()));
        self
    }
}

impl Trays {
    fn new(form: (PixelFormat, Size, (u32, u32)), color: ColorSpace, level: Level) -> Self {
        let (format, size, unit) = form;
        let tray = |divisor| Tray::new(format, size.divided(divisor), color, level);
        Self {
            form,
            pool: FramePool::new(PixelFormat::I420, size, POOLED_FRAMES),
            full: tray(1),
            half: tray(2).with_frame(),
            quarter: tray(4).with_frame(),
            missing: Tiles::new(size, unit),
            made: None,
            made_at_half: Tiles::new(size, unit),
            is_quarter_made: false,
        }
    }

    /// Leaves those of the missing tiles that `made` doesn't have. Returns whether there are any.
    fn subtract(missing: &mut Tiles, made: &Tiles) -> bool {
        let mut any = false;
        for y in 0..made.size().1 {
            for (missing, made) in missing.row_mut(y).iter_mut().zip(made.row(y)) {
                *missing &= !made;
                any |= *missing;
            }
        }
        any
    }
}

/// Calls with the pixels of each run of marked tiles.
fn each_run(tiles: &Tiles, mut run: impl FnMut(Rect)) {
    for y in 0..tiles.size().1 {
        tiles.runs(y, true).for_each(|tiles_in_row| run(tiles.pixels(&tiles_in_row, y)));
    }
}

impl Darkroom {
    /// Makes pictures in a colour space.
    pub const fn new(color: ColorSpace, level: Level) -> Self {
        let (time, shares) = (Duration::ZERO, (0.0, 0));
        Self { color, level, trays: None, plain: None, all: None, time, shares, divisor: 1 }
    }

    /// What it has cost so far.
    pub const fn time(&self) -> Duration {
        self.time
    }

    /// How far pictures were made so far; `None` if there was none.
    pub fn made(&self) -> Option<Made> {
        let ((sum, count), divisor) = (self.shares, self.divisor);
        (count > 0).then(|| Made { share: sum / f64::from(count), divisor })
    }

    /// Takes the next picture in. Nothing of it is made yet.
    pub fn begin(&mut self, negative: &Negative) -> Unjudged {
        let form = (negative.format(), negative.size(), negative.unit());
        let trays = match self.trays.take() {
            Some(trays) if trays.form == form => trays,
            _ => Trays::new(form, self.color, self.level),
        };
        let trays = self.trays.insert(trays);
        trays.is_quarter_made = false;
        trays.made_at_half.clear();
        let mut made = trays.made.take().unwrap_or_else(|| Box::new(Tiles::new(form.1, form.2)));
        made.clear();
        let mut frame = trays.pool.take();
        if cfg!(debug_assertions) {
            frame.yuv_mut().into_iter().zip(MARKER).for_each(|(mut plane, v)| plane.fill(v));
        }
        (frame.time, frame.sequence, frame.color) = (negative.time, negative.sequence, self.color);
        Unjudged::in_part(frame, made)
    }

    /// The present picture at a quarter of its width and height, if that was made.
    pub fn quarter(&self) -> Option<&Frame> {
        let trays = self.trays.as_ref().filter(|trays| trays.is_quarter_made);
        trays.and_then(|trays| trays.quarter.frame.as_ref())
    }

    /// Makes all of a picture, as it is coded.
    pub fn whole(&mut self, negative: &mut Negative) -> Option<Frame> {
        let start = Instant::now();
        let form = (negative.format(), negative.size());
        let fits = |pool: &&FramePool| (pool.layout().format(), pool.layout().size()) == form;
        if self.plain.as_ref().filter(fits).is_none() {
            self.plain = Some(FramePool::new(form.0, form.1, POOLED_FRAMES));
            self.all = Some(Tiles::new(form.1, negative.unit()));
        }
        let (pool, all) = (self.plain.as_ref()?, self.all.as_mut()?);
        if all.tile() != negative.unit() {
            *all = Tiles::new(form.1, negative.unit());
        }
        all.fill();
        let mut frame = pool.take();
        let is_made = negative.tiles(all, Scale::Full, &mut frame);
        (frame.time, frame.sequence) = (negative.time, negative.sequence);
        frame.color = ColorSpace::JPEG;
        self.time += start.elapsed();
        (self.shares.0, self.shares.1) = (self.shares.0 + 1.0, self.shares.1 + 1);
        is_made.then_some(frame)
    }

    /// A picture is done: no more of it will be made.
    pub fn end(&mut self, picture: &mut Unjudged) {
        let Some(made) = picture.settle() else { return };
        self.shares.0 += f64::from(made.share());
        self.shares.1 += 1;
        if let Some(trays) = &mut self.trays
            && (made.picture(), made.tile()) == (trays.form.1, trays.form.2)
        {
            trays.made = Some(made);
        }
    }
}

/// A picture, and what it is made from where that isn't done.
pub(crate) struct Exposure<'a> {
    pub picture: &'a mut Unjudged,
    pub negative: Option<&'a mut Negative>,
    pub darkroom: &'a mut Darkroom,
}

impl Exposure<'_> {
    /// Makes the missing tiles of what `want` marks.
    fn make(&mut self, want: impl FnOnce(&mut Tiles)) {
        let start = Instant::now();
        let (Some(negative), Some(trays)) = (&mut self.negative, &mut self.darkroom.trays) else {
            return;
        };
        let Trays { missing, full, .. } = trays;
        self.picture.make(|frame, made| {
            missing.clear();
            want(missing);
            if !Trays::subtract(missing, made)
                || !negative.tiles(missing, Scale::Full, &mut full.coded)
            {
                return;
            }
            (full.coded.time, full.coded.sequence) = (frame.time, frame.sequence);
            each_run(missing, |part| full.convert.run_part(&full.coded, part, frame));
            made.mark_touched(missing);
        });
        self.darkroom.time += start.elapsed();
    }

    /// Whether it may be made in part.
    fn is_latent(&self) -> bool {
        self.negative.is_some() && self.darkroom.trays.is_some() && self.picture.made().is_some()
    }

    /// Makes the tiles of a window at half size, and returns whether that is possible.
    fn make_half(&mut self, window: Window) -> bool {
        let start = Instant::now();
        let (Some(negative), Some(trays)) = (&mut self.negative, &mut self.darkroom.trays) else {
            return false;
        };
        let Trays { missing, half, made_at_half, .. } = trays;
        let side = |from: f32, length: f32| {
            (from - 4.0).max(0.0) as u32..(from + length + 4.0).ceil() as u32
        };
        missing.clear();
        missing.mark(side(window.x, window.width), side(window.y, window.height));
        if Trays::subtract(missing, made_at_half) {
            if !negative.tiles(missing, Scale::Half, &mut half.coded) {
                return false;
            }
            let Some(frame) = &mut half.frame else { return false };
            let size = frame.size();
            each_run(missing, |part| {
                let (x, y) = (part.x / 2, part.y / 2);
                let width = part.width.div_ceil(2).min(size.width - x);
                let height = part.height.div_ceil(2).min(size.height - y);
                half.convert.run_part(&half.coded, Rect { x, y, width, height }, frame);
            });
            made_at_half.mark_touched(missing);
        }
        self.darkroom.divisor = 2;
        self.darkroom.time += start.elapsed();
        true
    }

    /// What was made at another size, or all of it in full.
    fn small(&mut self, is_small: bool, tray: impl FnOnce(&Trays) -> &Tray) -> &Frame {
        if !is_small {
            self.darkroom.divisor = 1;
            self.make(Tiles::fill);
        }
        let tray = self.darkroom.trays.as_ref().map(tray);
        let frame = tray.and_then(|tray| tray.frame.as_ref());
        frame.filter(|_| is_small).unwrap_or_else(|| self.picture.look())
    }

    /// Makes all of it at a quarter of its width and height, and returns whether that is possible.
    pub fn make_quarter(&mut self) -> bool {
        if !self.is_latent() {
            return false;
        }
        let start = Instant::now();
        let (Some(negative), Some(trays)) = (&self.negative, &mut self.darkroom.trays) else {
            return false;
        };
        let Trays { quarter, is_quarter_made, .. } = trays;
        let Some(frame) = &mut quarter.frame else { return false };
        if !*is_quarter_made {
            *is_quarter_made = negative.quarter(&mut quarter.coded);
            quarter.convert.run(&quarter.coded, frame);
        }
        let is_made = *is_quarter_made;
        self.darkroom.divisor = 4;
        self.darkroom.time += start.elapsed();
        is_made
    }
}

impl Latent for Exposure<'_> {
    fn size(&self) -> Size {
        self.picture.look().size()
    }

    fn time(&self) -> Timestamp {
        self.picture.look().time
    }

    fn sequence(&self) -> u64 {
        self.picture.look().sequence
    }

    fn whole(&mut self) -> &Frame {
        self.make(Tiles::fill);
        self.picture.look()
    }

    fn tiles(&mut self, wanted: &Tiles) -> &Frame {
        self.make(|missing| missing.mark_touched(wanted));
        self.picture.look()
    }

    fn quarter(&mut self) -> &Frame {
        let is_small = !self.picture.is_whole() && self.make_quarter();
        self.small(is_small, |trays| &trays.quarter)
    }

    fn half(&mut self, window: Window) -> &Frame {
        let is_small = !self.picture.is_whole() && self.is_latent() && self.make_half(window);
        self.small(is_small, |trays| &trays.half)
    }
}

/// A camera's picture: as pixels, or as it was coded, to be made as far as it is wanted.
#[derive(Debug)]
pub enum Exposed {
    /// In any size and format.
    Frame(Frame),
    /// Of any size.
    Negative(Negative),
}

impl Exposed {
    /// Sets when it was taken, and its number.
    pub(crate) const fn tag(&mut self, time: Timestamp, sequence: u64) {
        match self {
            Self::Frame(frame) => (frame.time, frame.sequence) = (time, sequence),
            Self::Negative(negative) => (negative.time, negative.sequence) = (time, sequence),
        }
    }
}

impl From<Frame> for Exposed {
    fn from(frame: Frame) -> Self {
        Self::Frame(frame)
    }
}
