//! What the settings file and the command line together ask for.

use crate::error::Result;
use crate::outputs::{Kind, Plan, plans};
use crate::private;
use crate::request::RunRequest;
use backlot_media::Wish;
use backlot_networks::{LineChoice, MattingChoice};
use backlot_pipeline::Program;
use backlot_scene::config::{Away, Before, Choice, Chosen, Config, OutputConfig, Overrides};
use backlot_scene::{Background, Exposure, Look, Replacement, Scene, SourceSpec};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Settings, and the scene that runs.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The settings, with the overrides of the command line.
    pub config: Config,
    /// The settings as in the file.
    file: Config,
    /// The camera; the settings have its name only if it is text.
    pub camera: OsString,
    /// The virtual cameras.
    pub outputs: Vec<Plan>,
    /// How the person is cut out.
    pub matting: MattingChoice,
    /// Whether damaged files are refused.
    pub is_strict: bool,
    /// The scene.
    pub chosen: Chosen,
    /// Why it is not the expected one.
    pub note: Option<String>,
    /// The command line's changes to it.
    changed: Vec<String>,
    /// Whether the original picture is shown instead of the scene.
    pub is_off: bool,
    /// Whether nobody is in the picture, so that another scene is shown instead.
    pub is_away: bool,
    /// Which sources were started anew, and how often.
    pub restarted: Vec<(SourceSpec, u32)>,
    /// The scenes that views show.
    pub viewed: Vec<String>,
}

/// How a network elsewhere is spoken to.
fn line(config: &Config, given: &LineChoice) -> LineChoice {
    let file = |given: &Option<PathBuf>, name: &Option<String>| {
        given.clone().or_else(|| Some(config.files.placed(Path::new(name.as_ref()?))))
    };
    LineChoice {
        token_file: file(&given.token_file, &config.matte.token_file),
        authorities: file(&given.authorities, &config.matte.ca_file),
    }
}

impl Asked {
    /// Combines a settings file and the command line; `before` is the running or last used scene.
    ///
    /// # Errors
    /// When a named scene or effect doesn't exist.
    pub fn new(
        config: Config,
        request: &RunRequest,
        given: &Overrides,
        before: Before<'_>,
    ) -> Result<Self> {
        let Choice { chosen, note } = config.choose(given, before)?;
        let changed = request.changed.clone();
        let (file, mut config) = (config.clone(), config.overridden_by(given));
        config.run.memory = request.memory.unwrap_or(config.run.memory);
        config.panel.enabled &= !request.no_panel;
        config.panel.port = request.panel_port.unwrap_or(config.panel.port);
        let outputs = plans(&config.outputs, config.run.viewers)?;
        let camera = request.camera.clone().unwrap_or_else(|| config.camera.device.clone().into());
        let model = request.model.clone().unwrap_or_else(|| config.matte.model.clone().into());
        let quality = request.quality.clone().unwrap_or_else(|| config.matte.quality.clone());
        let teacher_share = config.matte.teacher_share as f32 / 100.0;
        let line = line(&config, &request.line);
        let matting = MattingChoice { model, quality: Some(quality), teacher_share, line };
        let is_strict = request.is_strict;
        let (is_off, is_away, restarted, viewed) = (false, false, Vec::new(), Vec::new());
        Ok(Self {
            config,
            file,
            camera,
            outputs,
            matting,
            is_strict,
            chosen,
            note,
            changed,
            is_off,
            is_away,
            restarted,
            viewed,
        })
    }

