//! What scenes are made of, before it is at work.

use super::cast::Cast;
use crate::inputs::{
    CameraNode, Inputs, Kept, KeyNode, KnownPicture, Moving, MovingId, PictureId, StillForm,
};
use crate::{CameraId, PipelineError};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_media::{Frame, PixelFormat, Shot, Size, Timestamp, View};
use backlot_scene::{Key, Layer, Play, SourceSpec};
use backlot_sources::{Booking, Facts, Material, Timing, material};
use std::sync::Arc;

/// The sources of all scenes, before they are at work.
pub(crate) struct Sources {
    pub(super) intake: Intake,
    pub(super) cameras: Vec<CameraSource>,
    pub(super) pictures: Vec<PictureSource>,
}

pub(super) struct CameraSource {
    pub id: CameraId,
    pub native: Size,
    pub views: Vec<View>,
    pub keys: Vec<Key>,
}

pub(super) struct PictureSource {
    pub id: PictureId,
    pub play: Play,
    pub facts: Facts,
    /// Opened when it is needed: what the studio before drew of it may do.
    material: Option<Box<dyn Material>>,
    /// What the studio before drew of it.
    before: Vec<(StillForm, Arc<Shot>)>,
    /// What is drawn of it.
    stills: Vec<(StillForm, Arc<Shot>)>,
    pub views: Vec<View>,
    /// Its number among the moving pictures, if it is one and at work.
    pub moving: Option<usize>,
}

impl Sources {
    /// None yet; files are read like that.
    pub fn new(intake: &Intake) -> Self {
        Self { intake: intake.clone(), cameras: Vec::new(), pictures: Vec::new() }
    }

    /// The number of a camera.
    pub fn camera(&mut self, id: CameraId, native: Size) -> usize {
        let known = self.cameras.iter().position(|camera| camera.id == id);
        known.unwrap_or_else(|| {
            let (views, keys) = (Vec::new(), Vec::new());
            self.cameras.push(CameraSource { id, native, views, keys });
            self.cameras.len() - 1
        })
    }

    /// The number of a picture's source; `None` for a camera.
    pub fn picture(
        &mut self,
        spec: SourceSpec,
        play: Play,
        cast: &Cast<'_>,
    ) -> Result<Option<usize>, PipelineError> {
        let is_known = |known: &PictureSource| known.id.spec == spec && known.play == play;
        if let Some(known) = self.pictures.iter().position(is_known) {
            return Ok(Some(known));
        }
        let id = PictureId::now(spec);
        let (facts, before, material) = match Kept::picture(cast.kept, &id) {
            Some(known) => (known.facts, known.stills.clone(), None),
            None => match found(&id.spec, cast.intake)? {
                Some(material) => (material.facts(), Vec::new(), Some(material)),
                None => return Ok(None),
            },
        };
        let (stills, views, moving) = (Vec::new(), Vec::new(), None);
        let source = PictureSource { id, play, facts, material, before, stills, views, moving };
        self.pictures.push(source);
        Ok(Some(self.pictures.len() - 1))
    }

    /// Opens everything: cameras' forms and keys, and what moves.
    pub fn open(&mut self, cast: &mut Cast<'_>, canvas: Canvas) -> Result<Inputs, PipelineError> {
        let mut inputs = Inputs::default();
        for camera in &self.cameras {
            let view = camera.view();
            let mut node = CameraNode::new(camera.id.clone(), camera.native, view, canvas);
            for key in &camera.keys {
                let form = (&camera.id, camera.native, view);
                node.add_key(key.clone(), |key| match cast.kept_by(form, key) {
                    Some(maker) => Ok(KeyNode::awaited(key, view.size, maker)),
                    None => {
                        let finder = (cast.make_finder)(key, view)?;
                        Ok(KeyNode::new(key, finder, view.size, cast.maker.clone()))
                    }
                })?;
            }
            inputs.cameras.push(node);
        }
        for picture in &mut self.pictures {
            if picture.facts.moves && !picture.views.is_empty() {
                picture.moving = Some(inputs.moving.len());
                inputs.moving.push(picture.open(cast, &canvas)?);
            }
        }
        Ok(inputs)
    }

