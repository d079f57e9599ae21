//! Small pictures of scenes, backgrounds and effects, for the panel: each is drawn of one still of the user,
//! in which there is nothing of the room.

mod still;
mod stills;

pub(crate) use stills::Stills;

use backlot_effects::Canvas;
use backlot_files::{Budget, Intake};
use backlot_guard::Cleared;
use backlot_kernels::Level;
use backlot_matte::MatteSettings;
use backlot_media::Size;
use backlot_panel::{Motif, Sketch};
use backlot_pipeline::live::Viewing;
use backlot_pipeline::{CameraId, Program, Studio, StudioOptions};
use backlot_scene::config::Config;
use backlot_scene::{Background, Document, Effect, Replacement, Rgb, Scene, SceneForm, SourceSpec};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use still::{COLOR, Still};

/// The longer side of a small picture, in pixels; stills are twice as large, as layers may show a part.
const SMALL: u32 = 256;

/// What stands behind somebody with an effect.
const BACKDROP: (Rgb, Rgb) = (Rgb::new([0x39, 0x46, 0x5c]), Rgb::new([0x22, 0x2a, 0x38]));

/// A small picture that can be drawn.
pub(crate) struct Small {
    program: Program,
    still: Arc<Still>,
    canvas: Size,
    intake: Intake,
}

impl Small {
    /// What is to be seen, by the settings of now.
    ///
    /// # Errors
    /// One sentence about why there is no such thing.
    pub fn new(
        motif: &Motif,
        config: &Config,
        stills: &Stills,
        viewing: &Viewing,
    ) -> Result<Self, String> {
        let document = config.placed_document();
        let scene = scene(motif, config, &document)?;
        let mut program = Program::new(plain(scene), &document);
        let mut named = Document::clone(&program.document);
        for inner in &mut named.scenes {
            inner.form = SceneForm::Layers(plain(inner.form.scene()));
        }
        program.document = Arc::new(named);
        let canvas = small(config.camera.size, SMALL);
        let still = stills.now(small(config.camera.size, 2 * SMALL), viewing);
        let intake = Intake { budget: Budget::new(config.run.memory.0), ..Intake::default() };
        Ok(Self { program, still, canvas, intake })
    }

    fn drawn(&self) -> Result<Cleared, String> {
        let canvas = Canvas::new(self.canvas, COLOR, Level::best());
        let sizes: Vec<_> = cameras(&self.program).map(|id| (id, self.still.size())).collect();
        let options = StudioOptions {
            sizes: &sizes,
            ..StudioOptions::new(canvas, None, MatteSettings::default(), &self.intake)
        };
        let mut make = |_: &_, view| Ok(Still::keyer(&self.still, view));
        let drawn =
            Studio::with_finders(&self.program, options, &mut make).and_then(|mut studio| {
                let cameras = studio.cameras().len();
                (0..cameras).for_each(|at| studio.accept(at, self.still.picture()));
                let picture = self.still.picture();
                studio.draw(0, picture.time, picture.sequence)
            });
        Ok(drawn.map_err(|error| error.to_string())?.picture)
    }
}

impl Sketch for Small {
    fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let Program { document, scene, .. } = &self.program;
        format!("{scene:?} {document:?} {}", self.canvas).hash(&mut hasher);
        for file in self.program.files() {
            // One that is gone can't be drawn either.
            let found = file.metadata().ok();
            found.map(|found| (found.len(), found.modified().ok())).hash(&mut hasher);
        }
        self.still.number().hash(&mut hasher);
        hasher.finish()
    }

    fn draw(self: Box<Self>) -> Result<Cleared, String> {
        self.drawn()
    }
}

/// A size of a shape, whose longer side has so many pixels.
fn small(shape: Size, longer: u32) -> Size {
    let whole = shape.width.max(shape.height);
    let side = |side: u32| (side * longer / whole).max(2);
    Size { width: side(shape.width), height: side(shape.height) }.rounded_to_even()
}

/// All cameras that may be seen.
fn cameras(program: &Program) -> impl Iterator<Item = CameraId> {
    let declared = program.document.sources.iter();
    let declared = declared.filter(|(_, source)| matches!(source, SourceSpec::Camera { .. }));
    std::iter::once(CameraId::Usual).chain(declared.map(|(id, _)| CameraId::Declared(id.clone())))
}

fn scene(motif: &Motif, config: &Config, document: &Document) -> Result<Scene, String> {
    match motif {
        Motif::Scene(name) => {
            let found = document.scene(name).ok_or_else(|| config.no_scene(name).to_string())?;
            Ok(found.form.scene())
        }
        Motif::Background(value) => match value.parse().map_err(|error| format!("{error}"))? {
            Background::Transparent => Err("what is transparent can't be seen".to_owned()),
            background => Ok(Scene::replace(background, Replacement::default())),
        },
        Motif::Effect(value) => {
            let effect: Effect = value.parse().map_err(|error| format!("{error}"))?;
            let parts = Replacement { person_effects: vec![effect], ..Replacement::default() };
            Ok(Scene::replace(Background::Gradient(BACKDROP.0, BACKDROP.1), parts))
        }
    }
}

/// A scene whose people are cut out by what is known of the still, whatever cuts them out of the camera's
/// picture.
fn plain(mut scene: Scene) -> Scene {
    for layer in &mut scene.layers {
        if layer.key.as_ref().is_some_and(|key| key.def().cuts()) {
            layer.key = Some(backlot_keys::person());
        }
    }
    scene
}
