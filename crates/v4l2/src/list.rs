//! The existing video devices, and which one a name means.

use crate::error::{Error, nearest};
use crate::loopback::{self, LABEL};
use crate::modes::encoding_of;
use crate::sys::{BufType, Capability, Device, Fourcc, Interval, Intervals, Sizes};
use backlot_media::Encoding;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The most entries to accept in a driver's list.
pub(crate) const MOST: u32 = 256;

/// The purpose of a video device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A camera or a grabber.
    Camera,
    /// A device of v4l2loopback; whether it can be read and fed at this moment.
    Loopback {
        /// It announces itself as a camera.
        captures: bool,
        /// It can be fed.
        outputs: bool,
    },
    /// A camera whose pictures are in several planes of memory, as on boards and phones. Not
    /// supported here.
    Multiplanar,
    /// Nothing to do with cameras: metadata, an encoder, an output.
    Other,
    /// It could not be opened.
    Unknown,
}

/// A video device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its file, `/dev/videoN`.
    pub path: PathBuf,
    /// The number in its file's name.
    pub number: u32,
    /// Its name for people.
    pub card: String,
    /// Its driver.
    pub driver: String,
    /// Where it is plugged in.
    pub bus_info: String,
    /// Its purpose.
    pub role: Role,
    /// The abilities that it reports.
    pub abilities: Abilities,
    /// The stable name of this very camera, in `/dev/v4l/by-id`.
    pub by_id: Option<String>,
    /// The stable name of the plug, in `/dev/v4l/by-path`.
    pub by_path: Option<String>,
    /// Why nothing more is known, if it could not be opened.
    pub problem: Option<String>,
    /// The same in the system's words.
    pub fault: Option<Fault>,
}

/// The abilities that a device reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It delivers pictures.
    pub captures: bool,
    /// It can be fed.
    pub outputs: bool,
    /// It delivers only data about pictures.
    pub metadata: bool,
}

/// Why a device could not be opened or queried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether the user lacks permission.
    pub is_denied: bool,
    /// The system's words.
    pub text: String,
}

impl Node {
    /// The stable name that doesn't depend on other cameras, where the system keeps one: by
    /// identity, else by plug.
    pub fn stable_name(&self) -> Option<&str> {
        self.by_id.as_deref().or(self.by_path.as_deref())
    }

    /// Whether v4l2loopback drives it.
    pub const fn is_loopback(&self) -> bool {
        matches!(self.role, Role::Loopback { .. })
    }
}

/// A format that a device offers, with its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatOffer {
    /// Its name for programs.
    pub fourcc: Fourcc,
    /// Its name for people.
    pub description: String,
    /// How to read it; `None` if that isn't supported.
    pub encoding: Option<Encoding>,
    /// Sizes, and ranges of sizes.
    pub sizes: Vec<SizeOffer>,
}

/// A size, or a range of them, and its rates (those of a range at its largest size).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeOffer {
    /// The size or the range.
    pub sizes: Sizes,
    /// Times from one picture to the next.
    pub intervals: Vec<Intervals>,
}

/// All video devices by number.
pub fn list() -> Vec<Node> {
    list_under(Path::new("/dev"), Path::new("/sys"), &|path| Device::open(path)?.querycap())
}

type Ask<'a> = &'a dyn Fn(&Path) -> io::Result<Capability>;

fn list_under(dev: &Path, sys: &Path, ask: Ask<'_>) -> Vec<Node> {
    let number = |name: &str| name.strip_prefix("video")?.parse::<u32>().ok();
    let entries = fs::read_dir(dev).into_iter().flatten().flatten();
    let mut numbers: Vec<u32> =
        entries.filter_map(|entry| number(entry.file_name().to_str()?)).collect();
    numbers.sort_unstable();
    numbers.into_iter().map(|number| node(dev, sys, number, ask)).collect()
}

