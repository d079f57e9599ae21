//! The whole running thing, with a fake camera and a fake virtual camera.

mod cameras;
mod cover;
mod edits;
mod hanging;
mod shown;
mod steady;
mod views;

use super::cell::Shown;
use super::output::OutputThread;
use super::parcel::COLOR;
use super::*;
use crate::Keyer;
use backlot_effects::Canvas;
use backlot_guard::{Cleared, VirtualCamera};
use backlot_matte::MatteError;
use backlot_media::{
    Camera, CameraMode, CameraTally, ColorSpace, Delivery, Encoding, Frame, FrameRate, Matte,
    MonotonicClock, OutputMode, PixelFormat, RawPicture, Recovery, Size, StreamError, Viewers,
    Waker,
};
use backlot_scene::{Layer, LayerId, LayerSource, Replacement, Scene};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

const SIZE: Size = Size { width: 64, height: 32 };
const WISH: Wish = Wish { size: SIZE, rate: FrameRate::FPS_30 };

/// The test's control over the camera, and its view of it.
#[derive(Default)]
struct CameraHandle {
    unplugged: AtomicBool,
    open: AtomicBool,
    luma: AtomicU32,
}

struct FakeOpener(Arc<CameraHandle>);
struct FakeCamera(Arc<CameraHandle>, u64);

impl CameraOpener for FakeOpener {
    fn name(&self) -> String {
        "fake".to_owned()
    }

    fn open(&mut self, _: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        if self.0.unplugged.load(Ordering::Relaxed) {
            return Err(StreamError::new("the camera is unplugged", Recovery::Reopen));
        }
        self.0.open.store(true, Ordering::Relaxed);
        Ok(Box::new(FakeCamera(self.0.clone(), 0)))
    }
}

impl Drop for FakeCamera {
    fn drop(&mut self) {
        self.0.open.store(false, Ordering::Relaxed);
    }
}

impl Camera for FakeCamera {
    fn mode(&self) -> CameraMode {
        let (encoding, color) = (Encoding::Raw(PixelFormat::Yuyv), ColorSpace::BT601);
        CameraMode { size: SIZE, rate: FrameRate::FPS_30, encoding, color }
    }

    fn next(
        &mut self,
        _: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        if self.0.unplugged.load(Ordering::Relaxed) {
            return Err(StreamError::new("the camera is unplugged", Recovery::Reopen));
        }
        std::thread::sleep(Duration::from_millis(10));
        let luma = self.0.luma.load(Ordering::Relaxed) as u8;
        let bytes = [luma, 128].repeat(SIZE.pixels());
        self.1 += 1;
        let stride = 2 * SIZE.width as usize;
        take(RawPicture { bytes: &bytes, stride, time: MonotonicClock.now(), sequence: self.1 });
        Ok(Delivery::Picture)
    }

    fn tally(&self) -> CameraTally {
        CameraTally::default()
    }
}

/// The test's control over the virtual camera, and its view of it.
#[derive(Default)]
struct OutputHandle {
    viewers: AtomicU32,
    waker: Mutex<Option<Waker>>,
    broken: AtomicBool,
    pictures: AtomicU64,
    luma: AtomicU32,
    /// The same at the right edge.
    right: AtomicU32,
}

struct FakeOutputOpener(Arc<OutputHandle>);
struct FakeOutput(Arc<OutputHandle>);

impl OutputOpener for FakeOutputOpener {
    fn name(&self) -> String {
        "fake output".to_owned()
    }

    fn open(&mut self, _: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        *self.0.waker.lock().unwrap() = Some(changed);
        Ok(Box::new(FakeOutput(self.0.clone())))
    }
}

impl VirtualCamera for FakeOutput {
    fn mode(&self) -> OutputMode {
        let (format, color) = (PixelFormat::Yuyv, ColorSpace::BT601);
        OutputMode { size: SIZE, rate: FrameRate::FPS_30, format, color }
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        if self.0.broken.swap(false, Ordering::Relaxed) {
            return Err(StreamError::new("the device is gone", Recovery::Reopen));
        }
        self.0.luma.store(u32::from(picture.plane(0).row(16)[0]), Ordering::Relaxed);
        let row = picture.plane(0).row(16);
        self.0.right.store(u32::from(row[row.len() - 2]), Ordering::Relaxed);
        self.0.pictures.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(self.0.viewers.load(Ordering::Relaxed))
    }
}

