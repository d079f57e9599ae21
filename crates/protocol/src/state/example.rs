//! A state as it might be, for documentation and tests.

use super::parts::{
    Activity, Camera, CameraCounts, CameraState, Figures, Guard, History, Layer, Lowered, Mode,
    Origin, Output, OutputCounts, OutputState, Preview, Recording, SceneEntry, Scenes, StageTime,
};
use super::{Scene, State};
use crate::limits::VERSION;
use serde_json::{Map, Value, json};

impl State {
    /// A state as it might be, for documentation and tests.
    pub fn example() -> Self {
        let entry = |name: &str, origin| SceneEntry { name: name.to_owned(), origin };
        let text = |text: &str| Some(text.to_owned());
        Self {
            version: VERSION,
            program: "0.1.0".to_owned(),
            process: 4242,
            scenes: Scenes {
                list: vec![entry("desk", Origin::Settings), entry("original", Origin::Ready)],
                shown: text("desk"),
            },
            scene: scene(),
            mode: Mode::Running,
            activity: Activity::Live,
            message: None,
            outputs: vec![Output {
                name: "Backlot".to_owned(),
                scene: None,
                state: OutputState::Open,
                mode: text("YUYV 1280x720 at 30 fps"),
                viewers: Some(1),
                programs: vec!["firefox".to_owned()],
                reason: None,
            }],
            cameras: vec![Camera {
                name: "Integrated Camera".to_owned(),
                device: text("/dev/video0"),
                state: CameraState::Works,
                mode: text("MJPEG 1280x720 at 30 fps"),
                reason: None,
                remark: None,
            }],
            figures: figures(),
            guard: Guard::default(),
            lowered: Lowered::default(),
            views: vec!["recording".to_owned()],
            recording: Some(Recording {
                file: "/videos/Backlot 2026-11-29 14.05.07.mkv".to_owned(),
                seconds: 61.5.into(),
                pictures: 1845,
                ..Recording::default()
            }),
            recordings: Vec::new(),
            preview: Preview { opens_camera: true, open: 1, stills: 1 },
            history: History { can_undo: true, can_redo: false },
        }
    }
}

fn scene() -> Scene {
    Scene {
        name: Some("desk".to_owned()),
        title: "you before navy".to_owned(),
        layers: vec![
            Layer {
                id: "background".to_owned(),
                source: "navy".to_owned(),
                visible: true,
                form: form(json!({ "id": "background", "source": "navy" })),
                area: Some([0.0, 0.0, 100.0, 100.0].map(Into::into)),
                ..Layer::default()
            },
            Layer {
                id: "me".to_owned(),
                name: Some("Me".to_owned()),
                source: "camera".to_owned(),
                visible: true,
                key: Some("person:keep=12@92x60-92x75".to_owned()),
                painted: Some([3.05, 0.0].map(Into::into)),
                effects: vec!["hologram:ghost=0.5".to_owned()],
                form: form(json!({
                    "id": "me",
                    "name": "Me",
                    "place": { "anchor": "bottom-right", "width": "40%" },
                    "key": "person:keep=12@92x60-92x75",
                    "effects": ["hologram:ghost=0.5"],
                })),
                area: Some([60.0, 60.0, 40.0, 40.0].map(Into::into)),
            },
        ],
        background: Some("navy".to_owned()),
        ..Scene::default()
    }
}

fn form(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn figures() -> Figures {
    let stage = |stage: &str, ms: f64| StageTime { stage: stage.to_owned(), ms: ms.into() };
    Figures {
        fps: 30.0.into(),
        median_ms: 7.12.into(),
        p99_ms: 9.8.into(),
        finished: 1801,
        dropped: 2,
        shown: 1801,
        stages: vec![stage("decode", 1.9), stage("network", 0.9), stage("compose", 0.8)],
        cpu_percent: 21.5.into(),
        memory_mb: 96.25.into(),
        offer: None,
        exposed: None,
        lead: None,
        panics: 0,
        outputs: vec![OutputCounts {
            name: "Backlot".to_owned(),
            written: 1810,
            fresh: 1799,
            repeated: 11,
            ..OutputCounts::default()
        }],
        cameras: vec![CameraCounts {
            name: "Integrated Camera".to_owned(),
            late: 1,
            dropped: 2,
            ..CameraCounts::default()
        }],
    }
}
