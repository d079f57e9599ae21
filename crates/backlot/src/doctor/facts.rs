//! What there is on this machine, as plain data: the rules look at nothing else.

use serde::Serialize;

/// Everything that the rules ask about.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts {
    /// Kernel, distribution, user.
    pub system: System,
    /// The kernel module v4l2loopback.
    pub module: Module,
    /// Every `/dev/videoN`.
    pub nodes: Vec<Node>,
    /// The PipeWire session.
    pub pipewire: PipeWire,
    /// What was answered when programs asked the desktop for the camera.
    pub permissions: Vec<Permission>,
}

/// Kernel, distribution, user.
#[derive(Clone, Debug, Default, Serialize)]
pub struct System {
    /// The running kernel, as of `uname -r`.
    pub kernel: String,
    /// Kernels whose modules are on this disk.
    pub kernels: Vec<String>,
    /// `ID` and `ID_LIKE` of `os-release`, most exact first.
    pub distribution: Vec<String>,
    /// Whether the system is an image that packages are layered on (rpm-ostree).
    pub is_image: bool,
    /// Whether Secure Boot is on, where that can be told.
    pub secure_boot: Option<bool>,
    /// Whether the kernel takes only signed modules, where it tells.
    pub enforces_signatures: Option<bool>,
    /// The user's name.
    pub user: String,
    /// Whether the user is root.
    pub is_root: bool,
    /// Groups that this process has.
    pub groups: Vec<String>,
    /// Groups that the user will have after the next login.
    pub future_groups: Vec<String>,
}

/// The kernel module v4l2loopback.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Module {
    /// The loaded one's version, if one is loaded; empty if it doesn't tell.
    pub loaded: Option<String>,
    /// The buffers that the loaded one gives a program at most, where it tells.
    pub buffers: Option<u32>,
    /// The one that there is for the running kernel.
    pub installed: Option<Installed>,
    /// Other kernels that it was built for.
    pub other_kernels: Vec<String>,
    /// How it is built for a new kernel.
    pub builder: Option<Builder>,
    /// Public keys that modules are signed with here, and whether the machine knows each.
    pub keys: Vec<Key>,
    /// What `modprobe` is told about it.
    pub options: Vec<OptionsLine>,
}

/// A module file for the running kernel.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Installed {
    /// Its version, where it says one.
    pub version: Option<String>,
    /// Who signed it, if anybody did.
    pub signer: Option<String>,
}

/// How a module is built for a new kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// DKMS, as of Debian, Arch and their likes.
    Dkms,
    /// akmods, as of Fedora.
    Akmods,
}

/// A public key that modules are signed with.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// Its file.
    pub path: String,
    /// Whether the machine trusts it, where that can be told.
    pub enrolled: Option<bool>,
}

/// A line `options v4l2loopback …`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionsLine {
    /// The file that it is in.
    pub path: String,
    /// Its settings.
    pub settings: Vec<(String, String)>,
}

/// A device `/dev/videoN`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Node {
    /// The device's file.
    pub path: String,
    /// Its number.
    pub number: u32,
    /// What programs show.
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
    /// Formats, with the sizes of each that are told one by one.
    pub formats: Vec<Format>,
    /// Pictures per second that are promised; 0 if none are.
    pub rate: f64,
    /// Programs that have it open.
    pub users: Vec<User>,
}

/// A format of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Format {
    /// Its four letters.
    pub fourcc: String,
    /// Width and height of each size that is told by itself.
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
    /// The user has no right to.
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
    /// Whether it opened the device to write pictures into it, as far as can be told.
    pub feeds: bool,
}

/// The PipeWire session.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PipeWire {
    /// Whether its program is installed.
    pub installed: bool,
    /// Whether it answers.
    pub running: bool,
    /// Whether a session manager runs.
    pub manager: bool,
    /// Its cameras; `None` where nobody could be asked.
    pub cameras: Option<Vec<PipeWireCamera>>,
}

/// A camera that PipeWire offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PipeWireCamera {
    /// `node.name`.
    pub name: String,
    /// `node.description`; empty if there is none.
    pub description: String,
    /// `media.role`.
    pub role: String,
    /// The device behind it, if it is one.
    pub device: Option<String>,
}