impl OutputHandle {
    fn watch(&self, viewers: u32) {
        self.viewers.store(viewers, Ordering::Relaxed);
        if let Some(waker) = &*self.waker.lock().unwrap() {
            waker();
        }
    }
}

/// What all threads share, with one virtual camera.
fn shared() -> Arc<Shared> {
    let shared = Shared::new(Arc::new(MonotonicClock), WISH, Duration::from_secs(1));
    shared.outputs.add("fake output".to_owned(), None, Role::Device);
    Arc::new(shared)
}

/// A virtual camera's thread by itself, open and watched.
fn watched_output() -> (Arc<Shared>, Arc<OutputHandle>, OutputThread) {
    let (shared, handle) = (shared(), Arc::new(OutputHandle::default()));
    handle.watch(1);
    let opener = Box::new(FakeOutputOpener(handle.clone()));
    let own = shared.outputs.all()[0].clone();
    let mut output = OutputThread::new(shared.clone(), own, OutputSetup::new(opener));
    output.open(shared.now());
    output.look_for_viewers();
    (shared, handle, output)
}

/// A black picture to show.
fn black() -> Shown {
    let (size, rate, format) = (SIZE, WISH.rate, PixelFormat::I420);
    Arc::new(Some(Cleared::black(&OutputMode { size, rate, format, color: COLOR })))
}

fn layer(source: LayerSource) -> Layer {
    Layer::new(LayerId::camera(), source)
}

fn plain() -> Scene {
    Scene { layers: vec![layer(LayerSource::Camera)], effects: Vec::new() }
}

/// A studio that breaks with its first picture.
fn breaking(canvas: Canvas) -> Result<Studio, PipelineError> {
    struct Panicking;

    impl Keyer for Panicking {
        fn find(&mut self, _: &Frame, _: &mut Matte) -> Result<(), MatteError> {
            panic!("as the test wants it")
        }
    }

    let scene = Scene::replace("navy".parse().unwrap(), Replacement::default());
    Studio::with_finder(scene, canvas, Some(Box::new(Panicking)))
}

struct Stand {
    camera: Arc<CameraHandle>,
    output: Arc<OutputHandle>,
    live: Live,
}

impl Stand {
    fn new(build: StudioBuilder) -> Self {
        Self::first(plain(), build)
    }

    fn first(scene: Scene, build: StudioBuilder) -> Self {
        Self::with(scene.into(), build, Box::new(|_| panic!("no camera is declared")))
    }

    fn with(program: Program, build: StudioBuilder, find: CameraFinder) -> Self {
        let (camera, output) =
            (Arc::new(CameraHandle::default()), Arc::new(OutputHandle::default()));
        camera.luma.store(77, Ordering::Relaxed);
        let live = Live::start(LiveSetup {
            camera: Box::new(FakeOpener(camera.clone())),
            find,
            outputs: vec![Box::new(FakeOutputOpener(output.clone()))],
            program,
            build,
            wish: WISH,
            close_after: Duration::from_millis(50),
            clock: Arc::new(MonotonicClock),
        });
        Self { camera, output, live: live.unwrap() }
    }

    fn usual() -> Self {
        Self::new(studio_builder(None, MatteSettings::default(), Intake::default()))
    }

    fn show(&mut self, scene: Scene) -> Result<(), PipelineError> {
        self.live.show(scene).within(Duration::from_secs(30)).expect("an answer")
    }

    /// Waits until a condition holds, for at most half a minute.
    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            let status = self.live.status();
            assert!(start.elapsed() < Duration::from_secs(30), "never: {what}: {status:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn shows_camera(&self) -> bool {
        self.output.luma.load(Ordering::Relaxed) == 77
    }
}

