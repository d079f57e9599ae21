//! The answers that the desktop remembers for programs that asked for the camera.

use crate::Root;
use crate::doctor::facts::Permission;
use crate::tool::ask;
use serde_json::Value;

/// The service that remembers them, its object and its interface.
const STORE: [&str; 3] = [
    "org.freedesktop.impl.portal.PermissionStore",
    "/org/freedesktop/impl/portal/PermissionStore",
    "org.freedesktop.impl.portal.PermissionStore",
];

/// Asks `flatpak`, else the service itself.
pub fn gather(root: &Root) -> Vec<Permission> {
    if !root.is_live() || !has_bus() {
        return Vec::new();
    }
    if let Some(table) = ask("flatpak", &["permissions", "devices", "camera"]) {
        return of_flatpak(&table);
    }
    let mut args = vec!["--user", "--json=short", "--timeout=2", "call"];
    args.extend(STORE);
    args.extend(["Lookup", "ss", "devices", "camera"]);
    ask("busctl", &args).map_or_else(Vec::new, |answer| of_store(&answer))
}

fn has_bus() -> bool {
    let bus = std::env::var_os("XDG_RUNTIME_DIR").map(|dir| std::path::Path::new(&dir).join("bus"));
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() || bus.is_some_and(|bus| bus.exists())
}

/// Reads the table of `flatpak permissions`: table, object, program, permission, data. For programs
/// outside Flatpak that column is empty.
fn of_flatpak(table: &str) -> Vec<Permission> {
    let row = |line: &str| {
        let fields: Vec<_> = match line.contains('\t') {
            true => line.split('\t').map(str::trim).collect(),
            false => line.split_whitespace().collect(),
        };
        let ["devices", "camera", rest @ ..] = &fields[..] else { return None };
        let at = rest.iter().position(|field| matches!(*field, "yes" | "no"))?;
        let app = rest[..at].first().copied().unwrap_or_default().to_owned();
        Some(Permission { app, allowed: rest[at] == "yes", flatpak: true })
    };
    table.lines().filter_map(row).collect()
}

/// Reads the service's answer, which `busctl` prints as JSON.
fn of_store(answer: &str) -> Vec<Permission> {
    let Ok(answer) = serde_json::from_str::<Value>(answer) else { return Vec::new() };
    let Some(apps) = answer.get("data").and_then(|data| data.get(0)).and_then(Value::as_object)
    else {
        return Vec::new();
    };
    let permission = |(app, values): (&String, &Value)| {
        let value = values.get(0)?.as_str()?;
        let known = matches!(value, "yes" | "no");
        known.then(|| Permission { app: app.clone(), allowed: value == "yes", flatpak: false })
    };
    apps.iter().filter_map(permission).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(permissions: &[Permission]) -> Vec<(&str, bool)> {
        permissions.iter().map(|p| (p.app.as_str(), p.allowed)).collect()
    }

    #[test]
    fn flatpaks_table_with_blanks_or_tabs() {
        let table = "Table   Object App                Permissions Data\n\
                     devices camera org.gnome.Snapshot yes         0x00\n\
                     devices camera                    no          0x00\n\
                     notifications notification a.B    yes         0x00\n";
        assert_eq!(shown(&of_flatpak(table)), [("org.gnome.Snapshot", true), ("", false)]);
        let tabs = "devices\tcamera\ta.B\tno\t0x00\ndevices\tcamera\t\tyes\t0x00\n";
        assert_eq!(shown(&of_flatpak(tabs)), [("a.B", false), ("", true)]);
        assert!(of_flatpak("devices camera\nrubbish").is_empty());
    }

    #[test]
    fn the_services_answer() {
        let answer = r#"{"type":"a{sas}v","data":[{"a.B":["no"],"":["yes"],"c.D":[]},
                        {"type":"y","data":0}]}"#;
        let permissions = of_store(answer);
        assert_eq!(shown(&permissions), [("", true), ("a.B", false)]);
        assert!(of_store("{}").is_empty() && of_store("").is_empty());
    }
}
