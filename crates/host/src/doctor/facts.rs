//! The facts about this machine, as plain data: the rules look at nothing else.

use crate::inventory::{Node, PipeWire};
use backlot_media::PROGRAM_NAME;
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
    /// The answers that the desktop remembers for programs that asked for the camera.
    pub permissions: Vec<Permission>,
}

/// Kernel, distribution, user.
#[derive(Clone, Debug, Default, Serialize)]
pub struct System {
    /// The running kernel, as `uname -r` prints it.
    pub kernel: String,
    /// Kernels whose modules are on this disk.
    pub kernels: Vec<String>,
    /// `ID` and `ID_LIKE` of `os-release`, most exact first.
    pub distribution: Vec<String>,
    /// Whether the system is an image that packages are layered on (rpm-ostree).
    pub is_image: bool,
    /// Whether Secure Boot is on, where that is known.
    pub secure_boot: Option<bool>,
    /// Whether the kernel takes only signed modules, where that is known.
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
    /// The loaded one's version, if one is loaded; empty if it doesn't say.
    pub loaded: Option<String>,
    /// The most buffers that the loaded one gives a program, where that is known.
    pub buffers: Option<u32>,
    /// The one for the running kernel.
    pub installed: Option<Installed>,
    /// Other kernels that it was built for.
    pub other_kernels: Vec<String>,
    /// How it is built for a new kernel.
    pub builder: Option<Builder>,
    /// Public keys that modules are signed with here, and whether the machine knows each.
    pub keys: Vec<Key>,
    /// The options that `modprobe` passes to it.
    pub options: Vec<OptionsLine>,
}

/// A module file for the running kernel.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Installed {
    /// Its version, where it says one.
    pub version: Option<String>,
    /// Who signed it, if anyone did.
    pub signer: Option<String>,
}

/// How a module is built for a new kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Builder {
    /// DKMS: Debian, Arch and similar distributions.
    Dkms,
    /// akmods: Fedora.
    Akmods,
}

/// A public key that modules are signed with.
#[derive(Clone, Debug, Serialize)]
pub struct Key {
    /// Its file.
    pub path: String,
    /// Whether the machine trusts it, where that is known.
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

#[cfg(test)]
impl OptionsLine {
    pub(crate) fn of(path: &str, settings: &[(&str, &str)]) -> Self {
        let owned = |(n, v): &(&str, &str)| ((*n).to_owned(), (*v).to_owned());
        Self { path: path.into(), settings: settings.iter().map(owned).collect() }
    }
}

/// An answer that the desktop remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The program that asked; empty for those outside Flatpak.
    pub app: String,
    /// Whether it may use the camera.
    pub allowed: bool,
    /// Whether `flatpak` is installed, to forget it.
    pub flatpak: bool,
}

impl Facts {
    /// The loopback devices.
    pub fn loopbacks(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_loopback())
    }

    /// The loopback device that is, or would become, our virtual camera: the one with our label, or
    /// else one that no other program feeds.
    pub fn ours(&self) -> Option<&Node> {
        let free = |node: &&Node| node.feeder().is_none_or(|user| user.program == PROGRAM_NAME);
        self.loopbacks().find(|node| node.is_labelled()).or_else(|| self.loopbacks().find(free))
    }
}

/// A healthy machine, for tests to break.
#[cfg(test)]
pub fn healthy() -> Facts {
    use crate::inventory::{Format, PipeWireCamera, User};

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
