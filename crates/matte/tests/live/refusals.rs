//! Input that can't become a matte is refused with a sentence.

use crate::common::{maker, model, presenter, size};
use backlot_kernels::Level;
use backlot_matte::{MatteError, MatteSettings, PersonMatte, Segmented};
use backlot_media::{Frame, Matte, PixelFormat, Size};

#[test]
fn other_frames_than_the_segmented_one_are_refused() {
    let mut maker = maker(&model(), 1.0);
    let mut source = presenter("presenter");
    let mut matte = Matte::new(size());
    let frame = source.next_with_truth(None).expect("it never ends");
    let error = maker.refine(&frame, &mut matte).unwrap_err();
    assert_eq!(error, MatteError::NotSegmented { refined: 0, segmented: Segmented::Nothing });
    maker.segment(&frame).expect("a good frame");
    let later = source.next_with_truth(None).expect("it never ends");
    assert!(maker.refine(&later, &mut matte).is_err());
    maker.refine(&frame, &mut matte).expect("it was segmented");
    assert_eq!(matte.sequence(), frame.sequence);
}

#[test]
fn wrong_sizes_formats_and_settings_are_refused() {
    let model = model();
    let mut maker = maker(&model, 1.0);
    let small = Size::new(16, 16).expect("a size");
    let error = maker.segment(&Frame::new(PixelFormat::I420, small)).unwrap_err();
    assert!(error.to_string().contains("16x16"), "{error}");
    let error = maker.segment(&Frame::new(PixelFormat::Yuyv, size())).unwrap_err();
    assert!(error.to_string().contains("I420"), "{error}");
    let settings = MatteSettings { smoothing: f32::NAN, ..MatteSettings::default() };
    assert!(PersonMatte::new(&model, size(), settings, Level::best()).is_err());
}

#[test]
fn the_smallest_pictures_have_mattes() {
    let model = model();
    for (width, height) in [(1, 1), (2, 1), (1, 9), (17, 5), (601, 3)] {
        let size = Size::new(width, height).expect("a size");
        let settings = MatteSettings::default();
        let mut maker = PersonMatte::new(&model, size, settings, Level::best()).expect("a maker");
        let mut matte = Matte::new(size);
        for sequence in 0..3 {
            let mut frame = Frame::new(PixelFormat::I420, size);
            frame.sequence = sequence;
            frame.bytes_mut().fill(90);
            maker.segment(&frame).expect("any size will do");
            maker.refine(&frame, &mut matte).expect("it was segmented");
        }
    }
}
