//! Smoothing adds no lag, neither for a fast hand nor when a person comes or goes.

use crate::common::{iou, maker, model, next, presenter, size};
use backlot_media::Matte;

/// Mean IoU over the frames of a fast hand, in the whole picture and where the hand passes.
fn fast_hand(smoothing: f32) -> (f64, f64) {
    let mut source = presenter("presenter:hair=long");
    let first = source.presenter().fast_hand_from(0, 10.0).expect("the presenter waves");
    let (mut maker, mut found) = (maker(&model(), smoothing), Matte::new(size()));
    let (mut truth, mut before) = (Matte::new(size()), Matte::new(size()));
    let (mut whole, mut near, mut frames) = (0.0, 0.0, 0.0);
    for index in 0..first + 60 {
        std::mem::swap(&mut truth, &mut before);
        let frame = source.next_with_truth(Some(&mut truth)).expect("it never ends");
        // Much earlier frames can't matter, and cost time.
        if index + 20 < first {
            continue;
        }
        next(&mut maker, &frame, &mut found);
        if source.presenter().hand_motion(index) > 5.0 {
            let changed = |x: usize, y: usize| {
                let pair = [&truth, &before].map(|m| m.plane().at_clamped(x as isize, y as isize));
                pair[0].abs_diff(pair[1]) > 60
            };
            whole += iou(&found, &truth, |_, _| true);
            near += iou(&found, &truth, changed);
            frames += 1.0;
        }
    }
    assert!(frames > 30.0, "only {frames} frames of a fast hand");
    (whole / frames, near / frames)
}

#[test]
fn a_fast_hand_is_where_it_is_without_smoothing() {
    let (raw, smooth) = (fast_hand(0.0), fast_hand(1.0));
    println!("IoU of picture and hand: {raw:.4?} without smoothing, {smooth:.4?} with");
    assert!(smooth.0 >= raw.0, "the whole picture lags");
    assert!(smooth.1 >= raw.1 - 0.01, "the hand lags");
}

/// The IoU of each of the first frames of a presenter.
fn ious(spec: &str, smoothing: f32, frames: usize) -> Vec<f64> {
    let mut source = presenter(spec);
    let (mut maker, mut found) = (maker(&model(), smoothing), Matte::new(size()));
    let mut truth = Matte::new(size());
    let mut each = || {
        let frame = source.next_with_truth(Some(&mut truth)).expect("it never ends");
        next(&mut maker, &frame, &mut found);
        iou(&found, &truth, |_, _| true)
    };
    (0..frames).map(|_| each()).collect()
}

#[test]
fn a_second_person_comes_and_goes_at_once() {
    let (raw, smooth) =
        (ious("presenter:people=2", 0.0, 540), ious("presenter:people=2", 1.0, 540));
    let worst = raw.iter().zip(&smooth).map(|(raw, smooth)| raw - smooth).fold(0.0, f64::max);
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    println!("mean {:.4} and {:.4}, worst loss {worst:.4}", mean(&raw), mean(&smooth));
    assert!(mean(&smooth) >= mean(&raw) - 0.001, "the second person is late");
    assert!(worst < 0.05, "in one frame somebody is missing");
    // At their places, both are whole.
    assert!(smooth[150..440].iter().all(|&iou| iou > 0.9), "a person is lost");
}

#[test]
fn after_a_reset_nothing_of_before_is_left() {
    let model = model();
    let (mut source, mut empty) = (presenter("presenter"), presenter("presenter:people=0"));
    let (mut used, mut fresh) = (maker(&model, 1.0), maker(&model, 1.0));
    let mut found = [Matte::new(size()), Matte::new(size())];
    for _ in 0..5 {
        let frame = source.next_with_truth(None).expect("it never ends");
        next(&mut used, &frame, &mut found[0]);
    }
    assert!(found[0].coverage() > 0.1);
    used.reset();
    let frame = empty.next_with_truth(None).expect("it never ends");
    next(&mut used, &frame, &mut found[0]);
    next(&mut fresh, &frame, &mut found[1]);
    assert!(found[0].plane().rows().eq(found[1].plane().rows()), "something is left");
    assert!(found[0].coverage() < 0.01, "nobody is there");
}

#[test]
fn a_cut_shows_the_new_picture_at_once() {
    let model = model();
    let (mut source, mut empty) =
        (presenter("presenter"), presenter("presenter:people=0,room=living"));
    let (mut maker, mut found) = (maker(&model, 1.0), Matte::new(size()));
    for _ in 0..5 {
        let frame = source.next_with_truth(None).expect("it never ends");
        next(&mut maker, &frame, &mut found);
    }
    let frame = empty.next_with_truth(None).expect("it never ends");
    next(&mut maker, &frame, &mut found);
    assert!(found.coverage() < 0.02, "{} is left of the person", found.coverage());
}
