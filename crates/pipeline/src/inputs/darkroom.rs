//! A camera's picture on its way from what was coded to pixels: only those that somebody asks for are made.

use super::enlarger::{Enlarger, TILE, pays};
use super::trays::Trays;
use crate::plan::Made;
use backlot_guard::Unjudged;
use backlot_kernels::{Level, Means};
use backlot_media::{
    ColorSpace, Frame, FramePool, Latent, PixelFormat, Size, Tiles, Timestamp, View, Window,
};
use backlot_mjpeg::{Negative, Scale};
use std::ops::Range;
use std::time::{Duration, Instant};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// What pixels that were not made look like where it would be noticed: a colour that no camera sees.
const MARKER: [u8; 3] = [120, 240, 240];

/// Makes pictures of one camera, in a colour space, in the form in which layers want them.
pub(crate) struct Darkroom {
    color: ColorSpace,
    level: Level,
    view: View,
    pool: FramePool,
    trays: Option<Trays>,
    /// Where the view isn't the picture as it is.
    enlarger: Option<Enlarger>,
    made: Option<Box<Tiles>>,
    /// Small sizes of pictures that come in pixels, and whether the present one is looked at so.
    means: Option<Means>,
    is_raw: bool,
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

impl Darkroom {
    /// Makes pictures of a view in a colour space.
    pub fn new(view: View, color: ColorSpace, level: Level) -> Self {
        Self {
            color,
            level,
            view,
            pool: FramePool::new(PixelFormat::I420, view.size, POOLED_FRAMES),
            trays: None,
            enlarger: None,
            made: None,
            means: None,
            is_raw: false,
            plain: None,
            all: None,
            time: Duration::ZERO,
            shares: (0.0, 0),
            divisor: 1,
        }
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

    /// Takes in a picture that is there. Whoever only looks at a raw one sees the means of its blocks.
    pub fn note(&mut self, is_raw: bool) {
        self.is_raw = is_raw;
        self.means.iter_mut().for_each(Means::clear);
    }

    /// Whether pictures of a size are made in part.
    pub fn develops(&self, native: Size) -> bool {
        self.view == View::whole(native) || pays(self.view)
    }

    /// Takes the next picture in. Nothing of it is made yet.
    pub fn begin(&mut self, negative: &Negative) -> Unjudged {
        self.is_raw = false;
        let form = (negative.format(), negative.size(), negative.unit());
        let (view, color, level) = (self.view, self.color, self.level);
        if self.trays.as_ref().is_none_or(|trays| trays.form() != form) {
            self.trays = Some(Trays::new(form, color, level));
            let is_scaled = view != View::whole(form.1);
            let source = (form.1, form.2);
            self.enlarger = is_scaled.then(|| Enlarger::new(source, view, color, level));
        }
        let marker = cfg!(debug_assertions).then_some(MARKER);
        self.trays.iter_mut().for_each(Trays::clear);
        self.enlarger.iter_mut().for_each(|enlarger| enlarger.clear(marker));
        let unit = if self.enlarger.is_some() { (TILE, TILE) } else { form.2 };
        let kept = self.made.take().filter(|made| made.tile() == unit);
        let mut made = kept.unwrap_or_else(|| Box::new(Tiles::new(view.size, unit)));
        made.clear();
        let mut frame = self.pool.take();
        if let Some(marker) = marker {
            frame.yuv_mut().into_iter().zip(marker).for_each(|(mut plane, v)| plane.fill(v));
        }
        (frame.time, frame.sequence, frame.color) = (negative.time, negative.sequence, color);
        Unjudged::in_part(frame, made)
    }

    /// The present picture at a quarter of its width and height, if that was made.
    pub fn quarter(&self) -> Option<&Frame> {
        self.small(4)
    }

    /// What was made of the present picture with its sides divided by 1, 2 or 4, to look at.
    fn small(&self, divisor: u32) -> Option<&Frame> {
        match &self.enlarger {
            Some(enlarger) => enlarger.small(divisor),
            None => self.trays.as_ref().and_then(|trays| trays.small(divisor)),
        }
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
        let share = self.enlarger.as_ref().map_or_else(|| made.share(), Enlarger::share);
        self.shares.0 += f64::from(share);
        self.shares.1 += 1;
        self.made = Some(made);
    }
}

/// The columns and rows of a window, and so many more on each side.
fn around(window: Window, more: u32) -> (Range<u32>, Range<u32>) {
    let more = more as f32;
    let side = |from: f32, length: f32| {
        (from - more).max(0.0) as u32..(from + length + more).ceil() as u32
    };
    (side(window.x, window.width), side(window.y, window.height))
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
        let Darkroom { trays, enlarger, .. } = &mut *self.darkroom;
        let (Some(negative), Some(trays)) = (&mut self.negative, trays) else { return };
        self.picture.make(|frame, made| match enlarger {
            Some(enlarger) => enlarger.make((trays, negative), (frame, made), want),
            None => {
                trays.make_full(negative, (frame, made), want);
            }
        });
        self.darkroom.time += start.elapsed();
    }

