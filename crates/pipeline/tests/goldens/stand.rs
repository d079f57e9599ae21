//! The presenter, whose matte is known exactly, and a studio that draws them.

use backlot_effects::Canvas;
use backlot_files::{Content, Overwrite, write_picture};
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::Level;
use backlot_matte::MatteError;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_pipeline::{PersonFinder, Studio, Timings};
use backlot_scene::{Key, Scene};
use image::RgbImage;
use std::path::Path;

fn size() -> Size {
    Size::new(192, 108).unwrap()
}

/// Which frame is looked at: the one before leaves its mark where something remembers.
const FRAMES: std::ops::RangeInclusive<u64> = 40..=41;

/// What becomes of the matte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finds {
    Person,
    Nothing,
}

/// Knows the person, as it is the presenter.
struct Truth {
    presenter: Presenter,
    finds: Finds,
}

impl PersonFinder for Truth {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        if self.finds == Finds::Nothing {
            return Err(MatteError::WrongFormat(PixelFormat::I420));
        }
        let mut again = Frame::new(PixelFormat::I420, size());
        self.presenter.draw(frame.sequence, &mut again, Some(matte));
        matte.set_sequence(frame.sequence);
        Ok(())
    }

    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.find(frame, matte)
    }

    fn reset(&mut self) {}

    fn timings(&self) -> Timings {
        Timings::default()
    }
}

fn presenter() -> Presenter {
    let spec: PresenterSpec = "presenter".parse().unwrap();
    Presenter::new(&spec, size(), FrameRate::FPS_30, ColorSpace::BT709)
}

/// The picture that viewers see.
pub fn draw(scene: &Scene, finds: Finds, folder: &Path) -> RgbImage {
    let canvas = Canvas { size: size(), color: ColorSpace::BT709, level: Level::best() };
    let cuts = scene.layers.iter().any(|layer| matches!(layer.key, Some(Key::Person(_))));
    let finder = Truth { presenter: presenter(), finds };
    let finder = cuts.then(|| Box::new(finder) as Box<dyn PersonFinder>);
    let mut studio = Studio::with_finder(scene, canvas, finder).unwrap();
    let mut presenter = presenter();
    let mut finished = None;
    for index in FRAMES {
        let mut frame = Frame::new(PixelFormat::I420, size());
        presenter.draw(index, &mut frame, None);
        finished = Some(studio.process(frame).unwrap());
    }
    let finished = finished.expect("a frame");
    let path = folder.join("drawn.png");
    write_picture(&path, Content::Frame(&finished.picture), &Overwrite::Always.into()).unwrap();
    image::open(path).unwrap().into_rgb8()
}
