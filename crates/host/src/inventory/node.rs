//! A video device: what it reports, and who has it open.

use backlot_media::PROGRAM_NAME;
use backlot_v4l2::loopback::DRIVER;
use backlot_v4l2::{FormatOffer, Fourcc, encoding_of};
use serde::Serialize;

/// A device `/dev/videoN`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Node {
    /// The device's file.
    pub path: String,
    /// Its number.
    pub number: u32,
    /// The name that programs show.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// Where it is plugged in.
    pub bus: String,
    /// Whether this user may open it for reading and writing.
    pub access: Access,
    /// Why it can't be opened, in the system's words.
    pub fault: String,
    /// The group that owns its file.
    pub group: String,
    /// Whether it says that it captures.
    pub captures: bool,
    /// Whether it says that it can be written to.
    pub outputs: bool,
    /// Whether it delivers only data about pictures, or none.
    pub metadata: bool,
    /// Formats, with the sizes that each lists one by one.
    pub formats: Vec<Format>,
    /// The same, with everything known about them.
    #[serde(skip)]
    pub offers: Vec<FormatOffer>,
    /// The stable name that doesn't depend on other cameras, where the system keeps one.
    #[serde(skip)]
    pub stable_name: Option<String>,
    /// Pictures per second that the device promises; 0 if none.
    pub rate: f64,
    /// Programs that have it open.
    pub users: Vec<User>,
}

/// A format of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Format {
    /// Its four letters.
    pub fourcc: String,
    /// Width and height of each size that is listed one by one.
    pub sizes: Vec<(u32, u32)>,
    /// Whether sizes come as a range.
    pub is_range: bool,
}

/// Whether a device can be opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// For reading and writing.
    #[default]
    Open,
    /// The user lacks permission.
    Denied,
    /// It can't be opened for another reason.
    Broken,
}

/// A program that has a device open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its process.
    pub pid: u32,
    /// Its name.
    pub program: String,
    /// Whether it opened the device to write pictures into it, as far as is known.
    pub feeds: bool,
}

impl Node {
    /// Whether v4l2loopback drives it.
    pub fn is_loopback(&self) -> bool {
        self.driver == DRIVER
    }

    /// Whether it is a camera that delivers pictures.
    pub fn is_camera(&self) -> bool {
        !self.is_loopback() && self.captures && !self.metadata
    }

    /// Whether it could be opened.
    pub fn is_open(&self) -> bool {
        self.access == Access::Open
    }

    /// Why nothing is known about it.
    pub fn problem(&self) -> Option<String> {
        match self.access {
            Access::Open => None,
            Access::Denied => Some("you may not open it: 'backlot doctor' says why".to_owned()),
            Access::Broken => Some(self.fault.clone()),
        }
    }

    /// Whether its label says that it is ours.
    pub fn is_labelled(&self) -> bool {
        names_us(&self.name)
    }

    /// Whether pictures can be read in one of its formats.
    pub fn is_readable(&self) -> bool {
        self.formats.iter().any(|format| is_readable(&format.fourcc))
    }

    /// Who writes pictures into it.
    pub fn feeder(&self) -> Option<&User> {
        self.users.iter().find(|user| user.feeds)
    }

    /// Its name in a sentence.
    pub fn title(&self) -> String {
        format!("{} '{}'", self.path, self.name)
    }
}

/// Whether a name is that of our virtual camera.
pub fn names_us(name: &str) -> bool {
    name.to_lowercase().contains(PROGRAM_NAME)
}

/// Whether pictures can be read in a format, by its four letters.
pub fn is_readable(fourcc: &str) -> bool {
    Fourcc::of(fourcc).and_then(encoding_of).is_some()
}
