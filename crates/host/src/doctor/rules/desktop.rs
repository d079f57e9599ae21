//! What programs see that find cameras through PipeWire and the desktop's portal.

use crate::doctor::commands::word;
use crate::doctor::facts::{Facts, Permission};
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::{PipeWireCamera, names_us};

const AREA: Area = Area::Desktop;

/// Programs that see cameras through PipeWire.
const CLIENTS: &[&str] = &["Firefox of Fedora", "GNOME Snapshot", "OBS", "Flatpaks"];

fn finding(severity: Severity, id: &'static str, what: impl Into<String>) -> Finding {
    Finding::new(severity, AREA, id, what).for_clients(CLIENTS)
}

/// Reports whether PipeWire and its session manager run.
pub fn session(facts: &Facts) -> Vec<Finding> {
    let pipewire = &facts.pipewire;
    vec![match (pipewire.running, pipewire.manager) {
        (true, true) => finding(Severity::Good, "pipewire", "PipeWire and WirePlumber run"),
        (true, false) => {
            finding(Severity::Failure, "no-manager", "PipeWire runs without WirePlumber")
                .because("Without a session manager no program gets a camera.")
                .mended_by("systemctl --user start wireplumber")
        }
        (false, _) if pipewire.installed && facts.system.is_root => {
            finding(Severity::Note, "pipewire-root", "root has no PipeWire session")
                .because("Run 'backlot doctor' as the user who makes the calls.")
        }
        (false, _) if pipewire.installed => finding(
            Severity::Failure,
            "pipewire-stopped",
            "PipeWire is installed, but does not run",
        )
        .because("Programs that see cameras through it see none.")
        .mended_by("systemctl --user start pipewire.socket wireplumber"),
        (false, _) => finding(Severity::Note, "pipewire-missing", "PipeWire is not installed")
            .because("Only programs that open video devices themselves see the virtual camera."),
    }]
}

/// Reports whether a portal client would list our node, and only once.
pub fn node(facts: &Facts) -> Vec<Finding> {
    let Some(cameras) = &facts.pipewire.cameras else { return Vec::new() };
    let node = cameras.iter().find(|c| c.device.is_none() && is_ours(c));
    let mut findings = match node {
        Some(node) => vec![node_listed(node)],
        None => Vec::new(),
    };
    findings.extend(seen_twice(facts, cameras, node.is_some()));
    findings
}

fn is_ours(camera: &PipeWireCamera) -> bool {
    names_us(&camera.name) || names_us(&camera.description)
}

fn node_listed(node: &PipeWireCamera) -> Finding {
    if node.role != "Camera" {
        let what = "the portal hides the virtual camera from programs";
        return finding(Severity::Failure, "node-role", what)
            .because(format!("Its media.role is '{}' instead of 'Camera'.", node.role))
            .mended_by("backlot run");
    }
    if node.description.is_empty() {
        let what = "browsers leave the virtual camera out";
        return finding(Severity::Failure, "node-description", what)
            .because("It has no node.description, and they list no camera without one.")
            .mended_by("backlot run");
    }
    finding(Severity::Good, "node", "programs that use the portal list it")
}

/// Reports the loopback device as a second camera of the same name.
fn seen_twice(facts: &Facts, cameras: &[PipeWireCamera], has_node: bool) -> Option<Finding> {
    let path = &facts.ours()?.path;
    cameras.iter().find(|camera| camera.device.as_ref() == Some(path))?;
    has_node.then(|| {
        let what = "programs that use PipeWire see the virtual camera twice";
        finding(Severity::Warning, "seen-twice", what)
            .because(format!(
                "WirePlumber also offers {path}, which is less reliable there. 'backlot install' \
                 writes a rule that hides it."
            ))
            .mended_by("backlot install")
    })
}

/// Reports earlier answers that still hold.
pub fn permissions(facts: &Facts) -> Vec<Finding> {
    facts.permissions.iter().filter(|permission| !permission.allowed).map(refused).collect()
}

fn refused(permission: &Permission) -> Finding {
    let app = &permission.app;
    let who = if app.is_empty() { "programs outside Flatpak" } else { app };
    let mend = match (permission.flatpak, app.is_empty()) {
        (true, false) => format!("flatpak permission-reset {}", word(app)),
        (true, true) => "flatpak permission-remove devices camera ''".to_owned(),
        (false, _) => format!(
            "busctl --user call org.freedesktop.impl.portal.PermissionStore \
             /org/freedesktop/impl/portal/PermissionStore \
             org.freedesktop.impl.portal.PermissionStore DeletePermission sss devices camera {}",
            word(app)
        ),
    };
    Finding::new(Severity::Failure, AREA, "portal-refused", format!("{who} may not use any camera"))
        .because("The desktop asked once, and remembers that the answer was no.")
        .mended_by(mend)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_session() {
        fails("pipewire-stopped", "systemctl --user start", |f| f.pipewire.running = false);
        fails("no-manager", "start wireplumber", |f| f.pipewire.manager = false);
        let absent = found("pipewire-missing", |f| f.pipewire = PipeWire::default());
        assert_eq!(absent.severity, Severity::Note);
        let root = found("pipewire-root", |f| {
            (f.pipewire.running, f.system.is_root) = (false, true);
        });
        assert_eq!(root.severity, Severity::Note);
    }

    fn node(facts: &mut Facts) -> &mut PipeWireCamera {
        &mut facts.pipewire.cameras.as_mut().unwrap()[0]
    }

    #[test]
    fn our_node() {
        fails("node-role", "backlot run", |f| node(f).role = "Music".into());
        fails("node-description", "backlot run", |f| node(f).description.clear());
        let twice = found("seen-twice", |f| {
            let device = Some("/dev/video10".to_owned());
            let second = PipeWireCamera { device, ..node(f).clone() };
            f.pipewire.cameras.as_mut().unwrap().push(second);
        });
        assert_eq!(twice.severity, Severity::Warning);
    }

    #[test]
    fn refusals_are_remembered() {
        let refuse = |app: &str, flatpak| {
            let permission = Permission { app: app.into(), allowed: false, flatpak };
            move |f: &mut Facts| f.permissions.push(permission)
        };
        let reset = "flatpak permission-reset org.gnome.Snapshot";
        let finding = fails("portal-refused", reset, refuse("org.gnome.Snapshot", true));
        assert!(finding.what.contains("org.gnome.Snapshot"));
        fails("portal-refused", "camera ''", refuse("", true));
        fails("portal-refused", "busctl --user call", refuse("a.B", false));
    }
}