    /// What is known of all pictures now.
    pub fn known(self) -> Vec<KnownPicture> {
        let known = |PictureSource { id, facts, stills, .. }| KnownPicture { id, facts, stills };
        self.pictures.into_iter().map(known).collect()
    }
}

/// A source, unless it is a camera.
fn found(spec: &SourceSpec, intake: &Intake) -> Result<Option<Box<dyn Material>>, PipelineError> {
    material(spec, intake).map_err(PipelineError::Background)
}

impl PictureSource {
    /// Puts what moves to work for all who want it, unless the studio before hands it on.
    fn open(&mut self, cast: &Cast<'_>, canvas: &Canvas) -> Result<Moving, PipelineError> {
        let (views, play) = (self.views.clone(), self.play);
        let started = cast.restarted.iter().find(|(spec, _)| *spec == self.id.spec);
        let start = started.map_or(0, |(_, count)| *count);
        let (picture, color) = (self.id.clone(), canvas.color);
        let id = MovingId { picture, play, views, color, start };
        if let Some(view) = Kept::view_of(cast.kept, &id) {
            return Ok(Moving::awaited(id, view));
        }
        let (views, timing) = (&id.views[..], cast.timing);
        let Canvas { size, color, level, .. } = *canvas;
        let booking = Booking { size, color, level, views, play, timing };
        let player = self.material(cast.intake)?.start(&booking);
        Ok(Moving::new(id, player.map_err(PipelineError::Background)?))
    }

    fn material(&mut self, intake: &Intake) -> Result<&dyn Material, PipelineError> {
        if self.material.is_none() {
            self.material = found(&self.id.spec, intake)?;
        }
        self.material.as_deref().ok_or_else(|| PipelineError::NoSource("camera".to_owned()))
    }

    /// What never changes, drawn in a form, perhaps by the studio before.
    pub fn still(
        &mut self,
        view: View,
        canvas: &Canvas,
        intake: &Intake,
    ) -> Result<Arc<Shot>, PipelineError> {
        let Canvas { size, color, level, .. } = *canvas;
        let form = StillForm { view, canvas: size, color };
        let known = self.stills.iter().chain(&self.before).find(|(known, _)| *known == form);
        if let Some((_, shot)) = known {
            let shot = shot.clone();
            if self.stills.iter().all(|(known, _)| *known != form) {
                self.stills.push((form, shot.clone()));
            }
            return Ok(shot);
        }
        let (views, play, timing) = (&[view][..], self.play, Timing::Exact);
        let booking = Booking { size, color, level, views, play, timing };
        let drawn = self.material(intake)?.start(&booking).and_then(|mut still| {
            let mut shot = Shot { picture: Frame::new(PixelFormat::I420, view.size), alpha: None };
            still.draw(Timestamp::default(), &mut shot.picture, &mut shot.alpha)?;
            Ok(Arc::new(shot))
        });
        let shot = drawn.map_err(PipelineError::Background)?;
        self.stills.push((form, shot.clone()));
        Ok(shot)
    }
}

impl CameraSource {
    /// The form in which the camera's pictures are kept: the one that all layers want, if it is no
    /// larger, or else as they are, so that no picture is scaled twice.
    fn view(&self) -> View {
        let whole = View::whole(self.native);
        let (first, rest) = self.views.split_first().unwrap_or((&whole, &[]));
        let Size { width, height } = first.size;
        let is_one = rest.iter().all(|view| view == first);
        let is_smaller = width <= self.native.width && height <= self.native.height;
        if is_one && is_smaller { *first } else { whole }
    }

    /// A layer wants it in a form, and perhaps with a key.
    pub fn want(&mut self, view: View, layer: &Layer) {
        self.views.push(view);
        if let Some(key) = layer.key.as_ref().filter(|key| !self.keys.contains(key)) {
            self.keys.push(key.clone());
        }
    }
}
