//! A view of a camera's picture, scaled or a part of it, of which only what is wanted is scaled and made.

use super::trays::{Trays, subtract};
use backlot_kernels::{Level, Scaler};
use backlot_matte::glance_divisor;
use backlot_media::{ColorSpace, Frame, PixelFormat, Rect, Size, Tiles, View, Window};
use backlot_mjpeg::Negative;
use std::ops::Range;

/// The side of the tiles in which a view is made.
pub(super) const TILE: u32 = 16;

/// What a view's sides are divided by where it is only looked at.
const DIVISORS: [u32; 3] = [1, 2, 4];

/// Makes a view of pictures of one form.
pub(super) struct Enlarger {
    scaler: Scaler,
    /// The camera's picture in full, as far as the view was made from it.
    full: Frame,
    made: Tiles,
    /// The tiles of the view that are asked for and not made yet.
    missing: Tiles,
    /// The view to look at, by [`DIVISORS`], where it comes from less than the picture in full.
    sketches: [Option<Sketch>; 3],
}

/// A view to look at, made from a small size of the picture.
struct Sketch {
    /// What the picture's sides are divided by.
    divisor: u32,
    scaler: Scaler,
    frame: Frame,
    missing: Tiles,
    made: Tiles,
}

/// The columns and rows of a picture from which a view with its sides divided by `by` is made. Its last pixels may lie
/// beyond the view.
fn extent(view: View, by: u32) -> (f32, f32) {
    let small = view.size.divided(by);
    let length = |length: f32, small: u32, side: u32| length * (by * small) as f32 / side as f32;
    let width = length(view.window.width, small.width, view.size.width);
    (width, length(view.window.height, small.height, view.size.height))
}

/// What a picture's sides can be divided by so that a view with its sides divided by `by` still has no more pixels; nothing
/// where it takes all of them.
fn source_of(view: View, by: u32) -> Option<u32> {
    let (size, (width, height)) = (view.size.divided(by), extent(view, by));
    let is_enough = |divisor: &u32| {
        let divisor = *divisor as f32;
        width >= size.width as f32 * divisor && height >= size.height as f32 * divisor
    };
    [4, 2].into_iter().find(is_enough)
}

/// Whether a view costs less if it is made in part: where motion is looked for in the quarter picture, which costs next to
/// nothing. Half the size of all of it takes about as long as the whole.
pub(super) fn pays(view: View) -> bool {
    source_of(view, glance_divisor(view.size)) == Some(4)
}

impl Sketch {
    /// The view with its sides divided by `by`, from the smallest size of the picture that has as many pixels.
    fn new(native: Size, view: View, by: u32, (color, level): (ColorSpace, Level)) -> Option<Self> {
        let (size, (width, height)) = (view.size.divided(by), extent(view, by));
        let divisor = source_of(view, by)?;
        let Window { x, y, .. } = view.window;
        let [x, y, width, height] = [x, y, width, height].map(|v| v / divisor as f32);
        let from = (native.divided(divisor), Window { x, y, width, height });
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.color = color;
        let tiles = Tiles::new(size, (TILE, TILE));
        let scaler = Scaler::placed(from, (size, size.rect()), level);
        Some(Self { divisor, scaler, frame, missing: tiles.clone(), made: tiles })
    }

    /// Makes some columns and rows of it, if that is possible.
    fn make(
        &mut self,
        (trays, negative): (&mut Trays, &mut Negative),
        columns: Range<u32>,
        rows: Range<u32>,
    ) -> Option<()> {
        let Self { divisor, scaler, frame, missing, made } = self;
        missing.clear();
        missing.mark(columns, rows);
        let Some(wanted) = around(missing) else { return Some(()) };
        if !subtract(missing, made) {
            return Some(());
        }
        let source = if *divisor == 4 {
            trays.make_quarter(negative)?
        } else {
            let Rect { x, y, width, height } = scaler.reads(wanted);
            let (columns, rows) = (2 * x..2 * (x + width), 2 * y..2 * (y + height));
            trays.make_half(negative, columns, rows)?
        };
        missing.each_run(|part| scaler.run_part(source, part, frame));
        made.mark_touched(missing);
        Some(())
    }
}

/// The smallest rectangle that holds all marked tiles.
fn around(tiles: &Tiles) -> Option<Rect> {
    let mut all: Option<Rect> = None;
    tiles.each_run(|run| {
        let one = all.unwrap_or(run);
        let (x, y) = (one.x.min(run.x), one.y.min(run.y));
        let width = (one.x + one.width).max(run.x + run.width) - x;
        let height = (one.y + one.height).max(run.y + run.height) - y;
        all = Some(Rect { x, y, width, height });
    });
    all
}

impl Enlarger {
    /// Makes a view of pictures of a size, with units of so many columns and rows.
    pub fn new(
        (native, unit): (Size, (u32, u32)),
        view: View,
        color: ColorSpace,
        level: Level,
    ) -> Self {
        let to = (view.size, view.size.rect());
        Self {
            scaler: Scaler::placed((native, view.window), to, level),
            full: Frame::new(PixelFormat::I420, native),
            made: Tiles::new(native, unit),
            missing: Tiles::new(view.size, (TILE, TILE)),
            sketches: DIVISORS.map(|by| Sketch::new(native, view, by, (color, level))),
        }
    }

    /// There is another picture, of which nothing is made.
    pub fn clear(&mut self, marker: Option<[u8; 3]>) {
        self.made.clear();
        self.sketches.iter_mut().flatten().for_each(|sketch| sketch.made.clear());
        if let Some(marker) = marker {
            self.full.yuv_mut().into_iter().zip(marker).for_each(|(mut plane, v)| plane.fill(v));
        }
    }

    /// Makes those of the wanted tiles of the view that `made` doesn't have.
    pub fn make(
        &mut self,
        (trays, negative): (&mut Trays, &mut Negative),
        (frame, made): (&mut Frame, &mut Tiles),
        want: impl FnOnce(&mut Tiles),
    ) {
        let Self { scaler, full, made: made_in_full, missing, .. } = self;
        missing.clear();
        want(missing);
        if !subtract(missing, made) {
            return;
        }
        let is_there = trays.make_full(negative, (full, made_in_full), |wanted| {
            missing.each_run(|part| {
                let Rect { x, y, width, height } = scaler.reads(part);
                wanted.mark(x..x + width, y..y + height);
            });
        });
        if is_there {
            missing.each_run(|part| scaler.run_part(full, part, frame));
            made.mark_touched(missing);
        }
    }

    /// Makes some columns and rows of the view with its sides divided by 1, 2 or 4, to look at. Returns what the sides
    /// of the picture were divided by; nothing where it takes all of it.
    pub fn sketch(
        &mut self,
        source: (&mut Trays, &mut Negative),
        divisor: u32,
        columns: Range<u32>,
        rows: Range<u32>,
    ) -> Option<u32> {
        let at = DIVISORS.iter().position(|known| *known == divisor)?;
        let sketch = self.sketches[at].as_mut()?;
        sketch.make(source, columns, rows)?;
        Some(sketch.divisor)
    }

    /// What was made with the view's sides divided by 1, 2 or 4.
    pub fn small(&self, divisor: u32) -> Option<&Frame> {
        let at = DIVISORS.iter().position(|known| *known == divisor)?;
        let sketch = self.sketches[at].as_ref();
        sketch.filter(|sketch| sketch.made.share() > 0.0).map(|sketch| &sketch.frame)
    }

    /// The share of the picture that was made in full.
    pub fn share(&self) -> f32 {
        self.made.share()
    }
}