fn node(dev: &Path, sys: &Path, number: u32, ask: Ask<'_>) -> Node {
    let file = format!("video{number}");
    let path = dev.join(&file);
    let link = |folder: &str| link_to(&dev.join("v4l").join(folder), &path);
    let mut node = Node {
        number,
        card: String::new(),
        driver: String::new(),
        bus_info: String::new(),
        role: Role::Unknown,
        abilities: Abilities::default(),
        by_id: link("by-id"),
        by_path: link("by-path"),
        problem: None,
        fault: None,
        path: path.clone(),
    };
    match ask(&path) {
        Ok(capability) => {
            node.role = role_of(&capability);
            node.abilities = abilities_of(&capability);
            node.card = capability.card;
            node.driver = capability.driver;
            node.bus_info = capability.bus_info;
        }
        Err(error) => {
            let class = sys.join("class/video4linux").join(&file);
            let name = fs::read_to_string(class.join("name")).unwrap_or_default();
            node.card = name.trim().to_owned();
            if loopback::is_loopback(&class) {
                node.driver = loopback::DRIVER.to_owned();
                node.role = Role::Loopback { captures: false, outputs: false };
            }
            let is_denied = error.kind() == io::ErrorKind::PermissionDenied;
            node.fault = Some(Fault { is_denied, text: error.to_string() });
            let shown = path.display().to_string();
            node.problem = Some(Error::of_call(&shown, &path, "opening", error).to_string());
        }
    }
    node
}

fn link_to(folder: &Path, device: &Path) -> Option<String> {
    let device = device.canonicalize().ok()?;
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().canonicalize().is_ok_and(|to| to == device))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names.into_iter().next()
}

pub(crate) fn role_of(capability: &Capability) -> Role {
    let (captures, outputs) = (capability.captures(), capability.outputs());
    if capability.driver == loopback::DRIVER {
        return Role::Loopback { captures, outputs };
    }
    if captures && !outputs && !capability.is_codec() && capability.streams() {
        return Role::Camera;
    }
    if capability.captures_multiplanar() && !capability.is_codec() {
        return Role::Multiplanar;
    }
    Role::Other
}

const fn abilities_of(capability: &Capability) -> Abilities {
    let pictures = capability.captures() || capability.captures_multiplanar();
    let captures = pictures && !capability.is_codec();
    let metadata = capability.captures_metadata() && !captures;
    Abilities { captures, outputs: capability.outputs(), metadata }
}

/// The device that a name means: `auto` (the first camera), `/dev/video0`, `0`, the name of a link
/// in `/dev/v4l/by-id` or `by-path`, or the name for people.
///
/// # Errors
/// [`Error::NoCamera`], [`Error::NotFound`] with the nearest names, [`Error::Ambiguous`].
pub fn find(name: &str) -> Result<Node, Error> {
    if let Some(node) = device_file(name) {
        return Ok(node);
    }
    if Path::new(name).is_absolute() && Path::new(name).exists() {
        let what = "it is not a video device".to_owned();
        return Err(Error::NotACamera { path: name.into(), what });
    }
    find_among(&list(), name).cloned()
}

/// The device of a file that is named as such. The other devices aren't touched then.
fn device_file(name: &str) -> Option<Node> {
    let path = Path::new(name).is_absolute().then(|| Path::new(name).canonicalize().ok())??;
    let number = path.file_name()?.to_str()?.strip_prefix("video")?.parse().ok()?;
    let ask: Ask<'_> = &|path| Device::open(path)?.querycap();
    Some(node(path.parent()?, Path::new("/sys"), number, ask))
}