#[test]
fn the_camera_is_open_while_someone_watches() {
    let mut stand = Stand::usual();
    stand.until("a picture for whoever comes", |s| s.output.pictures.load(Ordering::Relaxed) > 0);
    assert!(!stand.camera.open.load(Ordering::Relaxed) && !stand.shows_camera());
    assert_eq!(stand.live.status().state, LiveState::Idle);
    for _ in 0..3 {
        stand.output.watch(1);
        stand.until("the camera's picture", |s| s.shows_camera());
        stand.until("latencies of a live picture", |s| {
            let status = s.live.status();
            let latency = status.latency;
            status.state == LiveState::Live && latency.count > 0 && latency.median_ms < 1e3
        });
        stand.output.watch(0);
        stand.until("a closed camera", |s| !s.camera.open.load(Ordering::Relaxed));
        stand.until("an idle picture", |s| !s.shows_camera());
        assert_eq!(stand.live.status().state, LiveState::Idle);
    }
    assert_eq!(stand.live.status().camera.failures, 0);
}

#[test]
fn an_unplugged_camera_is_explained_and_comes_back() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    stand.camera.unplugged.store(true, Ordering::Relaxed);
    stand.until("the reason", |s| {
        let status = s.live.status();
        let why = status.message.as_deref() == Some("the camera is unplugged");
        status.state == LiveState::Waiting && why
    });
    let before = stand.output.pictures.load(Ordering::Relaxed);
    stand.until("a calm picture", |s| {
        s.output.pictures.load(Ordering::Relaxed) > before + 4 && !s.shows_camera()
    });
    stand.camera.unplugged.store(false, Ordering::Relaxed);
    stand.until("the camera's picture again", |s| s.shows_camera());
}

#[test]
fn another_camera_takes_over() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    let other = Arc::new(CameraHandle::default());
    other.luma.store(200, Ordering::Relaxed);
    stand.live.set_camera(Box::new(FakeOpener(other.clone())));
    stand.until("the other's picture", |s| s.output.luma.load(Ordering::Relaxed) == 200);
    let is_open = |camera: &CameraHandle| camera.open.load(Ordering::Relaxed);
    assert!(is_open(&other) && !is_open(&stand.camera));
}

#[test]
fn a_lost_output_is_opened_again() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    stand.output.broken.store(true, Ordering::Relaxed);
    stand.until("a failure", |s| s.live.status().outputs[0].failures == 1);
    stand.until("the picture again", |s| {
        s.output.luma.store(0, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(100));
        s.shows_camera()
    });
}

#[test]
fn another_scene_is_shown_and_a_bad_one_changes_nothing() {
    let mut stand = Stand::usual();
    stand.output.watch(1);
    stand.until("the camera's picture", |s| s.shows_camera());
    let file = LayerSource::File("/nowhere/at/all.png".into());
    let bad = Scene { layers: vec![layer(file)], effects: Vec::new() };
    let error = stand.show(bad).unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all.png"), "{error}");
    assert!(stand.shows_camera());
    let white = LayerSource::Color(backlot_scene::Rgb::new([255; 3]));
    let good = Scene { layers: vec![layer(white)], effects: Vec::new() };
    stand.show(good).unwrap();
    stand.until("the new scene", |s| s.output.luma.load(Ordering::Relaxed) >= 234);
}

#[test]
fn a_broken_studio_is_built_again() {
    let usual = studio_builder(None, MatteSettings::default(), Intake::default());
    let built = AtomicU32::new(0);
    let mut stand = Stand::new(Arc::new(move |program: &Program, rig: &Rig| {
        let built = built.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(built != 2, "a builder that panics is a fault like any other");
        if built == 1 { breaking(rig.canvas) } else { usual(program, rig) }
    }));
    stand.output.watch(1);
    stand.until("the reason", |s| s.live.status().state == LiveState::Waiting);
    stand.until("the picture of the third", |s| s.shows_camera());
    stand.until("no reason any more", |s| s.live.status().message.is_none());
    assert!(stand.live.status().camera.failures == 0);
}
