//! Pixels of a coded picture in full, at a half and at a quarter of its sides, each made once and only as far as wanted.

use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, PixelFormat, Rect, Size, Tiles};
use backlot_mjpeg::{Negative, Scale};
use std::ops::Range;

/// What a picture was coded as: how, its size, and the columns and rows of the pixels that are coded together.
pub(super) type Form = (PixelFormat, Size, (u32, u32));

/// Memory for pictures of one form.
pub(super) struct Trays {
    form: Form,
    full: Tray,
    half: Tray,
    quarter: Tray,
    /// The tiles that are asked for and not made yet.
    missing: Tiles,
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

/// Leaves those of the missing tiles that `made` doesn't have. Returns whether there are any.
pub(super) fn subtract(missing: &mut Tiles, made: &Tiles) -> bool {
    let mut any = false;
    for y in 0..made.size().1 {
        for (missing, made) in missing.row_mut(y).iter_mut().zip(made.row(y)) {
            *missing &= !made;
            any |= *missing;
        }
    }
    any
}

impl Trays {
    pub fn new(form: Form, color: ColorSpace, level: Level) -> Self {
        let (format, size, unit) = form;
        let tray = |divisor| Tray::new(format, size.divided(divisor), color, level);
        Self {
            form,
            full: tray(1),
            half: tray(2).with_frame(),
            quarter: tray(4).with_frame(),
            missing: Tiles::new(size, unit),
            made_at_half: Tiles::new(size, unit),
            is_quarter_made: false,
        }
    }

    /// What its pictures were coded as.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// There is another picture, of which nothing is made.
    pub fn clear(&mut self) {
        self.is_quarter_made = false;
        self.made_at_half.clear();
    }

    /// Makes those of the wanted tiles that `made` doesn't have in full. Returns whether they are there.
    pub fn make_full(
        &mut self,
        negative: &mut Negative,
        (frame, made): (&mut Frame, &mut Tiles),
        want: impl FnOnce(&mut Tiles),
    ) -> bool {
        let Self { missing, full, .. } = self;
        missing.clear();
        want(missing);
        if !subtract(missing, made) {
            return true;
        }
        if !negative.tiles(missing, Scale::Full, &mut full.coded) {
            return false;
        }
        (full.coded.time, full.coded.sequence) = (negative.time, negative.sequence);
        missing.each_run(|part| full.convert.run_part(&full.coded, part, frame));
        made.mark_touched(missing);
        true
    }

    /// Makes some columns and rows of the picture at half its sides, if that is possible.
    pub fn make_half(
        &mut self,
        negative: &mut Negative,
        columns: Range<u32>,
        rows: Range<u32>,
    ) -> Option<&Frame> {
        let Self { missing, half, made_at_half, .. } = self;
        missing.clear();
        missing.mark(columns, rows);
        let frame = half.frame.as_mut()?;
        if subtract(missing, made_at_half) {
            if !negative.tiles(missing, Scale::Half, &mut half.coded) {
                return None;
            }
            let size = frame.size();
            missing.each_run(|part| {
                let (x, y) = (part.x / 2, part.y / 2);
                let width = part.width.div_ceil(2).min(size.width - x);
                let height = part.height.div_ceil(2).min(size.height - y);
                half.convert.run_part(&half.coded, Rect { x, y, width, height }, frame);
            });
            made_at_half.mark_touched(missing);
        }
        Some(frame)
    }

    /// Makes all of the picture at a quarter of its sides, if that is possible.
    pub fn make_quarter(&mut self, negative: &Negative) -> Option<&Frame> {
        let Self { quarter, is_quarter_made, .. } = self;
        let frame = quarter.frame.as_mut()?;
        if !*is_quarter_made {
            *is_quarter_made = negative.quarter(&mut quarter.coded);
            quarter.convert.run(&quarter.coded, frame);
        }
        is_quarter_made.then_some(&*frame)
    }

    /// What was made with the sides divided by 2 or 4.
    pub fn small(&self, divisor: u32) -> Option<&Frame> {
        match divisor {
            2 => self.half.frame.as_ref(),
            4 => self.quarter.frame.as_ref().filter(|_| self.is_quarter_made),
            _ => None,
        }
    }
}
