//! What is told about the running program: its state, and the answers to questions.

use crate::asked::Asked;
use crate::desk::Desk;
use crate::preview;
use crate::recording::{Recordings, listed};
use crate::report::Moment;
use crate::spare;
use crate::words;
use backlot_control::Answer;
use backlot_host::inventory::Survey;
use backlot_keys::Painted;
use backlot_media::{Rect, Size, threads};
use backlot_pipeline::live::{
    CameraStatus, Cover, Explanation, LiveState, LiveStatus, OutputStatus,
};
use backlot_pipeline::{Stage, Stages, Step};
use backlot_protocol::{
    Activity, Camera, CameraCounts, Figures, Guard, History, Hundredths, Layer, Lowered, Mode,
    Origin, Output, OutputCounts, Preview, Scene, SceneEntry, Scenes, StageTime, State, VERSION,
    What,
};
use backlot_scene::config::{READY_SCENES, SwitchKind, layer_to_json};
use backlot_scene::form::properties_schema;
use backlot_scene::geometry::Area;
use backlot_scene::{LAYER_PROPERTIES, LayerId, LayerSource, SourceSpec};
use backlot_settings::Places;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// What the state is made from.
pub(crate) struct Facts<'a> {
    pub asked: &'a Asked,
    pub desk: &'a Desk,
    pub recordings: &'a Recordings,
    pub cover: Option<Cover>,
    pub status: &'a LiveStatus,
    pub moment: &'a Moment,
    /// Whether the guard held pictures back lately.
    pub is_shielding: bool,
    /// How often small pictures were to be fetched again.
    pub stills: u32,
}

impl Facts<'_> {
    /// The state as clients know it.
    pub fn state(&self) -> State {
        let Self { asked, desk, cover, status, .. } = self;
        let (can_undo, can_redo) = desk.history();
        State {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            process: std::process::id(),
            scenes: Scenes { list: scenes(desk), shown: name(asked) },
            scene: self.scene(),
            mode: match cover {
                Some(Cover::Panic) => Mode::Panic,
                Some(Cover::Pause) => Mode::Paused,
                None if asked.is_off => Mode::Off,
                None if asked.is_away => Mode::Away,
                None => Mode::Running,
            },
            activity: match status.state {
                LiveState::Idle => Activity::Idle,
                LiveState::Starting => Activity::Starting,
                LiveState::Live => Activity::Live,
                LiveState::Waiting => Activity::Waiting,
            },
            message: status.message.clone(),
            outputs: status.outputs.iter().map(|output| self.output(output)).collect(),
            cameras: self.cameras().map(camera).collect(),
            figures: self.figures(),
            guard: Guard {
                shielding: self.is_shielding,
                shielded: status.guard.shielded,
                reason: status.guard.reason.map(|reason| reason.to_string()),
            },
            lowered: Lowered {
                network_every: status.plan.network_every,
                size: status.plan.scale.name().to_owned(),
            },
            views: status.views.clone(),
            recording: self.recordings.current(),
            recordings: self.recordings.ended(),
            preview: Preview {
                opens_camera: asked.config.preview.opens_camera,
                open: status.views.iter().filter(|view| *view == preview::NAME).count() as u32,
                stills: self.stills,
            },
            history: History { can_undo, can_redo },
        }
    }

    fn scene(&self) -> Scene {
        let camera = self.status.camera.mode.map_or(self.asked.wish().size, |mode| mode.size);
        scene(self.asked, self.desk, camera)
    }

    fn cameras(&self) -> impl Iterator<Item = &CameraStatus> {
        std::iter::once(&self.status.camera).chain(&self.status.declared)
    }

    fn output(&self, output: &OutputStatus) -> Output {
        let viewers = words::viewers(output);
        let is_watched = viewers != Some(0);
        Output {
            name: output.name.clone(),
            scene: output.scene.clone(),
            state: words::output_state(output),
            mode: words::output_mode(output),
            viewers,
            programs: if is_watched { self.moment.watchers.clone() } else { Vec::new() },
            reason: output.reason.clone().or_else(|| output.refused.clone()),
        }
    }

    fn figures(&self) -> Figures {
        let (asked, status, moment) = (self.asked, self.status, self.moment);
        Figures {
            fps: moment.fps.into(),
            median_ms: status.latency.median_ms.into(),
            p99_ms: status.latency.p99_ms.into(),
            finished: status.finished,
            dropped: self.cameras().map(|camera| camera.dropped).sum(),
            shown: status.guard.shown,
            stages: stages(&status.stages, status.finished),
            cpu_percent: moment.usage.cpu_percent.into(),
            memory_mb: moment.usage.memory_mb.into(),
            offer: spare::offer(asked, status, moment.usage.cpu_percent),
            exposed: asked.matting.exposed(),
            lead: status.lead.map(words::lead),
            panics: status.panics,
            outputs: status.outputs.iter().map(output_counts).collect(),
            cameras: self.cameras().map(camera_counts).collect(),
        }
    }
}

