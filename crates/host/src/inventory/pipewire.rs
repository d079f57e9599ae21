//! The PipeWire session: whether it answers, who manages it, and its cameras.

use crate::Root;
use serde::Serialize;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// The PipeWire session.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PipeWire {
    /// Whether its program is installed.
    pub installed: bool,
    /// Whether it answers.
    pub running: bool,
    /// Whether a session manager runs.
    pub manager: bool,
    /// Its cameras; `None` where it couldn't be asked.
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

/// Asks the session.
pub fn pipewire(root: &Root) -> PipeWire {
    let installed = ["/usr/bin/pipewire", "/run/current-system/sw/bin/pipewire"];
    let running = root.is_live() && socket().is_some_and(|path| UnixStream::connect(path).is_ok());
    PipeWire {
        installed: installed.iter().any(|path| root.has(path)),
        running,
        manager: has_manager(root),
        cameras: running.then(cameras).flatten(),
    }
}

fn socket() -> Option<PathBuf> {
    let folder = ["PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR"].into_iter().find_map(std::env::var_os);
    let name = std::env::var_os("PIPEWIRE_REMOTE").unwrap_or_else(|| "pipewire-0".into());
    Some(PathBuf::from(folder?).join(name))
}

fn has_manager(root: &Root) -> bool {
    let is_process = |name: &String| name.bytes().all(|b| b.is_ascii_digit());
    let is_manager = |name: String| {
        let name = root.line(&format!("/proc/{name}/comm")).unwrap_or_default();
        // The kernel cuts names after 15 letters.
        name == "wireplumber" || name.starts_with("pipewire-media")
    };
    root.names("/proc").into_iter().filter(is_process).any(is_manager)
}

#[cfg(feature = "pipewire")]
fn cameras() -> Option<Vec<PipeWireCamera>> {
    let camera = |camera: backlot_pipewire::CameraInfo| PipeWireCamera {
        name: camera.name,
        description: if camera.is_described { camera.description } else { String::new() },
        role: camera.role,
        device: camera.device,
    };
    Some(backlot_pipewire::list_all().ok()?.into_iter().map(camera).collect())
}

#[cfg(not(feature = "pipewire"))]
const fn cameras() -> Option<Vec<PipeWireCamera>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::testing::machine;

    #[test]
    fn the_manager_is_found_by_its_name() {
        let (_folder, root) = machine(&[("proc/71/comm", "wireplumber\n"), ("proc/x/comm", "y")]);
        assert!(has_manager(&root) && !pipewire(&root).running);
        let (_folder, root) = machine(&[("proc/71/comm", "pipewire\n")]);
        assert!(!has_manager(&root));
    }
}
