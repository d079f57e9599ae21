//! Kernel, distribution, Secure Boot and the user.

use crate::Root;
use crate::doctor::facts::System;
use crate::groups::group_names;

/// Looks them up.
pub fn gather(root: &Root) -> System {
    let kernel = root.line("/proc/sys/kernel/osrelease").unwrap_or_default();
    let passwd = root.text("/etc/passwd").unwrap_or_default();
    let group_file = root.text("/etc/group").unwrap_or_default();
    let status = root.text("/proc/self/status").unwrap_or_default();
    let ids = |name: &str| numbers(&status, name);
    // The second number is the effective one, which decides about rights.
    let uid = ids("Uid:").get(1).copied();
    let (user, gid) = uid.and_then(|uid| user(&passwd, uid)).unwrap_or_default();
    let mut held = ids("Groups:");
    held.extend(ids("Gid:").get(1));
    System {
        kernels: module_folders(root).into_iter().flat_map(|f| root.names(f)).collect(),
        distribution: distribution(&root.text("/etc/os-release").unwrap_or_default()),
        is_image: root.has("/run/ostree-booted"),
        secure_boot: secure_boot(root),
        enforces_signatures: enforces_signatures(root),
        groups: group_names(&group_file, |_, gid| held.contains(&gid)),
        future_groups: group_names(&group_file, |members, id| {
            id == gid || (!user.is_empty() && members.split(',').any(|member| member == user))
        }),
        is_root: uid == Some(0),
        kernel,
        user,
    }
}

/// Folders that hold the modules of each kernel.
pub fn module_folders(root: &Root) -> Vec<&'static str> {
    let known = ["/lib/modules", "/run/booted-system/kernel-modules/lib/modules"];
    known.into_iter().filter(|folder| root.has(folder)).collect()
}

/// `ID` and `ID_LIKE` of `os-release`.
fn distribution(text: &str) -> Vec<String> {
    let value = |name: &str| {
        let found = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
        found.map(|value| value.trim_matches(['"', '\'']).to_owned()).unwrap_or_default()
    };
    let (own, like) = (value("ID"), value("ID_LIKE"));
    own.split_whitespace().chain(like.split_whitespace()).map(str::to_owned).collect()
}

fn secure_boot(root: &Root) -> Option<bool> {
    if !root.has("/sys/firmware/efi") {
        return Some(false);
    }
    let variable = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    // Four bytes of attributes come first.
    root.bytes(variable)?.get(4).map(|value| *value == 1)
}

fn enforces_signatures(root: &Root) -> Option<bool> {
    let enforced = root.line("/sys/module/module/parameters/sig_enforce").map(|v| v == "Y");
    let lockdown = root.text("/sys/kernel/security/lockdown");
    let locked = lockdown.map(|l| l.contains("[integrity]") || l.contains("[confidentiality]"));
    match (enforced, locked) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (_, locked) => locked,
    }
}

/// The numbers after a name in `/proc/self/status`.
fn numbers(status: &str, name: &str) -> Vec<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// The name and the first group of a user.
fn user(passwd: &str, uid: u32) -> Option<(String, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, found) = (fields.next()?, fields.nth(1)?);
        let gid = fields.next()?.parse().ok()?;
        (found.parse() == Ok(uid)).then(|| (name.to_owned(), gid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::group_name;
    use crate::root::testing::machine;

    #[test]
    fn a_laptop() {
        let (_folder, root) = machine(&[
            ("proc/sys/kernel/osrelease", "6.8.0-45-generic\n"),
            ("lib/modules/6.8.0-45-generic/modules.dep", ""),
            ("etc/os-release", "NAME=\"Pop!_OS\"\nID=pop\nID_LIKE=\"ubuntu debian\"\n"),
            ("etc/passwd", "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/users/ada:/bin/bash\n"),
            ("etc/group", "root:x:0:\nvideo:x:44:ada,bob\nada:x:1000:\naudio:x:29:bob\n"),
            (
                "proc/self/status",
                "Name:\tx\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t1000 \n",
            ),
            (
                "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                "\u{6}\0\0\0\u{1}",
            ),
            ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
        ]);
        let system = gather(&root);
        assert_eq!(
            (&*system.kernel, system.kernels),
            ("6.8.0-45-generic", vec!["6.8.0-45-generic".to_owned()])
        );
        assert_eq!(system.distribution, ["pop", "ubuntu", "debian"]);
        assert_eq!((system.secure_boot, system.enforces_signatures), (Some(true), Some(true)));
        assert_eq!((&*system.user, system.is_root), ("ada", false));
        assert_eq!(
            (system.groups, system.future_groups),
            (vec!["ada".into()], vec!["video".to_owned(), "ada".into()])
        );
        assert_eq!(group_name(&root, 44).as_deref(), Some("video"));
    }

    #[test]
    fn nothing_and_rubbish() {
        let (_folder, root) = machine(&[
            ("etc/passwd", "::::\n\u{0}:x:99999999999999:\n"),
            ("etc/group", "a\nb:x\nc:x:y:z\n"),
            ("proc/self/status", "Uid:\n"),
            ("sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", ""),
        ]);
        let system = gather(&root);
        assert_eq!((system.secure_boot, system.enforces_signatures), (None, None));
        assert!(system.user.is_empty() && system.groups.is_empty() && !system.is_root);
    }
}