fn find_among<'a>(nodes: &'a [Node], name: &str) -> Result<&'a Node, Error> {
    if name == "auto" {
        let first = |role| nodes.iter().find(|node| node.role == role);
        // A device without permission says so when it is opened.
        return first(Role::Camera).or_else(|| first(Role::Unknown)).ok_or(Error::NoCamera);
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    let exact = |node: &&Node| {
        let links = [&node.by_id, &node.by_path].into_iter().flatten();
        node.path == Path::new(name)
            || name.parse() == Ok(node.number)
            || (node.path.ends_with(name) && !name.is_empty())
            || links.into_iter().any(|link| link == file || stem(link) == file)
    };
    if let Some(node) = nodes.iter().find(exact) {
        return Ok(node);
    }
    let usable: Vec<&Node> = nodes.iter().filter(|node| node.role != Role::Other).collect();
    let wanted = name.to_lowercase();
    let full = |node: &&&Node| node.card.to_lowercase() == wanted;
    let part = |node: &&&Node| !wanted.is_empty() && node.card.to_lowercase().contains(&wanted);
    let mut fitting: Vec<&Node> = usable.iter().filter(full).copied().collect();
    if fitting.is_empty() {
        fitting = usable.iter().filter(part).copied().collect();
    }
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(Error::NotFound { name: name.into(), near: nearest(name, names(nodes)) }),
        several => {
            let paths: Vec<_> = several.iter().map(|n| n.path.display().to_string()).collect();
            Err(Error::Ambiguous { name: name.into(), choices: paths.join(", ") })
        }
    }
}

/// Names to recommend. They leave out virtual cameras: one may be the very one that shows the
/// picture.
fn names(nodes: &[Node]) -> impl Iterator<Item = &str> {
    let is_camera = |node: &&Node| match node.role {
        Role::Camera => true,
        Role::Unknown => node.card != LABEL,
        _ => false,
    };
    nodes.iter().filter(is_camera).flat_map(|node| {
        let card = Some(&*node.card).filter(|card| !card.is_empty());
        [node.path.to_str(), card].into_iter().flatten()
    })
}

/// The part of a link's name that people would copy, without `-video-index0`.
fn stem(link: &str) -> &str {
    link.strip_suffix("-video-index0").unwrap_or(link)
}

/// The formats that a device offers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// Its formats, including those that can't be read here.
    pub formats: Vec<FormatOffer>,
    /// The present setting of pictures per second; `None` if it doesn't report one.
    pub rate: Option<f64>,
}

/// Lists the formats that a device offers.
///
/// # Errors
/// Returns [`Error::Io`] and others when the device can't be opened.
pub fn offers(path: &Path) -> Result<Offers, Error> {
    let name = path.display().to_string();
    let device =
        Device::open(path).map_err(|error| Error::of_call(&name, path, "opening", error))?;
    let formats = formats_of(&device).into_iter();
    let interval = device.interval(BufType::Capture).ok().flatten();
    Ok(Offers {
        formats: formats.map(|(fourcc, text)| offer(&device, fourcc, text)).collect(),
        rate: interval.map(Interval::fps),
    })
}

/// The formats by name, each once.
pub(crate) fn formats_of(device: &Device) -> Vec<(Fourcc, String)> {
    let mut found: Vec<(Fourcc, String)> = Vec::new();
    for desc in (0..MOST).map_while(|i| device.enum_fmt(BufType::Capture, i).ok().flatten()) {
        if found.iter().all(|(fourcc, _)| *fourcc != desc.fourcc) {
            found.push((desc.fourcc, desc.description));
        }
    }
    found
}

fn offer(device: &Device, fourcc: Fourcc, description: String) -> FormatOffer {
    let sizes = sizes_of(device, fourcc)
        .into_iter()
        .map(|sizes| SizeOffer { sizes, intervals: intervals_of(device, fourcc, sizes.max) })
        .collect();
    FormatOffer { fourcc, description, encoding: encoding_of(fourcc), sizes }
}

pub(crate) fn sizes_of(device: &Device, fourcc: Fourcc) -> Vec<Sizes> {
    (0..MOST).map_while(|index| device.enum_framesizes(fourcc, index).ok().flatten()).collect()
}

pub(crate) fn intervals_of(device: &Device, fourcc: Fourcc, size: (u32, u32)) -> Vec<Intervals> {
    let interval = |index| device.enum_frameintervals(fourcc, size, index).ok().flatten();
    (0..MOST).map_while(interval).collect()
}

#[cfg(test)]
mod tests;
