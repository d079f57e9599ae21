//! A still of somebody in a room that we drew.

use backlot_generators::{Presenter, PresenterSpec};
use backlot_guard::{Cleared, Look};
use backlot_kernels::{Level, Scaler};
use backlot_matte::MatteError;
use backlot_media::{
    ColorSpace, Frame, FrameRate, Matte, PixelFormat, Plane, PlaneMut, Size, View,
};
use backlot_pipeline::Keyer;
use std::sync::Arc;

/// The colours of stills.
pub(super) const COLOR: ColorSpace = ColorSpace::BT709;
/// How much of a still somebody covers.
const COVERAGE: std::ops::RangeInclusive<f64> = 0.02..=0.9;
/// The most edges of a cut for each share of it: more than that are specks.
const MOST_EDGES: f64 = 0.6;
/// Black and white in limited range.
const BLACK: i32 = 16;
const WHITE: i32 = 235;

/// Somebody in a room that we drew. There are two ways to one: the presenter, and a picture that the guard
/// cleared of somebody who is cut out; so nothing of the user's own room is ever in it.
#[derive(Debug)]
pub(crate) struct Still {
    number: u32,
    picture: Frame,
    cut: Matte,
}

impl Still {
    /// The presenter.
    pub fn presenter(size: Size) -> Self {
        let (mut picture, mut cut) = (Frame::new(PixelFormat::I420, size), Matte::new(size));
        let mut presenter =
            Presenter::new(&PresenterSpec::default(), size, FrameRate::FPS_30, COLOR);
        presenter.draw(0, &mut picture, Some(&mut cut));
        Self { number: 0, picture, cut }
    }

    /// What of a picture of [`STILL`](crate::private::STILL) is somebody, if somebody is seen in it.
    pub fn cut(seen: &Cleared) -> Option<Matte> {
        let whole = seen.size();
        let size = Size::new(whole.width / 2, whole.height / 2).ok()?;
        let mut cut = Matte::new(size);
        let columns = size.width as usize;
        for (y, row) in cut.plane_mut().rows_mut().enumerate() {
            let luma = &seen.plane(0).row(y)[columns..2 * columns];
            row.iter_mut().zip(luma).for_each(|(to, &luma)| *to = share(luma));
        }
        let look = Look::of(cut.plane());
        let is_somebody = COVERAGE.contains(&look.coverage)
            && !look.is_full
            && look.edges <= MOST_EDGES * look.coverage;
        is_somebody.then_some(cut)
    }

    /// Whoever is seen in such a picture, with what of it is somebody.
    pub fn of(seen: &Cleared, cut: Matte, number: u32) -> Self {
        let (size, mut picture) = (cut.size(), Frame::new(PixelFormat::I420, cut.size()));
        let spec = PresenterSpec { people: 0, ..PresenterSpec::default() };
        Presenter::new(&spec, size, FrameRate::FPS_30, COLOR).draw(0, &mut picture, None);
        let black = [BLACK as u8, 128, 128];
        for (plane, black) in black.into_iter().enumerate() {
            add(seen.plane(plane), cut.plane(), picture.plane_mut(plane), black);
        }
        Self { number, picture, cut }
    }

    /// Its size, in pixels.
    pub fn size(&self) -> Size {
        self.picture.size()
    }

    /// Another number, another still.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// A copy of its picture.
    pub fn picture(&self) -> Frame {
        let mut copy = Frame::new(PixelFormat::I420, self.size());
        copy.copy_from(&self.picture);
        copy
    }

    /// Finds whoever is in it, in a view of it.
    pub fn keyer(still: &Arc<Self>, view: View) -> Box<dyn Keyer> {
        let (from, to) = ((still.size(), view.window), (view.size, view.size.rect()));
        Box::new(Known(Arc::clone(still), Scaler::placed(from, to, Level::best())))
    }
}

/// Puts somebody who is cut out, before black, over a picture.
fn add(somebody: Plane<'_>, cut: Plane<'_>, mut picture: PlaneMut<'_>, black: u8) {
    let step = cut.width() / picture.width();
    for (y, row) in picture.rows_mut().enumerate() {
        let (from, cut) = (somebody.row(y), cut.row(y * step));
        for (x, to) in row.iter_mut().enumerate() {
            let (black, rest) = (i32::from(black), 255 - i32::from(cut[x * step]));
            let behind = (i32::from(*to) - black) * rest / 255;
            *to = (i32::from(from[x]) + behind).clamp(0, 255) as u8;
        }
    }
}

/// How much of a pixel is somebody's, in a picture of white on black.
fn share(luma: u8) -> u8 {
    ((i32::from(luma) - BLACK) * 255 / (WHITE - BLACK)).clamp(0, 255) as u8
}

/// Knows where whoever is in a still is.
struct Known(Arc<Still>, Scaler);

impl Keyer for Known {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.1.run_plane(self.0.cut.plane(), matte.plane_mut());
        matte.set_sequence(frame.sequence);
        Ok(())
    }
}
