//! What a virtual camera's thread gives its viewers.

use super::super::cell::Shown;
use super::super::parcel::COLOR;
use super::output::OutputThread;
use super::*;

#[test]
fn what_the_next_scene_may_hide_gives_way_to_a_card_and_is_not_repeated() {
    let shared = Shared::new(Arc::new(MonotonicClock), WISH, Duration::from_secs(1));
    shared.outputs.add("fake output".to_owned(), None, Role::Device);
    let (shared, handle) = (Arc::new(shared), Arc::new(OutputHandle::default()));
    handle.watch(1);
    let opener = Box::new(FakeOutputOpener(handle.clone()));
    let own = shared.outputs.all()[0].clone();
    let mut output = OutputThread::new(shared.clone(), own.clone(), OutputSetup::new(opener));
    output.open(shared.now());
    output.look_for_viewers();
    let mode = OutputMode { size: SIZE, rate: WISH.rate, format: PixelFormat::I420, color: COLOR };
    let shown: Shown = Arc::new(Some(backlot_guard::Cleared::black(&mode)));
    output.show(&shown);
    output.show(&Arc::new(None));
    let before = handle.pictures.load(Ordering::Relaxed);
    while handle.pictures.load(Ordering::Relaxed) == before {
        output.serve(shared.now());
    }
    output.report();
    let tally = own.status().tally;
    assert_eq!((tally.shown, tally.repeated), (1, 0), "nothing was there to repeat");
    assert!(handle.luma.load(Ordering::Relaxed) > 16, "a card, not the picture");
}
