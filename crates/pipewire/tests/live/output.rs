//! The virtual camera, as other programs see it.

use crate::support::{Child, PATIENCE, Pattern, Session, Watcher, eventually};
use backlot_guard::{OutputOpener, VirtualCamera};
use backlot_media::{FrameRate, PixelFormat, Size, Viewers, Wish};
use backlot_pipewire::{PipewireOutputOpener, list_all_at, list_at};
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

    /// Puts pictures until a condition holds.
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

#[test]
fn two_viewers_get_the_same_pictures() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let mut long = Viewer::start(&session, "long", 60);
    camera.put_until(FRAME, "the first viewer", || (camera_watched(&long.file)).then_some(()));
    let mut short = Viewer::start(&session, "short", 10);
    camera.put_until(FRAME, "both viewers", || {
        let (one, other) = (long.ended(), short.ended());
        one.and(other)
    });
    assert_eq!((long.numbers().len(), short.numbers().len()), (60, 10));
    camera.wait_for(0);
    assert_eq!(camera.watcher.count(), 2, "the second viewer is no news");
}

fn camera_watched(file: &std::path::Path) -> bool {
    file.metadata().is_ok_and(|m| m.len() > 0)
}

#[test]
fn a_new_viewer_gets_the_last_picture_while_nothing_new_is_shown() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    camera.put();
    camera.put();
    let mut viewer = Viewer::start(&session, "still", 3);
    eventually("the viewer to be content", || viewer.ended());
    assert_eq!(viewer.numbers(), [2, 2, 2]);
}

#[test]
fn clients_that_choose_by_the_portals_rules_find_it() {
    let session = Session::start();
    let camera = Camera::open(&session);
    let node = eventually("the node", || session.node("backlot"));
    let props = &node["info"]["props"];
    assert_eq!(props["media.class"], "Video/Source");
    assert_eq!(props["media.role"], "Camera");
    assert_eq!(props["node.description"], "Backlot");
    let listed = list_all_at(session.socket()).unwrap();
    assert!(listed[0].is_ours && listed[0].role == "Camera" && listed[0].device.is_none());
    assert_eq!(list_at(session.socket()).unwrap(), [], "we are no source of ours");
    let formats = node["info"]["params"]["EnumFormat"].as_array().unwrap();
    assert_eq!(formats.len(), 1);
    let format = &formats[0];
    assert_eq!((&format["mediaType"], &format["mediaSubtype"]), (&"video".into(), &"raw".into()));
    // A choice would be an object with a default and its alternatives.
    assert_eq!(format["format"], "YUY2");
    assert_eq!((&format["size"]["width"], &format["size"]["height"]), (&320.into(), &240.into()));
    assert!(format["size"].get("default").is_none());
    assert_eq!(format["framerate"]["num"], 30);
    // pw-dump of 0.3.65 has no names for these.
    assert!(!format["colorRange"].is_null() && !format["colorMatrix"].is_null());
    drop(camera);
    eventually("the node to go", || session.node("backlot").is_none().then_some(()));
}

#[test]
fn every_format_arrives_as_it_was_put() {
    let session = Session::start();
    for (format, caps) in [(PixelFormat::I420, "I420"), (PixelFormat::Nv12, "NV12")] {
        let mut opener = PipewireOutputOpener::new().named("Other Name").format(format);
        opener = opener.remote(session.socket());
        let camera = opener.open(&WISH, Watcher::default().waker()).unwrap();
        let pattern = Pattern::new(format, WISH.size);
        let mut camera = Camera { camera, pattern, watcher: Watcher::default() };
        let file = session.folder().join(caps);
        let mut viewer = session.gst(&format!(
            "pipewiresrc target-object=other-name num-buffers=5 ! video/x-raw,format={caps} ! filesink location={}",
            file.display()
        ));
        camera.put_until(FRAME, "the viewer", || viewer.ended().map(|well| assert!(well)));
        assert_eq!(Pattern::numbers(&std::fs::read(file).unwrap(), BYTES * 3 / 4).len(), 5);
    }
}

#[test]
fn a_wrong_frame_is_refused() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let mut wrong = Pattern::new(PixelFormat::I420, WISH.size);
    let error = camera.camera.put(wrong.next()).unwrap_err().to_string();
    assert_eq!(error, "the virtual camera shows YUYV 320x240, and was given I420 320x240");
}