/// An answer that the desktop remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The program that asked; empty for those outside Flatpak.
    pub app: String,
    /// Whether it may use the camera.
    pub allowed: bool,
    /// Whether `flatpak` is there to forget it.
    pub flatpak: bool,
}

/// How our devices are named.
const LABEL: &str = "backlot";

impl Node {
    /// Whether v4l2loopback drives it.
    pub fn is_loopback(&self) -> bool {
        self.driver.trim().eq_ignore_ascii_case("v4l2 loopback")
            || self.bus.starts_with("platform:v4l2loopback")
    }

    /// Whether it is a camera that pictures can be had from.
    pub fn is_camera(&self) -> bool {
        !self.is_loopback() && self.captures && !self.metadata
    }

    /// Whether it could be opened.
    pub fn is_open(&self) -> bool {
        self.access == Access::Open
    }

    /// Why nothing of it is known.
    pub fn problem(&self) -> Option<String> {
        match self.access {
            Access::Open => None,
            Access::Denied => Some("you may not open it: 'backlot doctor' tells why".to_owned()),
            Access::Broken => Some(self.fault.clone()),
        }
    }

    /// Whether its label says that it is ours.
    pub fn is_labelled(&self) -> bool {
        self.name.to_lowercase().contains(LABEL)
    }

    /// Who writes pictures into it.
    pub fn feeder(&self) -> Option<&User> {
        self.users.iter().find(|user| user.feeds)
    }

    /// How a sentence calls it.
    pub fn title(&self) -> String {
        format!("{} '{}'", self.path, self.name)
    }
}

impl Facts {
    /// The loopback devices.
    pub fn loopbacks(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_loopback())
    }

    /// The loopback device that is, or would become, our virtual camera: by its label, else one
    /// that no other program feeds.
    pub fn ours(&self) -> Option<&Node> {
        let free = |node: &&Node| node.feeder().is_none_or(|user| user.program == LABEL);
        self.loopbacks().find(|node| node.is_labelled()).or_else(|| self.loopbacks().find(free))
    }
}

/// A machine on which everything is as it should be, for tests to spoil.
#[cfg(test)]
pub fn healthy() -> Facts {
    let format = |fourcc: &str, sizes: &[(u32, u32)]| Format {
        fourcc: fourcc.into(),
        sizes: sizes.to_vec(),
        is_range: false,
    };
    let backlot = User { pid: 4711, program: "backlot".into(), feeds: true };
    let loopback = Node {
        path: "/dev/video10".into(),
        number: 10,
        name: "Backlot".into(),
        driver: "v4l2 loopback".into(),
        bus: "platform:v4l2loopback-010".into(),
        group: "video".into(),
        captures: true,
        formats: vec![format("YUYV", &[(1280, 720)])],
        rate: 30.0,
        users: vec![backlot.clone()],
        ..Node::default()
    };
    let camera = Node {
        path: "/dev/video0".into(),
        name: "HD Webcam".into(),
        driver: "uvcvideo".into(),
        bus: "usb-0000:00:14.0-1".into(),
        group: "video".into(),
        captures: true,
        formats: vec![format("MJPG", &[(1280, 720), (640, 480)])],
        rate: 30.0,
        users: vec![User { feeds: false, ..backlot }],
        ..Node::default()
    };
    let node = PipeWireCamera {
        name: "backlot".into(),
        description: "Backlot".into(),
        role: "Camera".into(),
        device: None,
    };
    Facts {
        system: System {
            kernel: "6.1.0-25-amd64".into(),
            kernels: vec!["6.1.0-24-amd64".into(), "6.1.0-25-amd64".into()],
            distribution: vec!["debian".into()],
            secure_boot: Some(false),
            user: "ada".into(),
            groups: vec!["ada".into(), "video".into()],
            future_groups: vec!["ada".into(), "video".into()],
            ..System::default()
        },
        module: Module {
            loaded: Some("0.13.2".into()),
            buffers: Some(8),
            installed: Some(Installed { version: Some("0.13.2".into()), signer: None }),
            builder: Some(Builder::Dkms),
            ..Module::default()
        },
        nodes: vec![camera, loopback],
        pipewire: PipeWire {
            installed: true,
            running: true,
            manager: true,
            cameras: Some(vec![node]),
        },
        permissions: Vec::new(),
    }
}
