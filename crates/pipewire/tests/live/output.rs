//! The virtual camera, as other programs see it.

use crate::support::{Child, PATIENCE, Pattern, Session, Watcher, eventually};
use backlot_media::{FrameRate, OutputOpener, PixelFormat, Size, Viewers, VirtualCamera, Wish};
use backlot_pipewire::PipewireOutputOpener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const WISH: Wish = Wish { size: Size { width: 320, height: 240 }, rate: FrameRate::FPS_30 };
const BYTES: usize = 320 * 240 * 2;
const FRAME: Duration = Duration::from_millis(33);

struct Camera {
    camera: Box<dyn VirtualCamera>,
    pattern: Pattern,
    watcher: Watcher,
}

impl Camera {
    fn open(session: &Session) -> Self {
        let watcher = Watcher::default();
        let mut opener = PipewireOutputOpener::new().remote(session.socket());
        let camera = opener.open(&WISH, watcher.waker()).unwrap();
        Self { camera, pattern: Pattern::new(PixelFormat::Yuyv, WISH.size), watcher }
    }

    fn put(&mut self) {
        self.camera.put(self.pattern.next()).unwrap();
    }

    /// Puts pictures until something is so.
    fn put_until<T>(
        &mut self,
        pause: Duration,
        what: &str,
        mut ask: impl FnMut() -> Option<T>,
    ) -> T {
        let start = Instant::now();
        loop {
            self.put();
            std::thread::sleep(pause);
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "put pictures for {PATIENCE:?}, in vain for {what}"
            );
        }
    }

    fn wait_for(&self, viewers: u32) {
        eventually("a change of viewers", || {
            (self.camera.viewers() == Viewers::Count(viewers)).then_some(())
        });
    }
}

/// A viewer that writes so many pictures into a file.
struct Viewer {
    child: Child,
    file: PathBuf,
}

impl Viewer {
    fn start(session: &Session, name: &str, pictures: u32) -> Self {
        let file = session.folder().join(name);
        let child = session.gst(&format!(
            "pipewiresrc target-object=backlot num-buffers={pictures} ! video/x-raw,format=YUY2,width=320,height=240 ! filesink location={}",
            file.display()
        ));
        Self { child, file }
    }

    fn ended(&mut self) -> Option<()> {
        self.child.ended().map(|well| assert!(well, "the viewer failed"))
    }

    fn numbers(&self) -> Vec<u32> {
        Pattern::numbers(&std::fs::read(&self.file).unwrap(), BYTES)
    }
}

#[test]
fn a_viewer_gets_exactly_what_was_put_and_is_noticed() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    camera.put();
    assert_eq!(camera.camera.viewers(), Viewers::Count(0));
    assert_eq!(camera.watcher.count(), 0);
    let mut viewer = Viewer::start(&session, "pictures", 40);
    camera.wait_for(1);
    assert_eq!(camera.watcher.count(), 1);
    camera.put_until(FRAME, "the viewer to be content", || viewer.ended());
    let numbers = viewer.numbers();
    assert_eq!(numbers.len(), 40);
    assert!(numbers.is_sorted(), "{numbers:?}");
    camera.wait_for(0);
    assert_eq!(camera.watcher.count(), 2);
}
