//! What is asked for while the program runs: each request becomes an edit of the scenes, or a change of
//! what the command line asked for. Nothing here knows threads, sockets or devices.

mod change;
mod look;

use crate::asked::Asked;
use crate::error::{Result, SessionError};
use crate::private;
use crate::request::RunRequest;
use backlot_scene::config::{Before, Chosen, Config, Overrides};
use backlot_scene::edit::{Edit, EditError, History};
use backlot_scene::{Document, Look, Scene, SceneForm, SourceSpec};
use std::collections::BTreeSet;
use std::time::Instant;

/// The settings with all changes of this run. A copy is changed; once that is shown, it takes the
/// place of the one before.
#[derive(Clone)]
pub(crate) struct Desk {
    /// The settings file as it was read.
    file: Config,
    /// The settings, with the edits of this run.
    pub config: Config,
    /// What the command line asks for, with the changes of this run.
    pub request: RunRequest,
    /// The same, as it overrides the settings.
    pub given: Overrides,
    /// Whether the original picture is shown instead of the scene.
    pub is_off: bool,
    /// Whether nobody is in the picture.
    pub is_away: bool,
    /// Which sources were started anew, and how often.
    pub restarted: Vec<(SourceSpec, u32)>,
    /// The scenes that views show.
    pub viewed: Vec<String>,
    history: History,
    /// The scenes that were edited.
    touched: BTreeSet<String>,
    /// The scenes as they were kept last, if they were since the file was read.
    kept: Option<Document>,
    /// What scenes were before their rooms were blurred.
    unblurred: Vec<(String, SceneForm)>,
}

impl Desk {
    /// What is asked for at the start.
    pub fn new(config: Config, request: RunRequest, given: Overrides) -> Self {
        Self {
            file: config.clone(),
            config,
            request,
            given,
            is_off: false,
            is_away: false,
            restarted: Vec::new(),
            viewed: Vec::new(),
            history: History::default(),
            touched: BTreeSet::new(),
            kept: None,
            unblurred: Vec::new(),
        }
    }

    /// The desk with a settings file that changed. What changed in the file counts more than what was
    /// asked for before; everything else of this run stays.
    pub fn following(&self, file: Config) -> Self {
        let mut desk = Self { file: file.clone(), config: file, kept: None, ..self.clone() };
        let (before, now) = (&self.file, &desk.file);
        if before.run.scene != now.run.scene {
            desk.given.scene.clone_from(&self.request.scene);
        }
        let form = |config: &Config, name: &str| {
            config.document.own_scene(name).map(|scene| scene.form.clone())
        };
        let (mut edited, mut kept) = (desk.config.document.clone(), BTreeSet::new());
        for name in self.touched.iter().filter(|name| form(before, name) == form(now, name)) {
            let replace = Edit::Replace { scene: name.clone(), form: form(&self.config, name) };
            if edited.apply(&replace).is_ok() {
                kept.insert(name.clone());
            }
        }
        if kept != self.touched {
            desk.history = History::default();
        }
        (desk.config.document, desk.touched) = (edited, kept);
        desk
    }

    /// What it asks for; `running` is the scene that runs.
    ///
    /// # Errors
    /// As [`Asked::new`].
    pub fn asked(&self, running: &Chosen) -> Result<Asked> {
        let before = Before::Running(running);
        let mut asked = Asked::new(self.config.clone(), &self.request, &self.given, before)?;
        (asked.is_off, asked.is_away) = (self.is_off, self.is_away);
        asked.restarted.clone_from(&self.restarted);
        asked.viewed.clone_from(&self.viewed);
        Ok(asked)
    }

    /// Whether there is a scene of that name.
    pub fn has_scene(&self, name: &str) -> bool {
        self.config.document.scene(name).is_some()
    }

    /// Whether there is something that views can show under a name.
    pub fn can_view(&self, name: &str) -> bool {
        let document = &self.config.document;
        self.has_scene(name) || private::scene(name, &Scene::default(), document).is_some()
    }

    /// Whether there is something to undo, and to do again.
    pub fn history(&self) -> (bool, bool) {
        (self.history.can_undo(), self.history.can_redo())
    }

    /// The scenes and sources of the settings as they were read.
    pub const fn hand(&self) -> &Document {
        &self.file.document
    }

    /// The scenes that differ from those that are saved.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        self.touched.iter().map(String::as_str)
    }

    /// Whether a scene differs from what is kept.
    pub fn is_changed(&self, name: &str) -> bool {
        let kept = self.kept.as_ref().unwrap_or(&self.file.document);
        let [before, now] = [kept, &self.config.document].map(|document| document.scene(name));
        before.map(|scene| &scene.form) != now.map(|scene| &scene.form)
    }

    /// All scenes are kept as they are now.
    pub fn keep(&mut self) {
        self.kept = Some(self.config.document.clone());
    }

    /// The name of the scene that a request is about.
    fn scene_of(&self, named: Option<&String>, asked: &Asked) -> String {
        named.unwrap_or(&asked.chosen.name).clone()
    }

    /// What runs becomes a scene of the settings, so that it can be edited: the built-in one, and one
    /// that the command line changed.
    fn settle(&mut self, asked: &Asked) -> Result<()> {
        let name = asked.chosen.name.clone();
        let is_written = self.config.document.scene(&name).is_some();
        if !is_written || self.given.look != Look::default() {
            let form = Some(SceneForm::Layers(asked.chosen.scene.clone()));
            let edit = Edit::Replace { scene: name.clone(), form };
            self.config.document.apply(&edit).map_err(|error| refused(&error))?;
            self.given.look = Look::default();
            self.request.changed.clear();
        }
        self.given.scene = Some(name);
        Ok(())
    }

    fn edit(&mut self, edit: &Edit) -> Result<()> {
        let done = self.history.apply_at(&mut self.config.document, edit, Instant::now());
        done.map_err(|error| refused(&error))?;
        self.touched.extend(edit.scene().map(str::to_owned));
        Ok(())
    }

    /// Notes what was undone or done again.
    fn note(&mut self, done: Result<Option<Edit>, EditError>, nothing: &str) -> Result<()> {
        let Some(edit) = done.map_err(|error| refused(&error))? else { refuse!("{nothing}") };
        self.touched.extend(edit.scene().map(str::to_owned));
        self.follow_name(&edit);
        Ok(())
    }

    /// What a scene was asked for by counts for its new name.
    fn follow_name(&mut self, edit: &Edit) {
        let Edit::Rename { scene, to } = edit else { return };
        self.touched.insert(scene.clone());
        if self.given.scene.as_deref() == Some(scene) {
            self.given.scene = Some(to.clone());
        }
    }
}

/// An edit or a text that is refused.
fn refused(why: &impl ToString) -> SessionError {
    SessionError::Refused(why.to_string())
}
