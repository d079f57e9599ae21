//! Faults of the network and of the mattes.

use crate::finder::Conduct;
use crate::stand::{SIZE, Stand, hiding, showing};
use backlot_guard::ShieldReason;
use backlot_media::{FrameRate, MonotonicClock, Wish};
use backlot_pipeline::live::{Live, LiveSetup, studio_builder};
use backlot_testkit::{RecordingOutput, RoomCamera};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn a_scene_that_shows_the_room_is_detected() {
    let mut stand = Stand::new(&showing(), Conduct::Right);
    stand.output.watch(1);
    stand.until("the room", |stand| {
        stand.output.worst(0).is_some_and(|worst| worst.sighting.overall > 0.5)
    });
    stand.show(hiding("navy")).unwrap();
    stand.until("a hidden room", |stand| {
        stand.output.shown(0).last().is_some_and(|last| last.sighting.score() < 1.0)
    });
    let mut faint = hiding("navy");
    let mut camera = showing().layers.remove(0);
    camera.opacity = 0.05;
    faint.layers.insert(1, camera);
    let from = stand.output.count();
    stand.show(faint).unwrap();
    stand.until("a twentieth of the room", |stand| {
        stand.output.worst(from).is_some_and(|worst| worst.sighting.score() >= 1.0)
    });
}

/// Every fault while viewers see the scene, and the scene again after it.
fn every_fault(background: &str) {
    let mut stand = Stand::watched(&hiding(background));
    for conduct in Conduct::WRONG {
        let is_panic = conduct == Conduct::Panics;
        let failed = |status: &backlot_pipeline::live::LiveStatus| {
            if is_panic { status.panics } else { status.guard.shielded }
        };
        let before = failed(&stand.live.status());
        stand.finder.set(conduct);
        let wanted = before + if is_panic { 1 } else { 3 };
        stand.until(&format!("{conduct:?}"), |stand| failed(&stand.live.status()) >= wanted);
        stand.until_pictures(3);
        stand.finder.set(Conduct::Right);
        stand.until_the_scene_is_seen();
    }
    stand.assert_hidden(background);
}

#[test]
fn no_wrong_matte_shows_a_replaced_room() {
    every_fault("navy");
}

#[test]
fn no_wrong_matte_shows_a_room_behind_a_moving_set() {
    every_fault("aurora");
}

#[test]
fn no_wrong_matte_shows_a_blurred_room() {
    every_fault("blur");
}

#[test]
fn faults_from_the_first_picture_on_show_nothing() {
    for conduct in Conduct::WRONG {
        let mut stand = Stand::new(&hiding("navy"), conduct);
        stand.output.watch(1);
        stand.until("a fault", |stand| {
            let status = stand.live.status();
            status.panics > 0 || status.guard.shielded > 2
        });
        stand.until_pictures(3);
        stand.finder.set(Conduct::Right);
        stand.until_the_scene_is_seen();
        stand.assert_hidden(&format!("{conduct:?}"));
    }
}

#[test]
fn faults_are_reported() {
    let mut stand = Stand::watched(&hiding("navy"));
    for (conduct, reason) in [
        (Conduct::Fails, ShieldReason::NoMatte),
        (Conduct::OtherFrame, ShieldReason::OtherFrame),
        (Conduct::Everything, ShieldReason::Implausible),
    ] {
        stand.finder.set(conduct);
        stand.until("the reason", |stand| stand.live.status().guard.reason == Some(reason));
    }
    stand.assert_hidden("reasons");
}

#[test]
fn a_slow_network_shows_nothing_of_the_room() {
    let mut stand = Stand::watched(&hiding("navy"));
    stand.finder.set(Conduct::Slow(Duration::from_millis(700)));
    stand.until_status("slow pictures", |before, now| now.finished > before.finished + 2);
    stand.finder.set(Conduct::Right);
    stand.until_the_scene_is_seen();
    stand.assert_hidden("slow");
}

#[test]
fn nobody_is_no_fault() {
    let mut stand = Stand::watched(&hiding("navy"));
    stand.finder.set(Conduct::Nobody);
    let shielded = stand.live.status().guard.shielded;
    stand.until_status("scenes", |before, now| now.guard.shown > before.guard.shown + 5);
    assert_eq!(stand.live.status().guard.shielded, shielded);
    stand.assert_hidden("nobody");
}

#[test]
fn without_a_network_nobody_sees_the_camera() {
    let (camera, _room) = RoomCamera::new(SIZE, crate::stand::YUYV);
    let (output, shown) = RecordingOutput::new();
    shown.watch(1);
    let mut live = Live::start(LiveSetup {
        camera: Box::new(camera),
        find: Box::new(|_| panic!("no camera is declared")),
        outputs: vec![Box::new(output)],
        program: hiding("navy").into(),
        build: studio_builder(None, Default::default(), Default::default()),
        wish: Wish { size: SIZE, rate: FrameRate::FPS_30 },
        close_after: Duration::from_millis(50),
        clock: Arc::new(MonotonicClock),
    })
    .unwrap();
    let error = live.first_scene().unwrap().wait().unwrap_err().to_string();
    assert!(error.contains("no network"), "{error}");
    drop(live);
    assert!(shown.worst(0).is_none_or(|worst| worst.sighting.score() < 1.0));
}
