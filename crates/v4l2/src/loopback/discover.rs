//! Lists the v4l2loopback devices and the module's options. It opens nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A v4l2loopback device as the system's tree of devices shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopbackDevice {
    /// Its file.
    pub path: PathBuf,
    /// The N of `/dev/videoN`.
    pub number: u32,
    /// The name that viewers see.
    pub label: String,
    /// The format in force, such as `YUYV:1280x720@30`; `None` if none is set.
    pub format: Option<String>,
    /// Whether viewers see it only as a camera (`exclusive_caps`), where that is known.
    pub exclusive: Option<bool>,
}

/// The loaded kernel module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// Its version, such as `0.13.2`, if it reports one.
    pub version: Option<String>,
    /// The options that it was loaded with: `exclusive_caps`, `card_label`, `video_nr`, `devices`
    /// and so on.
    pub parameters: BTreeMap<String, String>,
    /// Its devices, by number.
    pub devices: Vec<LoopbackDevice>,
}

impl Module {
    /// Whether the driver itself refuses a second feeder (from 0.14). `false` if the version is unknown.
    pub fn arbitrates(&self) -> bool {
        let mut parts = self.version.iter().flat_map(|v| v.split('.')).map(str::parse::<u32>);
        let (major, minor) = (parts.next(), parts.next());
        matches!((major, minor), (Some(Ok(a)), Some(Ok(b))) if (a, b) >= (0, 14))
    }
}

/// The module, `None` if it is not loaded.
pub fn module() -> Option<Module> {
    module_under(Path::new("/"))
}

/// All v4l2loopback devices, by number.
pub fn devices() -> Vec<LoopbackDevice> {
    module().map(|module| module.devices).unwrap_or_default()
}

/// The most bytes to read of a kernel file.
const MOST: u64 = 4096;

pub(super) fn module_under(root: &Path) -> Option<Module> {
    let folder = root.join("sys/module/v4l2loopback");
    if !folder.is_dir() {
        return None;
    }
    let parameters: BTreeMap<_, _> = names(&folder.join("parameters"))
        .into_iter()
        .filter_map(|name| Some((line(&folder.join("parameters").join(&name))?, name)))
        .map(|(value, name)| (name, value))
        .collect();
    let class = root.join("sys/class/video4linux");
    let numbers = names(&class).into_iter();
    let mut numbers: Vec<u32> =
        numbers.filter_map(|name| name.strip_prefix("video")?.parse().ok()).collect();
    numbers.sort_unstable();
    let device = |number| device(&class.join(format!("video{number}")), number, &parameters);
    let devices = numbers.into_iter().filter_map(device).collect();
    Some(Module { version: line(&folder.join("version")), parameters, devices })
}

/// Whether a folder of the class video4linux belongs to a v4l2loopback device.
pub(crate) fn is_loopback(folder: &Path) -> bool {
    // No other driver has these.
    ["max_openers", "buffers"].iter().all(|name| folder.join(name).is_file())
}

fn device(
    folder: &Path,
    number: u32,
    parameters: &BTreeMap<String, String>,
) -> Option<LoopbackDevice> {
    if !is_loopback(folder) {
        return None;
    }
    Some(LoopbackDevice {
        path: format!("/dev/video{number}").into(),
        number,
        label: line(&folder.join("name")).unwrap_or_default(),
        format: line(&folder.join("format")).filter(|format| !format.is_empty()),
        exclusive: exclusive(number, parameters),
    })
}

/// The module's answer is a list in the order of `video_nr`; neither has a device that was added
/// later.
fn exclusive(number: u32, parameters: &BTreeMap<String, String>) -> Option<bool> {
    let list = |name: &str| parameters.get(name).map(|text| text.split(','));
    let is = |text: &str| matches!(text.trim(), "Y" | "y" | "1");
    let number = number.to_string();
    let index = list("video_nr")?.position(|text| text.trim() == number)?;
    list("exclusive_caps")?.nth(index).map(is)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The first line of a small file.
fn line(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.lines().next().unwrap_or_default().trim();
    Some(text.chars().filter(|c| !c.is_control()).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A tree of files in a temporary folder.
    pub(crate) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MODULE: &str = "sys/module/v4l2loopback";
    const CLASS: &str = "sys/class/video4linux";

    #[test]
    fn devices_are_told_from_cameras() {
        let of = |name: &str| format!("{CLASS}/{name}");
        let files = [
            (format!("{MODULE}/version"), "0.13.2\n"),
            (format!("{MODULE}/parameters/video_nr"), "10,7,-1\n"),
            (format!("{MODULE}/parameters/exclusive_caps"), "Y,N,N\n"),
            (of("video0/name"), "HD Webcam\n"),
            (of("video10/name"), "Backlot\n"),
            (of("video10/max_openers"), "10\n"),
            (of("video10/buffers"), "2\n"),
            (of("video10/format"), "YUYV:1280x720@30\n"),
            (of("video7/name"), "OBS \u{1b}Cam\n"),
            (of("video7/max_openers"), "10\n"),
            (of("video7/buffers"), "2\n"),
            (of("video7/format"), ""),
        ];
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let root = tree(&files);
        let module = module_under(root.path()).unwrap();
        assert_eq!(module.version.as_deref(), Some("0.13.2"));
        assert!(!module.arbitrates());
        let device = |number: u32, label: &str, format: Option<&str>, exclusive| LoopbackDevice {
            path: format!("/dev/video{number}").into(),
            number,
            label: label.into(),
            format: format.map(str::to_owned),
            exclusive: Some(exclusive),
        };
        let wanted = [
            device(7, "OBS Cam", None, false),
            device(10, "Backlot", Some("YUYV:1280x720@30"), true),
        ];
        assert_eq!(module.devices, wanted);
    }

    #[test]
    fn no_module_no_devices() {
        let root = tree(&[("sys/class/video4linux/video0/name", "Cam")]);
        assert_eq!(module_under(root.path()), None);
    }

    #[test]
    fn the_driver_arbitrates_from_0_14_on() {
        let of = |version: Option<&str>| {
            Module { version: version.map(str::to_owned), ..Module::default() }.arbitrates()
        };
        assert!(of(Some("0.14.0")) && of(Some("0.15.4")) && of(Some("1.0")));
        assert!(!of(Some("0.13.2")) && !of(Some("0.12.7")) && !of(None) && !of(Some("x.y")));
    }
}
