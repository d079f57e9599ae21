//! Which scene runs, and what the command line changes in it.

use super::{Config, OutputConfig};
use crate::{
    Background, DEFAULT_BACKGROUND, Exposure, Layer, LayerId, LayerSource, Look, NamedScene, Scene,
    SceneError, ShortScene,
};
use backlot_media::{FrameRate, Size};
use backlot_schema::SchemaError;

/// The scene that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its name; `default` if the settings have no scene.
    pub name: String,
    /// What it shows.
    pub scene: Scene,
    /// Whether the settings have, or had, a scene of that name; otherwise it is the built-in one.
    pub is_named: bool,
}

/// What ran before a scene is chosen.
#[derive(Clone, Copy, Debug)]
pub enum Before<'a> {
    /// Nothing known.
    Nothing,
    /// A scene that was used last, and what it showed, if the state remembers that.
    Used(&'a str, Option<Exposure>),
    /// The scene that runs.
    Running(&'a Chosen),
}

/// A scene that was chosen, and what the user should know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The scene.
    pub chosen: Chosen,
    /// Why it isn't the expected one, in a sentence.
    pub note: Option<String>,
}

impl Choice {
    const fn plain(chosen: Chosen) -> Self {
        Self { chosen, note: None }
    }
}

/// What the command line says instead of the settings file; what is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// The camera.
    pub camera: Option<String>,
    /// The virtual cameras, as DEVICE or DEVICE=SCENE; if there are any, those of the file don't
    /// count, but one of the same device keeps its other settings.
    pub outputs: Vec<String>,
    /// Size of the camera's picture and of what viewers get.
    pub size: Option<Size>,
    /// Frames per second, of both.
    pub rate: Option<FrameRate>,
    /// The name of the scene.
    pub scene: Option<String>,
    /// What the scene is to look like.
    pub look: Look,
}

impl Overrides {
    /// The most that a scene may show without being named, where the background says so.
    fn exposure_asked_for(&self) -> Option<Exposure> {
        (self.look.background == Some(Background::Original)).then_some(Exposure::Room)
    }
}

/// The name of the scene that always exists.
const DEFAULT_SCENE: &str = "default";

impl Config {
    /// These settings, with what the command line says instead.
    ///
    /// The scene is left to [`Config::choose`], which needs the one used last.
    #[must_use]
    pub fn overridden_by(mut self, given: &Overrides) -> Self {
        if let Some(camera) = &given.camera {
            self.camera.device.clone_from(camera);
        }
        if !given.outputs.is_empty() {
            self.outputs = given.outputs.iter().map(|device| self.output_for(device)).collect();
        }
        for output in &mut self.outputs {
            output.size = given.size.or(output.size);
            output.rate = given.rate.or(output.rate);
        }
        self.camera.size = given.size.unwrap_or(self.camera.size);
        self.camera.rate = given.rate.unwrap_or(self.camera.rate);
        self
    }

    fn output_for(&self, given: &str) -> OutputConfig {
        let (device, scene) = output_and_scene(given);
        let same = self.outputs.iter().find(|output| output.device == device);
        let like = same.cloned().unwrap_or_default();
        let scene = scene.map(str::to_owned).or(like.scene);
        OutputConfig { device: device.to_owned(), scene, ..like }
    }

    /// The scene that runs: the one that the command line names, else the one of `[run]`, else the
    /// one that runs or ran last. A background or effects on the command line change it.
    ///
    /// Where that scene is gone, what takes its place never shows more than it did: what runs
    /// stays, and what was used last gives way to the first scene that shows no more, or to the
    /// built-in one. A scene that shows the room is only ever chosen by its name.
    ///
    /// # Errors
    /// When the command line names a scene that doesn't exist, or effects that the scene can't
    /// take.
    pub fn choose(&self, given: &Overrides, before: Before<'_>) -> Result<Choice, SceneError> {
        let shown = given.outputs.iter().filter_map(|output| output_and_scene(output).1);
        if let Some(missing) = shown.into_iter().find(|name| self.find(name).is_none()) {
            return Err(self.no_scene(missing));
        }
        if let Some(name) = given.scene.as_deref() {
            return match (self.find(name), before) {
                (Some(scene), _) => Ok(Choice::plain(self.chosen(scene, given)?)),
                (None, _) if name == DEFAULT_SCENE => Ok(Choice::plain(built_in(given)?)),
                (None, Before::Running(running)) => Ok(stays(running)),
                (None, _) => Err(self.no_scene(name)),
            };
        }
        if let Some(scene) = self.run.scene.as_deref().and_then(|name| self.find(name)) {
            return Ok(Choice::plain(self.chosen(scene, given)?));
        }
        match before {
            Before::Running(running) if !running.is_named => {
                Ok(self.instead_of_built_in(given, running))
            }
            Before::Running(running) => match self.find(&running.name) {
                Some(scene) => Ok(Choice::plain(self.chosen(scene, given)?)),
                None => Ok(stays(running)),
            },
            Before::Used(name, shown) => match self.find(name) {
                Some(scene) => Ok(Choice::plain(self.chosen(scene, given)?)),
                None => self.instead_of(name, shown.unwrap_or(Exposure::Person), given),
            },
            Before::Nothing => self.first(given),
        }
    }