    /// The scene's name, or a description if it has none; and what was changed of it.
    pub fn scene_in_words(&self) -> String {
        let name = self.chosen.is_named.then_some(self.chosen.name.as_str());
        let default = self.changed.is_empty().then_some(backlot_scene::DEFAULT_BACKGROUND);
        let parts = name.or(default).into_iter().chain(self.changed.iter().map(String::as_str));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Size and rate of the pictures.
    pub const fn wish(&self) -> Wish {
        Wish { size: self.config.camera.size, rate: self.config.camera.rate }
    }

    /// The scene that runs, and what its names mean.
    pub fn program(&self) -> Program {
        let document = self.config.placed_document();
        let away = self.away().and_then(|away| document.scene(&away.scene));
        let away = away.filter(|_| self.is_away).map(|found| found.form.scene());
        let is_away = away.is_some();
        let scene = match self.is_off {
            true => Scene::replace(Background::Original, Replacement::default()),
            false => away.unwrap_or_else(|| self.chosen.scene.clone()),
        };
        let own = self.outputs.iter().filter_map(|plan| plan.scene.as_deref());
        let shown = own.chain(self.viewed.iter().map(String::as_str));
        let program = Program::new(scene, &document).with_others(shown, &document);
        let private = self
            .viewed
            .iter()
            .filter_map(|name| Some((name, private::scene(name, &self.chosen.scene, &document)?)));
        let program = private
            .fold(program, |program, (name, scene)| program.with_scene(name, scene, &document));
        let program = if is_away { program.with_presence(&self.chosen.scene) } else { program };
        Program { restarted: self.restarted.clone(), ..program }
    }

    /// What to show while nobody is in the picture, if something else than the look: not while the
    /// room is shown on purpose, and never a scene that shows the room.
    pub fn away(&self) -> Option<&Away> {
        self.config.run.away.as_ref().filter(|_| !self.is_off && self.open_away().is_none())
    }

    /// The sentence about a scene for while nobody is there that shows the room.
    pub fn open_away(&self) -> Option<String> {
        let (away, document) = (self.config.run.away.as_ref()?, &self.config.document);
        let scene = document.scene(&away.scene)?.form.scene();
        let is_open = document.shows_at_most(&scene) == Exposure::Room;
        is_open.then(|| format!("'run.away' has no effect: scene '{}' shows the room", away.scene))
    }

    /// Whether the camera or its controls differ.
    pub fn is_other_camera(&self, before: &Self) -> bool {
        let camera = |asked: &Self| (asked.camera.clone(), asked.config.camera.controls.clone());
        camera(self) != camera(before)
    }

    /// One sentence for each setting of the file that differs from `before` but has no effect.
    pub fn without_effect(
        &self,
        before: &Self,
        given: &Overrides,
        request: &RunRequest,
    ) -> Vec<String> {
        let (old, new) = (&before.file, &self.file);
        let outputs = |part: fn(&OutputConfig) -> String| {
            let all = |config: &Config| config.outputs.iter().map(part).collect::<Vec<_>>();
            all(old) != all(new)
        };
        let look = &given.look;
        let table = [
            (
                given.camera.is_some(),
                "camera.device",
                "--camera",
                old.camera.device != new.camera.device,
            ),
            (given.size.is_some(), "camera.size", "--size", old.camera.size != new.camera.size),
            (given.rate.is_some(), "camera.fps", "--fps", old.camera.rate != new.camera.rate),
            (!given.outputs.is_empty(), "output.device", "--output", outputs(|o| o.device.clone())),
            (given.size.is_some(), "output.size", "--size", outputs(|o| format!("{:?}", o.size))),
            (given.rate.is_some(), "output.fps", "--fps", outputs(|o| format!("{:?}", o.rate))),
            (given.scene.is_some(), "run.scene", "--scene", old.run.scene != new.run.scene),
            (request.memory.is_some(), "run.memory", "--memory", old.run.memory != new.run.memory),
            (
                request.no_panel,
                "panel.enabled",
                "--no-panel",
                old.panel.enabled != new.panel.enabled,
            ),
            (
                request.panel_port.is_some(),
                "panel.port",
                "--panel-port",
                old.panel.port != new.panel.port,
            ),
            (request.model.is_some(), "matte.model", "--model", old.matte.model != new.matte.model),
            (
                request.quality.is_some(),
                "matte.quality",
                "--quality",
                old.matte.quality != new.matte.quality,
            ),
        ];
        let table = table.into_iter().chain(self.scene_keys(before, look));
        let beaten = table.filter(|(is_given, _, _, is_changed)| *is_given && *is_changed);
        let mut notes: Vec<_> = beaten
            .map(|(_, key, option, _)| {
                format!("'{key}' has no effect: {option} on the command line overrides it")
            })
            .collect();
        notes.extend(self.unnamed(before));
        notes
    }

    /// Keys of a scene's short form: whether the command line gives them, the names of the keys and
    /// options, and whether they differ from `before`.
    fn scene_keys(
        &self,
        before: &Self,
        look: &Look,
    ) -> [(bool, &'static str, &'static str, bool); 7] {
        let [was, is] = [&before.file, &self.file].map(|config| {
            let scene =
                config.document.scenes.iter().find(|scene| scene.name == self.chosen.name)?;
            scene.form.short_parts()
        });
        let background =
            was.map(|(background, _)| background) != is.map(|(background, _)| background);
        let [was, is] = [was, is].map(|parts| parts.map(|(_, parts)| parts));
        macro_rules! changed {
            ($($part:ident).+) => { was.map(|p| &p.$($part).+) != is.map(|p| &p.$($part).+) };
        }
        [
            (look.background.is_some(), "background", "--background", background),
            (look.fit.is_some(), "fit", "--fit", changed!(fit)),
            (
                look.decontaminate.is_some(),
                "decontaminate",
                "--decontaminate",
                changed!(edge.decontaminate),
            ),
            (look.light_wrap.is_some(), "light_wrap", "--light-wrap", changed!(edge.light_wrap)),
            (!look.person_effects.is_empty(), "effects", "--effect", changed!(person_effects)),
            (
                !look.background_effects.is_empty(),
                "background_effects",
                "--background-effect",
                changed!(background_effects),
            ),
            (
                !look.whole_effects.is_empty(),
                "whole_effects",
                "--whole-effect",
                changed!(whole_effects),
            ),
        ]
    }

    /// Devices can't be renamed: the kernel module has their name.
    fn unnamed(&self, before: &Self) -> Option<String> {
        let names = |asked: &Self| -> Vec<_> {
            asked.config.outputs.iter().map(|output| output.name.clone()).collect()
        };
        let device = self.outputs.iter().find(|plan| matches!(plan.kind, Kind::Loopback(_)))?;
        (names(self) != names(before)).then(|| {
            let device = device.words();
            format!(
                "'output.name' is for PipeWire: {device} keeps the name that its module has \
                 ('card_label')"
            )
        })
    }
}
