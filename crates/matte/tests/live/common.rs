//! Helpers of several tests: the presenter, and the distance of a matte from the truth.

use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, Size};
use backlot_segmenter::SegmentationModel;

pub use crate::network::model;

/// A presenter of 640x360 at 30 frames a second.
pub fn presenter(spec: &str) -> PresenterSource {
    let spec: PresenterSpec = spec.parse().expect("a presenter");
    let rate: FrameRate = "30".parse().expect("a rate");
    PresenterSource::new(&spec, size(), rate, ColorSpace::JPEG, None)
}

/// The presenter's size.
pub fn size() -> Size {
    Size::new(640, 360).expect("a size")
}

/// A maker of live mattes.
pub fn maker(model: &SegmentationModel, smoothing: f32) -> PersonMatte {
    let settings = MatteSettings { smoothing, ..MatteSettings::default() };
    PersonMatte::new(model, size(), settings, Level::best()).expect("settings in range")
}

/// The matte of the next frame.
pub fn next(maker: &mut PersonMatte, frame: &Frame, matte: &mut Matte) {
    maker.segment(frame).expect("the frame is the source's");
    maker.refine(frame, matte).expect("the frame was segmented");
}

/// Intersection over union of two mattes at one half, where `counts` is true.
pub fn iou(a: &Matte, b: &Matte, counts: impl Fn(usize, usize) -> bool) -> f64 {
    let (mut both, mut any) = (0, 0);
    for (y, (a, b)) in a.plane().rows().zip(b.plane().rows()).enumerate() {
        for (x, (&a, &b)) in a.iter().zip(b).enumerate() {
            if counts(x, y) {
                both += usize::from(a > 127 && b > 127);
                any += usize::from(a > 127 || b > 127);
            }
        }
    }
    if any == 0 { 1.0 } else { f64::from(both as u32) / f64::from(any as u32) }
}
