//! The daemon stops and starts; devices open again and again.

use crate::support::{Pattern, Session, Watcher, eventually};
use backlot_guard::OutputOpener;
use backlot_media::{FrameRate, PixelFormat, Recovery, Size, Viewers, Wish};
use backlot_pipewire::{PipewireCameraOpener, PipewireOutputOpener, list_at};
use std::path::Path;

const WISH: Wish = Wish { size: Size { width: 320, height: 240 }, rate: FrameRate::FPS_30 };

#[test]
fn without_a_daemon_everything_says_so_and_may_be_tried_again() {
    let nowhere = Path::new("/nonexistent/pipewire-0");
    let mut output = PipewireOutputOpener::new().remote(nowhere);
    let error = output.open(&WISH, Watcher::default().waker()).err().unwrap();
    assert_eq!(error.recovery(), Recovery::Retry);
    assert!(error.to_string().starts_with("PipeWire isn't running"), "{error}");
    use backlot_media::CameraOpener;
    let error = PipewireCameraOpener::auto().remote(nowhere).open(&WISH).err().unwrap();
    assert_eq!(error.recovery(), Recovery::Retry);
    assert!(list_at(nowhere).is_err());
}

#[test]
fn a_daemon_that_was_killed_is_found_again() {
    let mut session = Session::start();
    let mut opener = PipewireOutputOpener::new().remote(session.socket());
    let mut camera = opener.open(&WISH, Watcher::default().waker()).unwrap();
    let mut pattern = Pattern::new(PixelFormat::Yuyv, WISH.size);
    let picture = pattern.next();
    camera.put(picture).unwrap();
    session.stop();
    let error = eventually("the end", || camera.put(picture).err());
    assert_eq!(error.recovery(), Recovery::Reopen);
    assert_eq!(camera.viewers(), Viewers::Count(0));
    drop(camera);
    assert!(opener.open(&WISH, Watcher::default().waker()).is_err());
    session.start_daemon();
    let mut camera = opener.open(&WISH, Watcher::default().waker()).unwrap();
    camera.put(picture).unwrap();
    eventually("the node", || session.node("backlot"));
}
