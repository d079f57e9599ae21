//! The PipeWire session: whether it answers, who manages it, and its cameras.

use super::root::Root;
use super::tool::ask;
use crate::doctor::facts::{PipeWire, PipeWireCamera};
use serde_json::Value;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Asks it.
pub fn gather(root: &Root) -> PipeWire {
    let installed = ["/usr/bin/pipewire", "/run/current-system/sw/bin/pipewire"];
    let running = root.is_live() && socket().is_some_and(|path| UnixStream::connect(path).is_ok());
    let cameras = running.then(|| ask("pw-dump", &[])).flatten();
    PipeWire {
        installed: installed.iter().any(|path| root.has(path)),
        running,
        manager: has_manager(root),
        cameras: cameras.and_then(|dump| cameras_in(&dump)),
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

/// The cameras among what `pw-dump` tells.
fn cameras_in(dump: &str) -> Option<Vec<PipeWireCamera>> {
    let objects: Vec<Value> = serde_json::from_str(dump).ok()?;
    let camera = |object: &Value| {
        let properties = object.get("info")?.get("props")?;
        let text = |name: &str| match properties.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => None,
        };
        (text("media.class")? == "Video/Source").then(|| PipeWireCamera {
            name: text("node.name").unwrap_or_default(),
            description: text("node.description").unwrap_or_default(),
            role: text("media.role").unwrap_or_default(),
            device: text("api.v4l2.path"),
        })
    };
    Some(objects.iter().filter_map(camera).collect())
}

#[cfg(test)]
mod tests {
    use super::super::root::testing::machine;
    use super::*;

    #[test]
    fn cameras_are_nodes_of_a_class() {
        let dump = r#"[
            {"id": 30, "type": "PipeWire:Interface:Node", "info": {"props": {
                "media.class": "Video/Source", "node.name": "v4l2_input", "media.role": "Camera",
                "node.description": "HD Webcam", "api.v4l2.path": "/dev/video0"}}},
            {"id": 31, "info": {"props": {"media.class": "Audio/Sink", "node.name": "x"}}},
            {"id": 32, "info": {"props": {"media.class": 7}}}, {"id": 33, "info": null}, 5]"#;
        let cameras = cameras_in(dump).unwrap();
        assert_eq!(cameras.len(), 1);
        assert_eq!(cameras[0].device.as_deref(), Some("/dev/video0"));
        assert_eq!(cameras_in("no JSON"), None);
    }

    #[test]
    fn the_manager_is_found_by_its_name() {
        let (_folder, root) = machine(&[("proc/71/comm", "wireplumber\n"), ("proc/x/comm", "y")]);
        assert!(has_manager(&root) && !gather(&root).running);
        let (_folder, root) = machine(&[("proc/71/comm", "pipewire\n")]);
        assert!(!has_manager(&root));
    }
}
