//! Opening again and again leaves nothing behind. This test is alone in its process, since it
//! counts threads and descriptors.

#[expect(dead_code, unused_imports, reason = "the other tests use the rest of it")]
#[path = "live/support/mod.rs"]
mod support;

use backlot_guard::OutputOpener;
use backlot_media::{FrameRate, PixelFormat, Size, Wish};
use backlot_pipewire::PipewireOutputOpener;
use support::{Pattern, Session, Watcher, eventually};

const WISH: Wish = Wish { size: Size { width: 320, height: 240 }, rate: FrameRate::FPS_30 };

fn count(folder: &str) -> usize {
    std::fs::read_dir(format!("/proc/self/{folder}")).unwrap().count()
}

#[test]
fn a_hundred_openings_leave_no_thread_and_no_descriptor() {
    let session = Session::start();
    let mut opener = PipewireOutputOpener::new().remote(session.socket());
    let mut pattern = Pattern::new(PixelFormat::Yuyv, WISH.size);
    let mut once = || {
        let mut camera = opener.open(&WISH, Watcher::default().waker()).unwrap();
        camera.put(pattern.next()).unwrap();
    };
    once();
    let before = (count("fd"), count("task"));
    for _ in 0..100 {
        once();
    }
    eventually("threads and descriptors to go", || {
        let now = (count("fd"), count("task"));
        (now.0 <= before.0 && now.1 <= before.1).then_some(())
    });
    assert!(session.node("backlot").is_none());
}
