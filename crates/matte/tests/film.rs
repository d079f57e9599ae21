//! Mattes of videos that are files, whose frames are foreseen.

mod network;

use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte, Quality};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, Size, Timestamp};
use std::time::Duration;

fn size() -> Size {
    Size::new(320, 180).expect("a size")
}

/// The first frames of a presenter, numbered and timed from `first` on.
fn frames(spec: &str, count: u64, first: u64) -> Vec<Frame> {
    let spec: PresenterSpec = spec.parse().expect("a presenter");
    let rate: FrameRate = "30".parse().expect("a rate");
    let mut source = PresenterSource::new(&spec, size(), rate, ColorSpace::JPEG, None);
    let frame = |number| {
        let mut frame = source.next_with_truth(None).expect("it never ends");
        frame.sequence = number;
        frame.time = Timestamp::default() + Duration::from_millis(number * 33);
        frame
    };
    (first..first + count).map(frame).collect()
}

fn maker() -> PersonMatte {
    let settings = MatteSettings { quality: Quality::Best, ..MatteSettings::default() };
    PersonMatte::new(&network::model(), size(), settings, Level::best()).expect("in range")
}

/// The mattes of frames, each after it has foreseen as many as it wants.
fn foreseen(frames: &[Frame]) -> Vec<Matte> {
    let mut maker = maker();
    let mut coming = frames.iter();
    let ahead = maker.lookahead();
    assert!(ahead > 0, "the best quality looks ahead");
    coming.by_ref().take(ahead).for_each(|frame| maker.foresee(frame).expect("it fits"));
    let matte = |frame: &Frame| {
        coming.next().into_iter().for_each(|next| maker.foresee(next).expect("it fits"));
        found(&mut maker, frame)
    };
    frames.iter().map(matte).collect()
}

fn found(maker: &mut PersonMatte, frame: &Frame) -> Matte {
    let mut matte = Matte::new(size());
    maker.segment(frame).expect("it fits");
    maker.refine(frame, &mut matte).expect("it was segmented");
    assert_eq!((matte.sequence(), matte.age()), (frame.sequence, Duration::ZERO));
    matte
}

/// The mean difference in code values.
fn difference(a: &Matte, b: &Matte) -> f64 {
    let pairs = a.plane().rows().flatten().zip(b.plane().rows().flatten());
    let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / f64::from(size().width * size().height)
}

#[test]
fn nothing_is_carried_over_a_cut() {
    let (before, after) =
        (frames("presenter:at=0.25", 5, 0), frames("presenter:at=0.75,room=living", 5, 5));
    let film: Vec<_> = before.iter().chain(&after).map(Frame::clone).collect();
    let mattes = foreseen(&film);
    for (part, found) in [(&before, &mattes[..5]), (&after, &mattes[5..])] {
        for (own, found) in foreseen(part).iter().zip(found) {
            let apart = difference(own, found);
            assert!(apart < 0.5, "frame {}: {apart:.2}", own.sequence());
        }
    }
}

#[test]
fn a_video_that_ends_or_halts_is_no_matter() {
    let mut film = frames("presenter", 3, 0);
    film[2].time = film[2].time + Duration::from_secs(60);
    assert_eq!(foreseen(&film).len(), 3);
    assert_eq!(foreseen(&film[..1]).len(), 1);
}
