//! Faults of the camera and of the virtual camera, and viewers who come and go.

use crate::finder::Conduct;
use crate::stand::{SIZE, Stand, YUYV, hiding};
use backlot_media::{Encoding, Size};
use backlot_testkit::CameraFault;

/// Makes the camera fail, waits until that is noticed, and lets it work again.
fn fail(stand: &mut Stand, fault: CameraFault) {
    stand.camera.set_fault(fault);
    stand.until(&format!("a reason for {fault:?}"), |stand| {
        stand.live.status().camera.reason.is_some()
    });
    stand.until_pictures(3);
    stand.camera.set_fault(CameraFault::None);
    stand.until_the_scene_is_seen();
}

#[test]
fn a_camera_that_comes_back_at_another_size_shows_nothing_of_the_room() {
    let mut stand = Stand::watched(&hiding("navy"));
    for (width, height, encoding) in [
        (1280, 720, YUYV),
        (640, 480, Encoding::Jpeg),
        (854, 480, Encoding::Jpeg),
        (320, 240, YUYV),
        (640, 360, YUYV),
    ] {
        stand.camera.set_mode(Size::new(width, height).unwrap(), encoding);
        fail(&mut stand, CameraFault::Unplugged);
        let mode = stand.live.status().camera.mode.unwrap();
        assert_eq!((mode.size.width, mode.size.height), (width, height));
    }
    stand.assert_hidden("another size");
}

#[test]
fn a_silent_camera_shows_nothing_of_the_room() {
    let mut stand = Stand::watched(&hiding("blur"));
    fail(&mut stand, CameraFault::Silent);
    stand.assert_hidden("silent");
}

#[test]
fn rubbish_and_damage_show_nothing_of_the_room() {
    for encoding in [YUYV, Encoding::Jpeg] {
        let mut stand = Stand::new(&hiding("navy"), Conduct::Right);
        stand.camera.set_mode(SIZE, encoding);
        stand.output.watch(1);
        stand.until_the_scene_is_seen();
        for fault in [CameraFault::Rubbish, CameraFault::Damaged] {
            fail(&mut stand, fault);
        }
        stand.assert_hidden(&format!("{encoding}"));
    }
}

#[test]
fn viewers_who_come_and_go_see_nothing_of_the_room() {
    let mut stand = Stand::watched(&hiding("navy"));
    for viewers in [1, 2, 1] {
        stand.output.watch(0);
        stand.until("a closed camera", |stand| !stand.camera.is_open());
        stand.until_pictures(1);
        stand.output.watch(viewers);
        stand.until_the_scene_is_seen();
    }
    stand.assert_hidden("viewers");
}

#[test]
fn a_lost_output_comes_back_without_the_room() {
    let mut stand = Stand::watched(&hiding("navy"));
    for failures in [1, 3] {
        stand.output.fail(failures);
        stand.until_status("a failure", |before, now| {
            now.outputs[0].failures > before.outputs[0].failures
        });
        stand.until_the_scene_is_seen();
    }
    stand.output.refuse(true);
    stand.output.fail(1);
    stand.until("a closed output", |stand| !stand.output.is_open());
    stand.until("a reason", |stand| stand.live.status().outputs[0].reason.is_some());
    stand.output.refuse(false);
    stand.until_the_scene_is_seen();
    stand.assert_hidden("a lost output");
}

#[test]
fn starting_and_stopping_shows_nothing_of_the_room() {
    for conduct in [Conduct::Right, Conduct::Fails, Conduct::Everything] {
        let mut stand = Stand::new(&hiding("navy"), conduct);
        stand.output.watch(1);
        stand.until("pictures", |stand| stand.live.status().finished > 3);
        stand.live.stop();
        assert!(!stand.camera.is_open() && !stand.output.is_open());
        stand.assert_hidden(&format!("{conduct:?}"));
    }
}
