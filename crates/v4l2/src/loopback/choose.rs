//! Chooses the device to feed, and decides whether it may be fed.

use super::discover::{LoopbackDevice, devices};
use super::watch::real_path;
use crate::error::Error;
use std::path::PathBuf;

/// The label of the device that is ours.
pub const LABEL: &str = backlot_media::CAMERA_NAME;

/// A choice of virtual camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// The device labelled [`LABEL`]; without one, a device that certainly nobody feeds.
    Auto,
    /// The device with this file.
    Path(PathBuf),
    /// The device with this label.
    Label(String),
}

impl Output {
    /// What the user typed: `auto`, a file, or a label.
    pub fn parse(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            path if path.starts_with('/') => Self::Path(path.into()),
            label => Self::Label(label.to_owned()),
        }
    }

    /// The user's name for it.
    pub fn name(&self) -> String {
        match self {
            Self::Auto => LABEL.to_owned(),
            Self::Path(path) => path.display().to_string(),
            Self::Label(label) => label.clone(),
        }
    }

    /// The file of the chosen device, at this moment. It opens nothing.
    pub fn place(&self) -> Option<PathBuf> {
        let (candidates, _) = self.candidates(&devices()).ok()?;
        candidates.into_iter().next().map(|device| real_path(&device.path))
    }

    /// Devices that fit, best first, and whether another program's device may be among them.
    pub(super) fn candidates(
        &self,
        there: &[LoopbackDevice],
    ) -> Result<(Vec<LoopbackDevice>, bool), Error> {
        let labelled = |wanted: &str| -> Vec<_> {
            there.iter().filter(|device| device.label == wanted).cloned().collect()
        };
        match self {
            Self::Auto if there.is_empty() => Err(Error::NoVirtualCamera),
            Self::Auto => {
                let ours = labelled(LABEL);
                if ours.is_empty() { Ok((there.to_vec(), true)) } else { Ok((ours, false)) }
            }
            Self::Label(label) => {
                let found = labelled(label);
                let none =
                    || Error::NoSuchOutput { name: label.clone(), there: in_words(label, there) };
                if found.is_empty() { Err(none()) } else { Ok((found, false)) }
            }
            // The file may be a link, or not be such a device: opening it shows that.
            Self::Path(path) => {
                let real = path.canonicalize().unwrap_or_else(|_| path.clone());
                let known = there.iter().find(|device| device.path == real);
                let unknown = || LoopbackDevice {
                    path: path.clone(),
                    number: u32::MAX,
                    label: String::new(),
                    format: None,
                    exclusive: None,
                };
                Ok((vec![known.cloned().unwrap_or_else(unknown)], false))
            }
        }
    }
}

/// The existing devices, the one most similar to `name` first, as the end of a sentence.
pub(super) fn in_words(name: &str, there: &[LoopbackDevice]) -> String {
    let likeness = |device: &LoopbackDevice| {
        let like = |text: &str| strsim::jaro_winkler(&name.to_lowercase(), &text.to_lowercase());
        like(&device.label).max(like(&device.path.to_string_lossy()))
    };
    let mut there: Vec<_> = there.iter().collect();
    there.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    let named =
        |device: &&LoopbackDevice| format!("{} ('{}')", device.path.display(), device.label);
    let names: Vec<_> = there.iter().take(3).map(named).collect();
    if names.is_empty() {
        "there is none at all".to_owned()
    } else {
        format!("there is {}", names.join(", "))
    }
}

/// The facts about a device that may be in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// It says that it is a camera.
    pub(super) captures: bool,
    /// It says that it can be fed.
    pub(super) outputs: bool,
    /// A format is in force.
    pub(super) formatted: bool,
    /// Whether it can only be one of the two at a time, if known.
    pub(super) exclusive: Option<bool>,
    /// Its format stays when nobody feeds it.
    pub(super) keeps_format: bool,
    /// The driver refuses a second feeder.
    pub(super) arbitrates: bool,
    /// Others have it open, viewers or feeders.
    pub(super) others: usize,
    /// Whether all processes of the system could be examined.
    pub(super) all_seen: bool,
}

/// Whether another program feeds a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Certainly none does.
    Free,
    /// That is unknown.
    Unclear,
    /// One does.
    Fed,
}

