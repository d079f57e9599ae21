//! Files that don't answer: a builder that never returns blocks nobody.

use super::*;
use backlot_launch::{Limits, Order};
use std::sync::mpsc::{Receiver, Sender};

/// Waits for a program that takes far too long, like one that reads a file on a dead share.
fn ask_somebody_slow() {
    let ending = Order::new("sleep", Limits::WORK).args(["600"]).run().expect("sleep is there");
    assert!(!ending.success);
}

/// A scene of one colour.
fn colour(value: u8) -> Scene {
    let source = LayerSource::Color(backlot_scene::Rgb::new([value; 3]));
    Scene { layers: vec![layer(source)], effects: Vec::new() }
}

fn hangs() -> Scene {
    let source = LayerSource::File("/nowhere/share/beach.mp4".into());
    Scene { layers: vec![layer(source)], effects: Vec::new() }
}

/// A builder that hangs with files until the sender is dropped, and breaks its studios of those
/// files.
fn builder() -> (StudioBuilder, Sender<()>) {
    let (release, held): (_, Receiver<()>) = channel();
    let (held, usual) =
        (Mutex::new(held), studio_builder(None, MatteSettings::default(), Intake::default()));
    let build: StudioBuilder = Arc::new(move |program: &Program, rig: &Rig| {
        if program.scene == hangs() {
            let _ = held.lock().map(|held| held.recv());
        }
        usual(program, rig)
    });
    (build, release)
}

#[test]
fn a_scene_that_hangs_leaves_the_last_one_and_gives_way_to_the_next() {
    let (build, release) = builder();
    let mut stand = Stand::new(build);
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    let hanging = stand.live.show(hangs());
    stand.until("the word about it", |s| {
        let message = s.live.status().message.unwrap_or_default();
        message.contains("beach.mp4' is being opened: until then the scene before stays")
    });
    stand.until("a live picture", |s| s.live.status().state == LiveState::Live);
    let pictures = stand.output.pictures.load(Ordering::Relaxed);
    stand.until("more pictures of the camera", |s| {
        s.output.pictures.load(Ordering::Relaxed) > pictures + 5 && s.shows_camera()
    });
    stand.show(colour(255)).unwrap();
    stand.until("the new scene", |s| s.output.luma.load(Ordering::Relaxed) >= 234);
    assert_eq!(stand.live.status().message, None);
    assert!(matches!(hanging.look(), Some(Err(PipelineError::Superseded))));
    // The hung one returns too late, and has no effect.
    drop(release);
    stand.show(colour(0)).unwrap();
    stand.until("the last scene", |s| s.output.luma.load(Ordering::Relaxed) <= 17);
}

#[test]
fn what_a_scene_waits_for_ends_with_the_next() {
    let (usual, returned) =
        (studio_builder(None, MatteSettings::default(), Intake::default()), Arc::default());
    let count: Arc<AtomicU32> = Arc::clone(&returned);
    let mut stand = Stand::new(Arc::new(move |program: &Program, rig: &Rig| {
        if program.scene == hangs() {
            ask_somebody_slow();
            count.fetch_add(1, Ordering::Relaxed);
        }
        usual(program, rig)
    }));
    stand.live.first_scene().unwrap().wait().unwrap();
    // More than may be under way at once.
    for _ in 0..12 {
        let _asked = stand.live.show(hangs());
        std::thread::sleep(Duration::from_millis(50));
    }
    stand.show(colour(255)).unwrap();
    stand.until("all have come back", |_| returned.load(Ordering::Relaxed) >= 11);
}

#[test]
fn a_camera_that_waits_for_its_file_gives_way_to_the_next() {
    struct Slow;

    impl CameraOpener for Slow {
        fn name(&self) -> String {
            "slow".to_owned()
        }

        fn open(&mut self, _: &Wish) -> Result<Box<dyn Camera>, StreamError> {
            ask_somebody_slow();
            Err(StreamError::new("nobody answers", Recovery::Retry))
        }
    }

    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    stand.live.set_camera(Box::new(Slow));
    stand.until("the slow camera", |s| s.live.status().camera.name == "slow");
    std::thread::sleep(Duration::from_millis(200));
    stand.live.set_camera(Box::new(FakeOpener(Arc::default())));
    stand.until("the next camera", |s| {
        let status = s.live.status();
        status.state == LiveState::Live
            && status.camera.name == "fake"
            && status.camera.failures == 0
    });
}

#[test]
fn many_scenes_that_hang_take_no_more_than_some_threads() {
    let (build, release) = builder();
    let mut stand = Stand::new(build);
    stand.live.first_scene().unwrap().wait().unwrap();
    let mut asked = (0..20).map(|_| stand.live.show(hangs()));
    let mut hung = Vec::new();
    let refused = asked.any(|asked| {
        let refused =
            matches!(asked.within(Duration::from_millis(50)), Some(Err(PipelineError::Stuck)));
        hung.push(asked);
        refused
    });
    assert!(refused && hung.len() > 4, "{} scenes", hung.len());
    drop(release);
    stand.until("room for scenes again", |s| s.show(colour(255)).is_ok());
}

#[test]
fn a_first_scene_that_hangs_keeps_nobody_from_the_next() {
    let (build, _release) = builder();
    let mut stand = Stand::first(hangs(), build);
    stand.output.watch(1);
    stand.until("a calm picture", |s| s.output.pictures.load(Ordering::Relaxed) > 3);
    assert_eq!(stand.live.status().state, LiveState::Starting);
    stand.show(plain()).unwrap();
    stand.until("the camera's picture", |s| s.shows_camera());
}

#[test]
fn a_scene_that_broke_and_hangs_gives_way_to_the_next() {
    let usual = studio_builder(None, MatteSettings::default(), Intake::default());
    let (release, held): (_, Receiver<()>) = channel();
    let (held, built) = (Mutex::new(held), AtomicU32::new(0));
    let mut stand = Stand::new(Arc::new(move |program: &Program, rig: &Rig| {
        match (program.scene == plain(), built.fetch_add(1, Ordering::Relaxed)) {
            // The first breaks; then its files are gone.
            (true, 0) => breaking(rig.canvas),
            (true, _) => {
                let _ = held.lock().map(|held| held.recv());
                usual(program, rig)
            }
            (false, _) => usual(program, rig),
        }
    }));
    stand.output.watch(1);
    stand.until("the reason", |s| s.live.status().state == LiveState::Waiting);
    std::thread::sleep(2 * Duration::from_millis(100));
    stand.show(colour(255)).unwrap();
    stand.until("the new scene", |s| s.output.luma.load(Ordering::Relaxed) >= 234);
    drop(release);
}

#[test]
fn a_camera_that_hangs_in_its_opening_does_not_keep_the_end() {
    struct Stuck(Mutex<Receiver<()>>);

    impl CameraOpener for Stuck {
        fn name(&self) -> String {
            "stuck".to_owned()
        }

        fn open(&mut self, _: &Wish) -> Result<Box<dyn Camera>, StreamError> {
            let _ = self.0.lock().map(|held| held.recv());
            Err(StreamError::new("it hung", Recovery::Retry))
        }
    }

    let mut stand = Stand::usual();
    let (_release, held) = channel();
    stand.live.set_camera(Box::new(Stuck(Mutex::new(held))));
    stand.output.watch(1);
    stand.until("the other camera", |s| s.live.status().camera.name == "stuck");
    std::thread::sleep(Duration::from_millis(50));
    let start = Instant::now();
    stand.live.stop();
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
}
