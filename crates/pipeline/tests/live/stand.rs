//! The running thing between a camera and a virtual camera that the test drives by hand.

use crate::finder::{Conduct, FaultyFinder, FinderHandle};
use backlot_media::{Encoding, FrameRate, MonotonicClock, PixelFormat, Size, Wish};
use backlot_pipeline::live::{Live, LiveSetup, LiveStatus, Rig};
use backlot_pipeline::{PipelineError, Program, Studio};
use backlot_scene::{Background, Layer, LayerId, LayerSource, Replacement, Scene};
use backlot_testkit::{OutputHandle, RecordingOutput, RoomCamera, RoomHandle};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const SIZE: Size = Size { width: 640, height: 360 };
pub const YUYV: Encoding = Encoding::Raw(PixelFormat::Yuyv);

/// Nothing may take longer, however slow the machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A scene in which the person is in front of something other than their room.
pub fn hiding(background: &str) -> Scene {
    let background: Background = background.parse().unwrap();
    Scene::replace(background, Replacement::default())
}

/// The camera as it is.
pub fn showing() -> Scene {
    let camera = Layer::new(LayerId::camera(), LayerSource::Camera);
    Scene { layers: vec![camera], effects: Vec::new() }
}

pub struct Stand {
    pub camera: RoomHandle,
    pub output: OutputHandle,
    pub finder: FinderHandle,
    pub live: Live,
}

impl Stand {
    /// Starts with a scene, and nobody watching.
    pub fn new(scene: &Scene, conduct: Conduct) -> Self {
        let (camera, room) = RoomCamera::new(SIZE, YUYV);
        let (output, shown) = RecordingOutput::new();
        let finder = FinderHandle::default();
        finder.set(conduct);
        let found = finder.clone();
        let live = Live::start(LiveSetup {
            camera: Box::new(camera),
            find: Box::new(|_| panic!("no camera is declared")),
            outputs: vec![Box::new(output)],
            program: scene.clone().into(),
            build: Arc::new(move |program: &Program, rig: &Rig| {
                Studio::with_finder(
                    program,
                    rig.canvas,
                    Some(Box::new(FaultyFinder(found.clone()))),
                )
            }),
            wish: Wish { size: SIZE, rate: FrameRate::FPS_30 },
            close_after: Duration::from_millis(50),
            clock: Arc::new(MonotonicClock),
        });
        Self { camera: room, output: shown, finder, live: live.unwrap() }
    }

    /// The same, with a viewer who sees the scene.
    pub fn watched(scene: &Scene) -> Self {
        let mut stand = Self::new(scene, Conduct::Right);
        stand.output.watch(1);
        stand.until_the_scene_is_seen();
        stand
    }

    /// Shows another scene, and waits until it is ready.
    pub fn show(&mut self, scene: Scene) -> Result<(), PipelineError> {
        self.live.show(scene).within(PATIENCE).expect("an answer")
    }

    /// Waits until a condition holds.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            let status = self.live.status();
            assert!(start.elapsed() < PATIENCE, "never: {what}: {status:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until `reached` accepts the status, compared with the present one.
    pub fn until_status(&mut self, what: &str, reached: impl Fn(&LiveStatus, &LiveStatus) -> bool) {
        let before = self.live.status();
        self.until(what, |stand| reached(&before, &stand.live.status()));
    }

    /// Waits until viewers see a person in the middle of a fresh picture that the guard let
    /// through.
    pub fn until_the_scene_is_seen(&mut self) {
        self.until_status("scenes that the guard lets through", |before, now| {
            now.guard.shown > before.guard.shown + 2
        });
        let from = self.output.count();
        self.until("somebody in the picture", |stand| {
            stand.output.shown(from).iter().any(|shown| (80..130).contains(&shown.middle))
        });
    }

    /// Waits until viewers get so many more pictures.
    pub fn until_pictures(&mut self, count: usize) {
        let wanted = self.output.count() + count;
        self.until("pictures", |stand| stand.output.count() >= wanted);
    }

    /// Stops everything, and checks that no picture shows the room.
    pub fn assert_hidden(mut self, what: &str) {
        self.live.stop();
        self.assert_hidden_from(0, what);
    }

    /// Checks that no picture from that one on shows the room.
    pub fn assert_hidden_from(&self, from: usize, what: &str) {
        assert!(self.output.count() > from, "{what}: no picture was shown");
        let worst = self.output.worst(from).unwrap();
        assert!(worst.sighting.score() < 1.0, "{what}: the room shows: {worst:?}");
    }
}