fn name(asked: &Asked) -> Option<String> {
    asked.chosen.is_named.then(|| asked.chosen.name.clone())
}

fn scenes(desk: &Desk) -> Vec<SceneEntry> {
    let document = &desk.config.document;
    let origin = |name: &str| match document.own_scene(name) {
        None => Origin::Ready,
        Some(_) if desk.touched().any(|touched| touched == name) => Origin::File,
        Some(_) => Origin::Settings,
    };
    let entry = |name: &str| SceneEntry { name: name.to_owned(), origin: origin(name) };
    document.scene_names().map(entry).collect()
}

fn scene(asked: &Asked, desk: &Desk, camera: Size) -> Scene {
    let scene = &asked.chosen.scene;
    let layer = |layer| layer_of(layer, asked, camera);
    let form = asked.config.document.scene(&asked.chosen.name).map(|scene| &scene.form);
    let background = form.and_then(|form| form.short_parts()).map(|(b, _)| b.to_string());
    let is_blurred = scene.layers.first().is_some_and(|layer| {
        let mut effects = layer.effects.iter();
        layer.source == LayerSource::Camera && effects.any(|effect| effect.def().name == "blur")
    });
    Scene {
        name: name(asked),
        title: asked.scene_in_words(),
        layers: scene.layers.iter().map(layer).collect(),
        changed: desk.is_changed(&asked.chosen.name),
        effects: scene.effects.iter().map(ToString::to_string).collect(),
        background,
        blur: is_blurred,
        mirror: scene.effects.iter().any(|effect| effect.def().name == "mirror"),
    }
}

/// A layer, in a picture as the settings ask for; `camera` is the size of the camera's pictures.
fn layer_of(layer: &backlot_scene::Layer, asked: &Asked, camera: Size) -> Layer {
    let canvas = asked.wish().size;
    let place = &layer.place;
    // With both sizes or none, the source's shape doesn't matter.
    let needs_source = place.width.is_some() != place.height.is_some();
    let source = match &layer.source {
        _ if !needs_source => Some(canvas),
        LayerSource::Camera => Some(camera),
        LayerSource::File(_) => None,
        LayerSource::Named(_) => match asked.config.document.source_of(layer) {
            Some(SourceSpec::Camera { size, .. }) => size,
            Some(SourceSpec::File(_)) | None => None,
            Some(_) => Some(canvas),
        },
        _ => Some(canvas),
    };
    let share = |pixels: f64, whole: u32| Hundredths::from(100.0 * pixels / f64::from(whole));
    let area = source.map(|source| {
        let Area { x, y, width, height } = layer.placement(source, canvas).frame;
        [
            share(f64::from(x), canvas.width),
            share(f64::from(y), canvas.height),
            share(f64::from(width), canvas.width),
            share(f64::from(height), canvas.height),
        ]
    });
    Layer {
        id: LayerId::to_string(&layer.id),
        name: layer.name.clone(),
        source: layer.source.to_string(),
        visible: layer.visible,
        key: layer.key.as_ref().map(ToString::to_string),
        painted: layer
            .key
            .as_ref()
            .and_then(Painted::of)
            .map(|painted| painted.shares().map(Hundredths::from)),
        effects: layer.effects.iter().map(ToString::to_string).collect(),
        form: layer_to_json(layer),
        area,
    }
}

fn camera(camera: &CameraStatus) -> Camera {
    Camera {
        name: camera.name.clone(),
        device: None,
        state: words::camera_state(camera),
        mode: camera.mode.map(|mode| mode.to_string()),
        reason: camera.reason.clone(),
        remark: camera.remark.clone(),
    }
}

fn camera_counts(camera: &CameraStatus) -> CameraCounts {
    CameraCounts {
        name: camera.name.clone(),
        damaged: camera.tally.damaged + camera.spoiled,
        late: camera.tally.late,
        lost: camera.tally.lost,
        dropped: camera.dropped,
        failures: camera.failures,
    }
}

