//! What `--camera` names: a device, or a file or the presenter that plays the part of one.

mod device;
mod film;
mod pipewire;
mod player;

use crate::error::SourceError;
use crate::input::Input;
use backlot_files::{Intake, at_home};
use backlot_media::{Camera, CameraOpener, MonotonicClock, Recovery, StreamError, Trouble, Wish};
use backlot_scene::config::Controls;
use device::{BestOpener, DeviceOpener};
use film::Reel;
use player::PlayerOpener;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

/// Looks up the controls that are saved for a camera, by its stable name.
pub type Saved = fn(&str) -> Controls;

/// What the user named, before anything is opened.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// The best camera available.
    Auto,
    /// A video device, by its file or by one of its names.
    Device(String),
    /// A PipeWire camera, by name if one was given.
    PipeWire(Option<String>),
    /// A file, a folder of pictures, or the presenter.
    Film(Input),
}

impl Named {
    /// Resolves a name.
    ///
    /// # Errors
    /// One sentence when it is a file that can't be shown.
    pub fn find(name: impl AsRef<OsStr>, intake: &Intake) -> Result<Self, SourceError> {
        let path = &at_home(Path::new(name.as_ref()));
        let Some(text) = path.to_str() else { return Self::film(path, intake) };
        if text == "auto" {
            return Ok(Self::Auto);
        }
        if text == "pipewire" {
            return Ok(Self::PipeWire(None));
        }
        if let Some(name) = text.strip_prefix("pipewire:") {
            return Ok(Self::PipeWire(Some(name.to_owned()).filter(|n| !n.is_empty())));
        }
        if path.starts_with("/dev") || is_device(path) {
            return Ok(Self::Device(text.to_owned()));
        }
        let looks_like_a_file = text.contains('/') || path.extension().is_some();
        if is_presenter(text) || text == "-" || path.exists() || looks_like_a_file {
            return Self::film(path, intake);
        }
        Ok(Self::Device(text.to_owned()))
    }

    fn film(path: &Path, intake: &Intake) -> Result<Self, SourceError> {
        Ok(Self::Film(Input::find(path, intake)?))
    }
}

fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|meta| meta.file_type().is_char_device())
}

/// Creates the opener of a camera that exists. A device gets the controls saved for it, overridden
/// by these.
///
/// # Errors
/// One sentence when it doesn't exist, or can't be a camera.
pub fn opener(
    name: &OsStr,
    controls: &Controls,
    saved: Saved,
    intake: &Intake,
) -> Result<Box<dyn CameraOpener>, SourceError> {
    let named = Named::find(name, intake)?;
    match &named {
        Named::Device(name) => DeviceOpener::new(name, controls, saved).check()?,
        Named::PipeWire(Some(name)) => pipewire::check(name)?,
        _ => {}
    }
    opener_of(named, controls, saved, intake)
}

fn opener_of(
    named: Named,
    controls: &Controls,
    saved: Saved,
    intake: &Intake,
) -> Result<Box<dyn CameraOpener>, SourceError> {
    Ok(match named {
        Named::Film(input) => {
            let reel = Reel::new(&input, intake)?;
            Box::new(PlayerOpener::new(reel, Arc::new(MonotonicClock)))
        }
        Named::Auto => Box::new(BestOpener::new(controls, saved)),
        Named::Device(name) => Box::new(DeviceOpener::new(&name, controls, saved)),
        Named::PipeWire(name) => pipewire::opener(name.as_deref())?,
    })
}

/// A camera that need not exist yet: its name is resolved each time it is to be opened.
pub struct Awaited {
    name: OsString,
    controls: Controls,
    saved: Saved,
    intake: Intake,
    found: Option<Box<dyn CameraOpener>>,
}

impl Awaited {
    /// Creates the opener of a named camera.
    ///
    /// # Errors
    /// One sentence about what can never work: settings that the presenter doesn't have.
    pub fn new(
        name: &OsStr,
        controls: &Controls,
        saved: Saved,
        intake: &Intake,
    ) -> Result<Self, SourceError> {
        let found = match name.to_str().is_some_and(is_presenter) {
            true => Some(opener_of(Named::find(name, intake)?, controls, saved, intake)?),
            false => None,
        };
        Ok(Self {
            name: name.to_owned(),
            controls: controls.clone(),
            saved,
            intake: intake.clone(),
            found,
        })
    }
}

