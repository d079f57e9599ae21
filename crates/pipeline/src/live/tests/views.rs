//! Looking on from inside the program.

use super::*;
use backlot_guard::Seen;

fn wish(backlog: Backlog) -> ViewWish {
    ViewWish::new("test", backlog)
}

/// The luma of the next picture that is no card.
fn next_luma(view: &View) -> u8 {
    loop {
        match view.take(Duration::from_secs(30)) {
            Seen::Picture { picture, .. } if picture.sequence > 0 => {
                assert_eq!((picture.format(), picture.size()), (PixelFormat::I420, SIZE));
                return picture.plane(0).row(16)[0];
            }
            Seen::Picture { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn who_looks_opens_the_camera_and_is_no_virtual_camera() {
    let mut stand = Stand::usual();
    let view = stand.live.viewing().open(wish(Backlog::Latest)).unwrap();
    assert_eq!(next_luma(&view), 77);
    assert_eq!(view.mode().unwrap().size, SIZE);
    let status = stand.live.status();
    assert_eq!((status.outputs.len(), status.views.as_slice()), (1, &["test".to_owned()][..]));
    assert!(!stand.shows_camera(), "nobody watches the virtual camera");
    drop(view);
    stand.until("a closed camera", |s| !s.camera.open.load(Ordering::Relaxed));
    assert!(stand.live.status().views.is_empty());
}

#[test]
fn a_guest_sees_a_camera_that_is_open_and_opens_none() {
    let mut stand = Stand::usual();
    let guest = ViewWish { is_guest: true, ..wish(Backlog::Latest) };
    let view = stand.live.viewing().open(guest).unwrap();
    for _ in 0..5 {
        let Seen::Picture { picture, .. } = view.take(Duration::from_secs(30)) else { panic!() };
        assert_eq!(picture.sequence, 0, "a card");
    }
    assert!(!stand.camera.open.load(Ordering::Relaxed));
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    assert_eq!(next_luma(&view), 77);
    stand.output.watch(0);
    stand.until("a closed camera", |s| !s.camera.open.load(Ordering::Relaxed));
}

#[test]
fn a_view_has_a_scene_of_its_own_once_it_is_there() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    let white = LayerSource::Color(backlot_scene::Rgb::new([255; 3]));
    let white = Scene { layers: vec![layer(white)], effects: Vec::new() };
    let scene = Some("white".to_owned());
    let view = stand.live.viewing().open(ViewWish { scene, ..wish(Backlog::Latest) }).unwrap();
    assert_eq!(stand.live.viewed_scenes(), ["white"]);
    let others = vec![("white".to_owned(), white)];
    stand.live.show(Program { others, ..plain().into() }).wait().unwrap();
    assert!(next_luma(&view) >= 234);
    stand.until("the camera's picture", |s| s.shows_camera());
}

#[test]
fn what_has_no_room_is_dropped_and_counted_and_a_cover_reaches_every_view() {
    let mut stand = Stand::usual();
    let view = stand.live.viewing().open(wish(Backlog::UpTo(4))).unwrap();
    assert_eq!(next_luma(&view), 77);
    stand.until("pictures without room", |_| view.dropped() > 8);
    let numbers: Vec<_> = (0..4)
        .map(|_| match view.take(Duration::ZERO) {
            Seen::Picture { picture, .. } => picture.sequence,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[0] <= pair[1]), "{numbers:?}");
    stand.live.curtain().set(Some(Cover::Panic));
    let is_card = |seen| matches!(seen, Seen::Picture { picture, .. } if picture.sequence == 0);
    stand.until("a card", |_| is_card(view.take(Duration::from_secs(1))));
    stand.live.stop();
    stand.until("the end", |_| matches!(view.take(Duration::ZERO), Seen::Over));
}
