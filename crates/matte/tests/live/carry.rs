//! Mattes between looks of the network follow the person, allocate nothing and leave no trace.

use crate::common::{iou, maker, model, next, presenter, size};
use allocation_counter::measure;
use backlot_matte::{MatteError, PersonMatte};
use backlot_media::{Frame, Matte, PixelFormat};

fn frames(spec: &str, count: usize) -> Vec<Frame> {
    let mut source = presenter(spec);
    (0..count).map(|_| source.next_with_truth(None).expect("it never ends")).collect()
}

fn mattes(
    frames: &[Frame],
    mut make: impl FnMut(&mut PersonMatte, &Frame, &mut Matte),
) -> Vec<Matte> {
    let mut maker = maker(&model(), 1.0);
    let made = frames.iter().map(|frame| {
        let mut matte = Matte::new(size());
        make(&mut maker, frame, &mut matte);
        matte
    });
    made.collect()
}

#[test]
fn carried_mattes_follow_the_person() {
    let frames = frames("presenter", 90);
    let each = mattes(&frames, next);
    let carried = mattes(&frames, |maker, frame, matte| {
        if frame.sequence % 3 == 0 {
            next(maker, frame, matte);
        } else {
            maker.carry(frame, matte).expect("a mask to carry");
        }
        assert_eq!(matte.sequence(), frame.sequence);
        let age = frame.time.since(frames[(frame.sequence - frame.sequence % 3) as usize].time);
        assert_eq!(matte.age(), age);
    });
    let mut worst = (1.0_f64, 1.0_f64);
    for i in (0..frames.len()).filter(|i| i % 3 != 0) {
        worst.0 = worst.0.min(iou(&carried[i], &each[i], |_, _| true));
        worst.1 = worst.1.min(iou(&each[i - i % 3], &each[i], |_, _| true));
    }
    println!("worst IoU: {:.4} carried, {:.4} repeated", worst.0, worst.1);
    assert!(1.0 - worst.0 < 0.75 * (1.0 - worst.1), "{worst:?}");
}

#[test]
fn nothing_is_carried_without_a_mask_or_over_a_cut() {
    let frames = frames("presenter", 2);
    let (mut maker, mut matte) = (maker(&model(), 1.0), Matte::new(size()));
    let nothing = Err(MatteError::NothingToCarry { frame: 1 });
    assert_eq!(maker.carry(&frames[1], &mut matte), nothing);
    next(&mut maker, &frames[0], &mut matte);
    maker.carry(&frames[1], &mut matte).expect("a mask to carry");
    let mut other = Frame::new(PixelFormat::I420, size());
    other.sequence = 1;
    assert_eq!(maker.carry(&other, &mut matte), nothing);
    maker.reset();
    assert_eq!(maker.carry(&frames[1], &mut matte), nothing);
}

#[test]
fn carrying_allocates_nothing() {
    let frames = frames("presenter:people=2", 40);
    let (mut maker, mut matte) = (maker(&model(), 1.0), Matte::new(size()));
    let counted = measure(|| {
        for frame in &frames {
            if frame.sequence % 2 == 0 {
                next(&mut maker, frame, &mut matte);
            } else {
                maker.carry(frame, &mut matte).expect("a mask to carry");
            }
        }
    });
    assert_eq!(counted.count_total, 0, "memory was allocated");
}