#[test]
fn putting_a_picture_allocates_nothing() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let mut viewer = Viewer::start(&session, "pictures", 30);
    camera.wait_for(1);
    camera.put();
    let mut pattern = Pattern::new(PixelFormat::Yuyv, WISH.size);
    let picture = pattern.next();
    let mut put = || {
        let info = allocation_counter::measure(|| camera.camera.put(picture).unwrap());
        assert_eq!(info.count_total, 0);
        std::thread::sleep(FRAME);
    };
    eventually("the viewer to be content", || {
        put();
        viewer.ended()
    });
}

#[test]
fn a_viewer_who_comes_after_the_node_was_suspended_is_served() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let state = |session: &Session| session.node("backlot").map(|n| n["info"]["state"].clone());
    for round in 1..=2 {
        let mut viewer = Viewer::start(&session, &format!("round-{round}"), 5);
        camera.put_until(FRAME, "the viewer", || viewer.ended());
        camera.wait_for(0);
        eventually("the session manager to suspend it", || {
            (state(&session)? == "suspended").then_some(())
        });
        assert_eq!(camera.watcher.count(), 2 * round);
    }
}

#[test]
fn a_viewer_who_is_killed_is_noticed_each_time() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    for round in 1..=10 {
        let viewer = Viewer::start(&session, "endless", 1_000_000);
        camera.put_until(FRAME, "the viewer", || camera_watched(&viewer.file).then_some(()));
        std::fs::remove_file(&viewer.file).unwrap();
        drop(viewer);
        camera.wait_for(0);
        assert_eq!(camera.watcher.count(), 2 * round);
    }
}

#[test]
fn pictures_come_with_a_header() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let _viewer = Viewer::start(&session, "pictures", 1_000_000);
    camera.wait_for(1);
    camera.put();
    let node = session.node("backlot").unwrap()["id"].clone();
    let dump = session.dump();
    let port = dump.as_array().unwrap().iter().find(|o| o["info"]["props"]["node.id"] == node);
    let params = &port.unwrap()["info"]["params"];
    let metas = params["Meta"].as_array().unwrap();
    assert!(metas.iter().any(|m| m["type"] == "Header" && m["size"] == 32), "{metas:?}");
    assert_eq!(params["Buffers"][0]["buffers"]["default"], 8);
    assert_eq!(params["Buffers"][0]["size"], BYTES);
    assert_eq!(params["Buffers"][0]["stride"], 640);
}

#[test]
fn killed_viewers_take_nothing_from_one_who_stays() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let stays = Viewer::start(&session, "stays", 1_000_000);
    let grown = |viewer: &Viewer, from: u64| {
        viewer.file.metadata().is_ok_and(|m| m.len() > from + 10 * BYTES as u64).then_some(())
    };
    camera.put_until(FRAME, "the first viewer", || grown(&stays, 0));
    for round in 0..12 {
        let goes = Viewer::start(&session, &format!("goes-{round}"), 1_000_000);
        camera.put_until(FRAME, "another viewer", || camera_watched(&goes.file).then_some(()));
        drop(goes);
    }
    let before = stays.file.metadata().unwrap().len();
    camera.put_until(FRAME, "pictures for the first viewer", || grown(&stays, before));
}

#[test]
fn a_viewer_that_hangs_takes_nothing_from_the_other() {
    let session = Session::start();
    let mut camera = Camera::open(&session);
    let file = |name: &str| session.folder().join(name);
    let lives = Viewer::start(&session, "lives", 1_000_000);
    let hangs = Viewer::start(&session, "hangs", 1_000_000);
    for name in ["lives", "hangs"] {
        camera.put_until(FRAME, name, || camera_watched(&file(name)).then_some(()));
    }
    hangs.child.signal("-STOP");
    let length = || lives.file.metadata().unwrap().len();
    let before = length();
    camera.put_until(FRAME, "pictures for the one that lives", || {
        (length() > before + 60 * BYTES as u64).then_some(())
    });
    assert_eq!(camera.camera.viewers(), Viewers::Count(1));
}