impl CameraOpener for Awaited {
    fn name(&self) -> String {
        let own = || self.name.to_string_lossy().into_owned();
        self.found.as_ref().map_or_else(own, |found| found.name())
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let found = match self.found.take() {
            Some(found) => found,
            None => Named::find(&self.name, &self.intake)
                .and_then(|named| opener_of(named, &self.controls, self.saved, &self.intake))
                .map_err(|error| {
                    StreamError::new(error, Recovery::Fatal).told_as(Trouble::Absent)
                })?,
        };
        self.found.insert(found).open(wish)
    }
}

/// Whether a camera of that name could have controls.
pub fn may_have_controls(text: &str) -> bool {
    let is_film = Path::new(text).extension().is_some() && !text.starts_with("/dev");
    !is_presenter(text) && !text.starts_with("pipewire") && !is_film
}

fn is_presenter(text: &str) -> bool {
    text == "presenter" || text.starts_with("presenter:")
}

/// Describes the named camera, and what `auto` selects now.
pub fn in_words(name: &OsStr) -> String {
    match Named::find(name, &Intake::default()) {
        Ok(Named::Auto) => match backlot_v4l2::find("auto") {
            Ok(node) => format!("{} ({})", node.card, node.path.display()),
            Err(_) if pipewire::has_cameras() => "a PipeWire camera".to_owned(),
            Err(_) => "none yet, the first to appear".to_owned(),
        },
        _ => name.to_string_lossy().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::FrameRate;

    const NONE: Saved = |_| Controls::new();

    #[test]
    fn what_is_typed_is_told_apart() {
        let find = |text: &str| Named::find(text, &Intake::default()).unwrap();
        assert_eq!(find("auto"), Named::Auto);
        assert_eq!(find("/dev/video7"), Named::Device("/dev/video7".into()));
        assert_eq!(
            find("usb-Logitech_C920-index0"),
            Named::Device("usb-Logitech_C920-index0".into())
        );
        assert_eq!(find("pipewire"), Named::PipeWire(None));
        assert_eq!(find("pipewire:"), Named::PipeWire(None));
        assert_eq!(find("pipewire:HD Webcam"), Named::PipeWire(Some("HD Webcam".into())));
        assert!(matches!(find("presenter:hair=long"), Named::Film(Input::Presenter(_))));
        let error = |text: &str| {
            opener(text.as_ref(), &Controls::new(), NONE, &Intake::default())
                .map(|_| ())
                .unwrap_err()
                .to_string()
        };
        assert!(error("nowhere.mp4").contains("'nowhere.mp4' does not exist"));
        assert!(error("presenter:hiar=long").contains("did you mean 'hair'"));
        assert!(error("no such camera").contains("no such camera"));
    }

    #[test]
    fn what_is_not_there_is_waited_for() {
        let intake = Intake::default();
        let wish = Wish { size: "64x36".parse().unwrap(), rate: FrameRate::FPS_30 };
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("me.png");
        let text = picture.display().to_string();
        let mut camera = Awaited::new(text.as_ref(), &Controls::new(), NONE, &intake).unwrap();
        let error = camera.open(&wish).err().unwrap();
        assert_eq!(error.trouble(), Trouble::Absent);
        assert!(error.to_string().contains("does not exist"), "{error}");
        image::RgbImage::new(64, 36).save(&picture).unwrap();
        assert_eq!(camera.open(&wish).unwrap().mode().size, wish.size);
        let mut camera =
            Awaited::new("no such camera".as_ref(), &Controls::new(), NONE, &intake).unwrap();
        assert_eq!(camera.open(&wish).err().unwrap().trouble(), Trouble::Absent);
        assert!(
            Awaited::new("presenter:hiar=long".as_ref(), &Controls::new(), NONE, &intake).is_err()
        );
    }

    #[test]
    fn only_devices_have_controls() {
        let are = ["auto", "/dev/video0", "usb-046d", "HD Webcam"].map(may_have_controls);
        let are_not = ["presenter:hair=long", "pipewire:Front", "me.mp4"].map(may_have_controls);
        assert_eq!((are, are_not), ([true; 4], [false; 3]));
    }
}