    /// Makes a window of it with its sides divided by 1, 2 or 4, to look at, and returns whether it needn't be made in
    /// full for that.
    fn make_small(&mut self, divisor: u32, window: Window) -> bool {
        let start = Instant::now();
        let is_latent = self.picture.made().is_some();
        let Darkroom { trays, enlarger, .. } = &mut *self.darkroom;
        let (Some(negative), Some(trays), true) = (&mut self.negative, trays, is_latent) else {
            return false;
        };
        let (columns, rows) = around(window, 2 * divisor);
        let made = match (enlarger, divisor) {
            (Some(enlarger), _) => {
                let small = |side: Range<u32>| side.start / divisor..side.end.div_ceil(divisor);
                enlarger.sketch((trays, negative), divisor, small(columns), small(rows))
            }
            (None, 2) => trays.make_half(negative, columns, rows).map(|_| 2),
            (None, 4) => trays.make_quarter(negative).map(|_| 4),
            (None, _) => None,
        };
        self.darkroom.divisor = made.unwrap_or(1);
        self.darkroom.time += start.elapsed();
        made.is_some()
    }

    /// A window of it with its sides divided by 1, 2 or 4, to look at, or in full.
    fn look(&mut self, divisor: u32, window: Window) -> &Frame {
        if self.darkroom.is_raw {
            let Darkroom { means, view, level, .. } = &mut *self.darkroom;
            let means = means.get_or_insert_with(|| Means::new(view.size, *level));
            return means.of(self.picture.look(), divisor);
        }
        let is_small = !self.picture.is_whole() && self.make_small(divisor, window);
        if !is_small {
            self.darkroom.divisor = 1;
            let (columns, rows) = around(window, 2 * divisor);
            self.make(|missing| missing.mark(columns, rows));
        }
        let small = self.darkroom.small(divisor).filter(|_| is_small);
        small.unwrap_or_else(|| self.picture.look())
    }

    fn all(&self) -> Window {
        Window::whole(self.size())
    }

    /// Makes all of it at a quarter of its width and height, and returns whether that is possible.
    pub fn make_quarter(&mut self) -> bool {
        self.make_small(4, self.all())
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

    fn glance(&mut self, divisor: u32, window: Window) -> &Frame {
        self.look(divisor, window)
    }

    fn quarter(&mut self) -> &Frame {
        self.look(4, self.all())
    }

    fn half(&mut self, window: Window) -> &Frame {
        self.look(2, window)
    }
}

/// A camera's picture: as pixels, or as it was coded, to be made as far as it is wanted.
#[derive(Debug)]
pub enum Exposed {
    /// In any size and format, and in full for whoever looks at it.
    Frame(Frame),
    /// The same as a camera sends it: whoever only looks at it sees the means of its blocks.
    Raw(Frame),
    /// Of any size.
    Negative(Negative),
}

impl Exposed {
    /// Sets when it was taken, and its number.
    pub(crate) const fn tag(&mut self, time: Timestamp, sequence: u64) {
        match self {
            Self::Frame(frame) | Self::Raw(frame) => {
                (frame.time, frame.sequence) = (time, sequence);
            }
            Self::Negative(negative) => (negative.time, negative.sequence) = (time, sequence),
        }
    }
}

impl From<Frame> for Exposed {
    fn from(frame: Frame) -> Self {
        Self::Frame(frame)
    }
}