    fn find(&self, name: &str) -> Option<&NamedScene> {
        self.document.scene(name)
    }

    /// The first scene of the file that shows no more than that.
    fn first_within(&self, limit: Exposure, given: &Overrides) -> Option<Chosen> {
        let mut chosen =
            self.document.scenes.iter().filter_map(|scene| self.chosen(scene, given).ok());
        chosen.find(|chosen| self.document.shows_at_most(&chosen.scene) <= limit)
    }

    /// The scene to begin with when nothing was used before.
    fn first(&self, given: &Overrides) -> Result<Choice, SceneError> {
        let limit = given.exposure_asked_for().unwrap_or(Exposure::Veiled);
        let chosen = match self.first_within(limit, given) {
            Some(chosen) => chosen,
            None => built_in(given)?,
        };
        let passed_over = self.document.scenes.first().filter(|first| first.name != chosen.name);
        let note = passed_over.map(|first| {
            let first = &first.name;
            format!(
                "the scene '{first}' shows the room, so it has to be named: --scene or run.scene"
            )
        });
        Ok(Choice { chosen, note })
    }

    /// The scene that replaces one that was used last and is gone.
    fn instead_of(
        &self,
        name: &str,
        limit: Exposure,
        given: &Overrides,
    ) -> Result<Choice, SceneError> {
        let chosen = match self.first_within(limit, given) {
            Some(chosen) => chosen,
            None if limit >= Exposure::Person => built_in(given)?,
            None => only_the_background(),
        };
        let now = if chosen.is_named { &*chosen.name } else { "the built-in one" };
        let note =
            format!("the scene '{name}', used last, is gone from the settings: now it is {now}");
        Ok(Choice { chosen, note: Some(note) })
    }

    /// The built-in scene gives way to the first of the file that shows no more.
    fn instead_of_built_in(&self, given: &Overrides, running: &Chosen) -> Choice {
        let limit = self.document.shows_at_least(&running.scene);
        if let Some(chosen) = self.first_within(limit, given) {
            return Choice::plain(chosen);
        }
        let note = self.document.scenes.first().map(|first| {
            let first = &first.name;
            format!("the scene '{first}' shows more than the one that runs: 'run.scene' chooses it")
        });
        Choice { chosen: running.clone(), note }
    }

    fn chosen(&self, scene: &NamedScene, given: &Overrides) -> Result<Chosen, SceneError> {
        let name = scene.name.clone();
        let scene = self.files.placed_form(scene.form.clone()).with(&given.look)?;
        scene.validate()?;
        Ok(Chosen { name, scene, is_named: true })
    }

    /// That there is no scene of that name, and what else could be meant.
    pub fn no_scene(&self, name: &str) -> SceneError {
        SchemaError::unknown("scene", name, self.document.scene_names(), "validate").into()
    }
}

/// The parts of DEVICE=SCENE.
fn output_and_scene(given: &str) -> (&str, Option<&str>) {
    given.rsplit_once('=').map_or((given, None), |(device, scene)| (device, Some(scene)))
}

/// A running scene that is gone from the settings.
fn stays(running: &Chosen) -> Choice {
    let name = &running.name;
    let note = format!(
        "the scene '{name}' is gone from the settings: it stays until 'run.scene' names another"
    );
    Choice { chosen: running.clone(), note: Some(note) }
}

fn built_in(given: &Overrides) -> Result<Chosen, SceneError> {
    let scene = ShortScene::default().with(&given.look)?;
    scene.validate()?;
    Ok(Chosen { name: DEFAULT_SCENE.to_owned(), scene, is_named: false })
}

/// What replaces a scene without a person.
fn only_the_background() -> Chosen {
    let source = LayerSource::Set(DEFAULT_BACKGROUND.to_owned());
    let layer = Layer::new(LayerId::background(), source);
    let scene = Scene { layers: vec![layer], effects: Vec::new() };
    Chosen { name: DEFAULT_SCENE.to_owned(), scene, is_named: false }
}
