//! What `--camera` names: a device, or a file or the presenter that plays the part of one.

mod device;
mod film;
mod pipewire;
mod player;

use crate::input::Input;
use anyhow::Result;
use backlot_media::{CameraOpener, MonotonicClock};
use backlot_scene::config::Controls;
use film::Reel;
use player::PlayerOpener;
use std::path::Path;
use std::sync::Arc;

/// What the user named, before anything is opened.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// The best camera that there is.
    Auto,
    /// A video device, by its file or by a name that it is known by.
    Device(String),
    /// A camera that PipeWire knows, by a name if one was given.
    PipeWire(Option<String>),
    /// A file, a folder of pictures, or the presenter.
    Film(Input),
}

impl Named {
    /// Finds out what a text names.
    ///
    /// # Errors
    /// One sentence when it is a file that can't be shown.
    pub fn find(text: &str) -> Result<Self> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        if text == "pipewire" {
            return Ok(Self::PipeWire(None));
        }
        if let Some(name) = text.strip_prefix("pipewire:") {
            return Ok(Self::PipeWire(Some(name.to_owned()).filter(|n| !n.is_empty())));
        }
        let path = Path::new(text);
        if path.starts_with("/dev") || is_device(path) {
            return Ok(Self::Device(text.to_owned()));
        }
        let is_presenter = text == "presenter" || text.starts_with("presenter:");
        let looks_like_a_file = text.contains('/') || path.extension().is_some();
        if is_presenter || text == "-" || path.exists() || looks_like_a_file {
            return Ok(Self::Film(Input::find(text)?));
        }
        Ok(Self::Device(text.to_owned()))
    }
}

fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|meta| meta.file_type().is_char_device())
}

/// Makes ready to open the camera that a text names. A device gets the controls that were saved
/// for it, and these instead where they say something else.
///
/// # Errors
/// One sentence when there is no such thing, or it can't be a camera.
pub fn opener(text: &str, controls: &Controls) -> Result<Box<dyn CameraOpener>> {
    match Named::find(text)? {
        Named::Film(input) => {
            let reel = Reel::new(&input)?;
            Ok(Box::new(PlayerOpener::new(reel, Arc::new(MonotonicClock))))
        }
        Named::Auto => device::best(controls),
        Named::Device(name) => device::named(&name, controls),
        Named::PipeWire(name) => pipewire::opener(name.as_deref()),
    }
}

/// What a text names, and where `auto` leads now.
pub fn in_words(text: &str) -> String {
    match Named::find(text) {
        Ok(Named::Auto) => match backlot_v4l2::find("auto") {
            Ok(node) => format!("{} ({})", node.card, node.path.display()),
            Err(_) if pipewire::has_cameras() => "one of PipeWire".to_owned(),
            Err(_) => "none yet, the first that comes".to_owned(),
        },
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        let find = |text: &str| Named::find(text).unwrap();
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
        let error =
            |text: &str| opener(text, &Controls::new()).map(|_| ()).unwrap_err().to_string();
        assert!(error("nowhere.mp4").contains("'nowhere.mp4' does not exist"));
        assert!(error("presenter:hiar=long").contains("did you mean 'hair'"));
    }
}
