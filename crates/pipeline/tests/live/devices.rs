//! Faults of the camera and of the virtual camera, and viewers who come and go.

use crate::finder::Conduct;
use crate::stand::{SIZE, Stand, YUYV, hiding};
use backlot_media::{Encoding, Size};
use backlot_pipeline::live::LiveState;
use backlot_testkit::CameraFault;

/// Makes the camera fail, waits until the status shows it, and lets it work again.
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
fn pictures_as_real_cameras_send_them_are_shown() {
    for fault in [CameraFault::LastBytesLost, CameraFault::BadStart] {
        let mut stand = Stand::new(&hiding("navy"), Conduct::Right);
        stand.camera.set_mode(SIZE, Encoding::Jpeg);
        stand.camera.set_fault(fault);
        stand.output.watch(1);
        stand.until_the_scene_is_seen();
        let status = stand.live.status();
        assert_eq!((status.state, status.message), (LiveState::Live, None));
        // The missing parts count, although the picture is shown.
        let is_damaged = fault == CameraFault::LastBytesLost;
        assert_eq!(status.camera.spoiled > 0, is_damaged, "{fault:?}");
        assert_eq!(status.camera.failures, 0);
        stand.assert_hidden(&format!("{fault:?}"));
    }
}

#[test]
fn a_camera_with_unreadable_pictures_is_asked_for_others() {
    let mut stand = Stand::new(&hiding("navy"), Conduct::Right);
    stand.camera.set_mode(SIZE, Encoding::Jpeg);
    stand.camera.set_fault(CameraFault::Unreadable);
    stand.output.watch(1);
    let mut reasons = Vec::new();
    stand.until("another format", |stand| {
        let camera = stand.live.status().camera;
        reasons.extend(camera.reason);
        camera.works && camera.mode.is_some_and(|mode| mode.encoding == YUYV)
    });
    assert!(reasons.iter().all(|why| why.contains("can't be read")), "{reasons:?}");
    stand.until_the_scene_is_seen();
    let status = stand.live.status();
    assert_eq!(status.state, LiveState::Live);
    let said = status.camera.remark.unwrap();
    assert!(said.contains("YUYV") && said.contains("MJPG"), "{said}");
    stand.assert_hidden("unreadable");
}

#[test]
fn a_camera_that_never_delivers_a_picture_says_so() {
    let mut stand = Stand::new(&hiding("navy"), Conduct::Right);
    stand.camera.set_mode(SIZE, Encoding::Jpeg);
    stand.camera.set_fault(CameraFault::Rubbish);
    stand.output.watch(1);
    // Until then the message may be that the scene is opening.
    stand.until("a reason", |stand| stand.live.status().camera.reason.is_some());
    // From then on there is always one, whatever it tries.
    for _ in 0..300 {
        let status = stand.live.status();
        assert!(status.message.is_some() && status.state == LiveState::Waiting, "{status:?}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    stand.camera.set_fault(CameraFault::None);
    stand.until_the_scene_is_seen();
    stand.assert_hidden("rubbish from the start");
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