impl Facts {
    pub(super) fn judge(&self) -> Use {
        let nobody_has_it = self.others == 0 && self.all_seen;
        match (self.captures, self.outputs) {
            _ if nobody_has_it => Use::Free,
            // A fed device is a camera.
            (false, _) => Use::Free,
            (true, true) if !self.formatted => Use::Free,
            // An exclusive one wouldn't accept output; viewers keep it a camera (up to 0.13).
            (true, true) if self.exclusive == Some(true) => Use::Free,
            (true, true) => Use::Unclear,
            (true, false) if self.keeps_format && self.arbitrates => Use::Unclear,
            (true, false) => Use::Fed,
        }
    }

    /// Whether we may feed it; `stranger` if it isn't ours and wasn't named.
    pub(super) fn may_feed(&self, stranger: bool) -> bool {
        match self.judge() {
            Use::Free => true,
            Use::Fed => false,
            Use::Unclear => !stranger && (self.arbitrates || self.others == 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: u32, label: &str) -> LoopbackDevice {
        LoopbackDevice {
            path: format!("/dev/video{number}").into(),
            number,
            label: label.into(),
            format: None,
            exclusive: Some(true),
        }
    }

    #[test]
    fn ours_first_then_others_then_none() {
        let (obs, ours) = (device(7, "OBS"), device(10, "Backlot"));
        let both = [obs.clone(), ours.clone()];
        assert_eq!(Output::Auto.candidates(&both).unwrap(), (vec![ours], false));
        let only = std::slice::from_ref(&obs);
        assert_eq!(Output::Auto.candidates(only).unwrap(), (vec![obs.clone()], true));
        assert!(matches!(Output::Auto.candidates(&[]), Err(Error::NoVirtualCamera)));
        let found = Output::parse("OBS").candidates(&both).unwrap();
        assert_eq!(found, (vec![obs.clone()], false));
        let found = Output::parse("/dev/video7").candidates(&both).unwrap();
        assert_eq!(found, (vec![obs], false));
        let error = Output::parse("Obs").candidates(&both).unwrap_err().to_string();
        assert!(error.contains("/dev/video7 ('OBS'), /dev/video10 ('Backlot')"), "{error}");
        let error = Output::parse("Backlto").candidates(&both).unwrap_err().to_string();
        assert!(error.contains("/dev/video10 ('Backlot'), /dev/video7 ('OBS')"), "{error}");
        assert!(error.contains("backlot doctor"), "{error}");
    }

    #[test]
    fn only_free_devices_are_fed() {
        let seen = Facts { all_seen: true, ..Facts::default() };
        let one = Facts { others: 1, ..seen };
        let table = [
            // As it was loaded, exclusive or not.
            (Facts { outputs: true, ..seen }, Use::Free),
            (Facts { outputs: true, captures: true, ..seen }, Use::Free),
            // A program has opened it but feeds nothing.
            (Facts { outputs: true, ..one }, Use::Free),
            (Facts { outputs: true, captures: true, ..one }, Use::Free),
            // Exclusive and fed.
            (Facts { captures: true, formatted: true, exclusive: Some(true), ..one }, Use::Fed),
            // A hidden program feeds it.
            (Facts { captures: true, formatted: true, ..Facts::default() }, Use::Fed),
            // Its feeder died, a viewer stayed (0.12 and 0.13).
            (
                Facts {
                    captures: true,
                    outputs: true,
                    formatted: true,
                    exclusive: Some(true),
                    ..one
                },
                Use::Free,
            ),
            // Not exclusive, and a program has it open: it may feed or watch.
            (Facts { captures: true, outputs: true, formatted: true, ..one }, Use::Unclear),
            // A kept format, without and with a feeder.
            (Facts { captures: true, formatted: true, keeps_format: true, ..seen }, Use::Free),
            (
                Facts {
                    captures: true,
                    formatted: true,
                    keeps_format: true,
                    arbitrates: true,
                    ..one
                },
                Use::Unclear,
            ),
            // What 0.12.7 leaves behind.
            (one, Use::Free),
        ];
        for (facts, wanted) in table {
            assert_eq!(facts.judge(), wanted, "{facts:?}");
        }
    }

    #[test]
    fn strangers_devices_are_left_alone_when_in_doubt() {
        let doubt = Facts { captures: true, outputs: true, formatted: true, ..Facts::default() };
        assert!(doubt.may_feed(false) && !doubt.may_feed(true));
        let watched = Facts { others: 1, ..doubt };
        assert!(!watched.may_feed(false) && !watched.may_feed(true));
        let decided_by_driver = Facts { arbitrates: true, ..watched };
        assert!(decided_by_driver.may_feed(false) && !decided_by_driver.may_feed(true));
    }
}