fn output_counts(output: &OutputStatus) -> OutputCounts {
    let tally = &output.tally;
    OutputCounts {
        name: output.name.clone(),
        written: words::written(output),
        fresh: tally.shown,
        repeated: tally.repeated,
        calm: tally.calm,
        early: tally.early,
        dropped: output.dropped,
        failures: output.failures,
    }
}

/// What each step takes, on average.
fn stages(stages: &Stages, finished: u64) -> Vec<StageTime> {
    let mean = |stage: Stage| stages.get(stage).as_secs_f64() * 1e3 / finished.max(1) as f64;
    let time = |stage: Stage| StageTime { stage: stage.name().to_owned(), ms: mean(stage).into() };
    Stage::ALL.into_iter().map(time).collect()
}

/// Has a thread find out an answer that takes its time.
pub(crate) fn aside(answer: Answer, find: impl FnOnce() -> Result<Value, String> + Send + 'static) {
    // Where no thread can be started, the answer says that there is none.
    let _ = threads::start("answer", move || answer.send(find()));
}

/// What is done for a picture, with milliseconds for one.
pub(crate) fn explained(asked: &Receiver<Explanation>) -> Value {
    let Ok(Explanation { steps, pictures }) = asked.recv_timeout(LONGEST_ANSWER) else {
        return Value::Null;
    };
    let ms = |step: &Step| step.time.as_secs_f64() * 1e3 / pictures.max(1) as f64;
    let step = |step: &Step| {
        let Rect { x, y, width, height } = step.region;
        json!({
            "name": step.name,
            "reads": step.reads,
            "writes": step.writes,
            "region": [x, y, width, height],
            "scale": [step.scale.0, step.scale.1],
            "only_in_matte": step.only_in_matte,
            "share": step.share,
            "ms": Hundredths::from(ms(step)),
        })
    };
    json!({ "pictures": pictures, "steps": steps.iter().map(step).collect::<Vec<_>>() })
}

/// How long the worker may take to answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(3);

/// Answers with a list; what takes its time gets a thread.
pub(crate) fn list(what: What, of: Option<&str>, facts: &Facts<'_>, answer: Answer) {
    let named = |name: &str, summary: &str| json!({ "name": name, "summary": summary });
    let list = match what {
        What::Scenes => {
            let summary = |name: &str| {
                let ready = READY_SCENES.iter().find(|ready| ready.name == name);
                ready.map(|ready| ready.summary())
            };
            let entry = |entry: SceneEntry| {
                let summary = summary(&entry.name);
                json!({ "name": entry.name, "origin": entry.origin, "summary": summary })
            };
            scenes(facts.desk).into_iter().map(entry).collect()
        }
        What::Sets => {
            backlot_generators::sets().iter().map(|set| named(set.name, set.summary)).collect()
        }
        What::Effects => json!(backlot_effects::all()),
        What::Keys => json!(backlot_keys::all()),
        What::Cameras => return aside(answer, || Ok(json!(Survey::take().cameras))),
        What::Outputs => json!(facts.state().outputs),
        What::Layers => return answer.send(layers(of, facts)),
        What::Recordings => {
            let of_this_run = facts.recordings.ended().into_iter();
            let of_this_run = of_this_run.map(|ended| PathBuf::from(ended.file)).collect();
            return aside(answer, || Ok(listed(Places::new().videos().as_deref(), of_this_run)));
        }
        What::Transitions => json!(SwitchKind::WORDS),
        What::Properties => {
            let plain = backlot_scene::Layer::new(LayerId::camera(), LayerSource::Camera);
            let all: Vec<_> =
                LAYER_PROPERTIES.iter().map(|known| known.described(&plain)).collect();
            properties_schema(&all)
        }
    };
    answer.ok(list);
}

/// The layers of a scene, or of the one that runs.
fn layers(of: Option<&str>, facts: &Facts<'_>) -> Result<Value, String> {
    let Some(name) = of else { return Ok(json!(facts.scene().layers)) };
    let config = &facts.desk.config;
    let found = config.document.scene(name).ok_or_else(|| config.no_scene(name).to_string())?;
    let layers = found.form.scene().layers;
    let size = facts.asked.wish().size;
    let layers = layers.iter().map(|layer| layer_of(layer, facts.asked, size));
    Ok(json!(layers.collect::<Vec<_>>()))
}
