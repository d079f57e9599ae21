//! Which scene runs, and what the command line changes of it.

use super::{Config, OutputConfig, SceneForm};
use crate::{Background, DEFAULT_BACKGROUND, EffectSpec, Scene, SceneError, nearest};
use backlot_media::{FrameRate, Size};

/// The scene that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// Its name; `default` if the settings have no scene.
    pub name: String,
    /// What it shows.
    pub scene: Scene,
}

/// What the command line says instead of the settings file; what is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// The camera.
    pub camera: Option<String>,
    /// The virtual cameras; if there are any, those of the file don't count, but one of the same
    /// device keeps its other settings.
    pub outputs: Vec<String>,
    /// Size of the camera's picture and of what viewers get.
    pub size: Option<Size>,
    /// Frames per second, of both.
    pub rate: Option<FrameRate>,
    /// The name of the scene.
    pub scene: Option<String>,
    /// What stands behind the person.
    pub background: Option<Background>,
    /// Effects on the person; if there are any, those of the scene don't count.
    pub effects: Vec<EffectSpec>,
}

/// The name of the scene that there always is.
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

    fn output_for(&self, device: &str) -> OutputConfig {
        let same = self.outputs.iter().find(|output| output.device == device);
        let like = same.cloned().or_else(|| Self::default().outputs.pop());
        let like = like.unwrap_or_else(|| self.outputs[0].clone());
        OutputConfig { device: device.to_owned(), ..like }
    }

    /// The scene that runs: the one that the command line names, else that of `[run]`, else the
    /// one used last if there still is one of that name, else the first. A background or effects
    /// on the command line make a scene of layers a short one.
    ///
    /// # Errors
    /// When the command line names a scene that there is not, or effects that make no scene.
    pub fn choose(&self, given: &Overrides, last: Option<&str>) -> Result<Chosen, SceneError> {
        let find = |name: &str| self.scenes.iter().find(|scene| scene.name == name);
        let named = match given.scene.as_deref() {
            None => None,
            Some(DEFAULT_SCENE) if find(DEFAULT_SCENE).is_none() => None,
            Some(name) => Some(find(name).ok_or_else(|| self.no_scene(name))?),
        };
        let by_default = || {
            let name = self.run.scene.as_deref();
            name.and_then(find).or_else(|| last.and_then(find)).or(self.scenes.first())
        };
        let found = if given.scene.is_some() { named } else { by_default() };
        let name = found.map_or(DEFAULT_SCENE, |scene| &scene.name).to_owned();
        let form = found.map_or_else(default_form, |scene| scene.form.clone());
        let scene = changed(form, given).scene();
        scene.validate()?;
        Ok(Chosen { name, scene })
    }

    fn no_scene(&self, name: &str) -> SceneError {
        let known = self.scenes.iter().map(|scene| scene.name.as_str());
        SceneError::Unknown {
            kind: "scene",
            name: name.to_owned(),
            nearest: nearest(name, known).map(str::to_owned),
            list: "validate",
        }
    }
}

fn default_form() -> SceneForm {
    SceneForm::Short(Background::Set(DEFAULT_BACKGROUND.to_owned()), Box::default())
}

/// A scene with the background and the effects that were given.
fn changed(form: SceneForm, given: &Overrides) -> SceneForm {
    if given.background.is_none() && given.effects.is_empty() {
        return form;
    }
    let short = if matches!(form, SceneForm::Layers(_)) { default_form() } else { form };
    let SceneForm::Short(background, mut parts) = short else { return short };
    if !given.effects.is_empty() {
        parts.person_effects.clone_from(&given.effects);
    }
    SceneForm::Short(given.background.clone().unwrap_or(background), parts)
}
