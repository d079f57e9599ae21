//! The best mattes of the presenter, whose exact matte is known.

use allocation_counter::measure;
use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte, Quality};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_segmenter::SegmentationModel;
use std::path::{Path, PathBuf};

/// The general network.
fn model() -> SegmentationModel {
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
    let path = folder.join("selfie_segmentation.tflite");
    let bytes = std::fs::read(&path).unwrap_or_else(|e| {
        panic!("{} can't be read ({e}): run `make setup`, which brings the models", path.display())
    });
    SegmentationModel::from_tflite(&bytes).expect("the model is one that is run")
}

/// Selfie multiclass, which doesn't come with the program.
fn multiclass() -> Option<SegmentationModel> {
    let data = || match std::env::var_os("XDG_DATA_HOME") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => std::env::home_dir().map(|home| home.join(".local/share")),
    };
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let path = folder.or_else(|| Some(data()?.join("backlot/models")))?.join("multiclass.tflite");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("left out: {} isn't there ('backlot models fetch multiclass')", path.display());
        return None;
    };
    Some(SegmentationModel::from_tflite(&bytes).expect("the model is one that is run"))
}

/// The matte of one frame.
fn matte(model: &SegmentationModel, frame: &Frame, settings: MatteSettings, level: Level) -> Matte {
    let mut matte = Matte::new(frame.size());
    let mut maker = PersonMatte::new(model, frame.size(), settings, level).expect("in range");
    maker.segment(frame).expect("the frame is the source's");
    maker.refine(frame, &mut matte).expect("the frame was segmented");
    matte
}

fn settings(quality: Quality) -> MatteSettings {
    MatteSettings { quality, ..MatteSettings::default() }
}

/// The first frame of a presenter and its exact matte.
fn presenter(spec: &str, size: Size) -> (Frame, Matte) {
    let spec: PresenterSpec = spec.parse().expect("a presenter");
    let rate: FrameRate = "30".parse().expect("a rate");
    let mut source = PresenterSource::new(&spec, size, rate, ColorSpace::JPEG, None);
    let mut truth = Matte::new(size);
    let frame = source.next_with_truth(Some(&mut truth)).expect("it never ends");
    (frame, truth)
}

/// Mean and greatest difference, in code values.
fn difference(a: &Matte, b: &Matte) -> (f64, u8) {
    let pairs = a.plane().rows().flatten().zip(b.plane().rows().flatten());
    let (mut sum, mut most, mut count) = (0.0, 0, 0.0);
    for (a, b) in pairs {
        let difference = a.abs_diff(*b);
        (sum, most, count) = (sum + f64::from(difference), most.max(difference), count + 1.0);
    }
    (sum / count, most)
}

#[test]
fn the_best_matte_is_close_to_the_truth() {
    let (frame, truth) = presenter("presenter:hair=long", Size::new(960, 540).expect("a size"));
    let found = matte(&model(), &frame, settings(Quality::Best), Level::best());
    let (mean, _) = difference(&found, &truth);
    let pairs = found.plane().rows().flatten().zip(truth.plane().rows().flatten());
    let wrong = pairs.filter(|(a, b)| a.abs_diff(**b) > 127).count();
    println!("mean error {mean:.2}, {wrong} pixels off by more than a half");
    assert!(mean < 1.0 && wrong < 250);
}

#[test]
fn every_level_gives_the_same_matte() {
    let (frame, _) = presenter("presenter", Size::new(319, 241).expect("a size"));
    let model = model();
    let levels = Level::available();
    println!("levels: {levels:?}");
    let of = |&level| matte(&model, &frame, settings(Quality::Best), level);
    let mattes: Vec<Matte> = levels.iter().map(of).collect();
    for other in &mattes[1..] {
        let (_, most) = difference(&mattes[0], other);
        assert!(most <= 2, "the network rounds differently, but not by {most}");
    }
}

#[test]
fn a_picture_of_nobody_has_an_empty_matte_at_every_size() {
    let model = model();
    for (width, height) in [(1, 1), (2, 3), (97, 1), (333, 217)] {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(width, height).expect("a size"));
        frame.yuv_mut().into_iter().for_each(|mut plane| plane.fill(128));
        let found = matte(&model, &frame, settings(Quality::Best), Level::best());
        assert_eq!(found.coverage(), 0.0, "{width}x{height}");
    }
}

#[test]
fn a_network_with_classes_finds_the_person_in_every_quality() {
    let Some(model) = multiclass() else { return };
    let (frame, truth) = presenter("presenter:hair=long", Size::new(640, 360).expect("a size"));
    for quality in Quality::ALL {
        let found = matte(&model, &frame, settings(quality), Level::best());
        let (mean, _) = difference(&found, &truth);
        println!("{quality}: mean error {mean:.2}");
        // It has learned from photographs; this person is drawn.
        assert!(mean < 9.0, "{quality}: {mean:.2}");
    }
}

#[test]
fn a_network_with_classes_takes_no_memory_in_the_steady_state() {
    let Some(model) = multiclass() else { return };
    let (mut frame, _) = presenter("presenter", Size::new(320, 180).expect("a size"));
    for quality in [Quality::Live, Quality::Best] {
        let mut maker =
            PersonMatte::new(&model, frame.size(), settings(quality), Level::best()).expect("fits");
        let mut look = |sequence| {
            frame.sequence = sequence;
            measure(|| maker.segment(&frame).expect("the frame is the source's")).count_total
        };
        look(0);
        assert_eq!(look(1), 0, "{quality}");
    }
}
