//! What a virtual camera's thread gives its viewers.

use super::*;

#[test]
fn what_the_next_scene_may_hide_gives_way_to_a_card_and_is_not_repeated() {
    let (shared, handle, mut output) = watched_output();
    output.show(&black());
    output.show(&Arc::new(None));
    let before = handle.pictures.load(Ordering::Relaxed);
    while handle.pictures.load(Ordering::Relaxed) == before {
        output.serve(shared.now());
    }
    output.report();
    let tally = shared.outputs.all()[0].status().tally;
    assert_eq!((tally.shown, tally.repeated), (1, 0), "nothing was there to repeat");
    assert!(handle.luma.load(Ordering::Relaxed) > 16, "a card, not the picture");
}
