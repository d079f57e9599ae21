//! A frame allocates nothing.

use crate::common::{maker, model, next, presenter, size};
use allocation_counter::measure;
use backlot_media::Matte;

#[test]
fn a_frame_allocates_nothing() {
    let mut source = presenter("presenter:people=2");
    let frames: Vec<_> =
        (0..40).map(|_| source.next_with_truth(None).expect("it never ends")).collect();
    let model = model();
    let mut made = None;
    let making = measure(|| made = Some((maker(&model, 1.0), Matte::new(size()))));
    assert!(making.count_total > 0, "the counter counts");
    let (mut maker, mut matte) = made.expect("it was made");
    let counted = measure(|| {
        for frame in &frames {
            next(&mut maker, frame, &mut matte);
        }
        maker.reset();
        next(&mut maker, &frames[0], &mut matte);
    });
    assert_eq!(counted.count_total, 0, "memory was allocated");
}
