//! Whether the kernel module exists, can be loaded, is loaded, and has a working version.

use crate::doctor::commands::{install, load, rebuild, word};
use crate::doctor::facts::{Facts, Installed};
use crate::doctor::finding::{Area, Finding, Severity};

const AREA: Area = Area::Module;

/// Programs that find cameras only as V4L2 devices.
const V4L2_CLIENTS: &[&str] = &["Chrome", "Chromium", "Edge", "Electron", "Zoom", "Teams"];

fn failure(id: &'static str, what: impl Into<String>) -> Finding {
    Finding::new(Severity::Failure, AREA, id, what).for_clients(V4L2_CLIENTS)
}

/// Reports whether it is installed, buildable, signed and loaded.
pub fn presence(facts: &Facts) -> Vec<Finding> {
    let module = &facts.module;
    vec![match (&module.loaded, &module.installed) {
        (Some(version), _) => {
            let what = ["v4l2loopback", version, "is loaded"].into_iter().filter(|w| !w.is_empty());
            let what = what.collect::<Vec<_>>().join(" ");
            Finding::new(Severity::Good, AREA, "module-loaded", what)
        }
        (None, Some(installed)) => refused(facts, installed).unwrap_or_else(|| not_loaded(facts)),
        (None, None) if !facts.system.kernels.contains(&facts.system.kernel) => no_modules(facts),
        (None, None) if !module.other_kernels.is_empty() || module.builder.is_some() => {
            not_built(facts)
        }
        (None, None) => missing(facts),
    }]
}

fn missing(facts: &Facts) -> Finding {
    let (command, more) = install(&facts.system);
    let why = "Without it there is no camera for programs that don't know PipeWire.";
    let finding = failure("module-missing", "the kernel module v4l2loopback is not installed")
        .because(format!("{why} {more}").trim_end());
    match command {
        Some(command) => finding.mended_by(command),
        None => finding,
    }
}

fn no_modules(facts: &Facts) -> Finding {
    let kernel = &facts.system.kernel;
    let what = format!("the running kernel {kernel} has no modules on this disk");
    let finding = failure("module-no-kernel", what);
    match facts.system.kernels.last() {
        Some(other) => finding
            .because(format!("It was replaced by {other}: restart the machine."))
            .mended_by("systemctl reboot"),
        None => finding.because(
            "A container has the kernel of the machine that it runs on: install and load \
             v4l2loopback there.",
        ),
    }
}

fn not_built(facts: &Facts) -> Finding {
    let kernel = &facts.system.kernel;
    let others = &facts.module.other_kernels;
    let why = match others.is_empty() {
        true => "Its source is installed; the headers of this kernel may be missing.".to_owned(),
        false => format!("There is one for {}.", others.join(", ")),
    };
    let finding =
        failure("module-other-kernel", format!("v4l2loopback is not built for kernel {kernel}"))
            .because(why);
    match rebuild(facts).or_else(|| install(&facts.system).0) {
        Some(command) => finding.mended_by(command),
        None => finding,
    }
}

fn not_loaded(facts: &Facts) -> Finding {
    failure("module-not-loaded", "v4l2loopback is installed, but not loaded")
        .because("'backlot install' loads it at each start of the machine.")
        .mended_by(load(facts))
}

/// Reports whether the kernel would refuse it because it trusts no signature of it.
fn refused(facts: &Facts, installed: &Installed) -> Option<Finding> {
    let (system, keys) = (&facts.system, &facts.module.keys);
    // Secure Boot alone forbids nothing, but it makes most kernels strict.
    if system.enforces_signatures.or(system.secure_boot) != Some(true) {
        return None;
    }
    let is_signed = installed.signer.is_some();
    let key = keys.iter().find(|key| key.enrolled != Some(true));
    let trusted = keys.iter().any(|key| key.enrolled == Some(true));
    if is_signed && (trusted || key.is_none()) {
        return None;
    }
    let why = "modprobe then says 'Key was rejected by service'.";
    let what = match is_signed {
        true => "Secure Boot is on, and v4l2loopback is signed with a key that is not trusted",
        false => "Secure Boot is on, and v4l2loopback is not signed",
    };
    let finding = failure("module-rejected", what);
    Some(match key {
        Some(key) if !trusted => {
            let again = if is_signed { "" } else { " Then build the module again, to sign it." };
            finding
                .because(format!(
                    "{why} Enrol the machine's key: choose a password, restart, pick \
                     'Enroll MOK' on the blue screen, and type the password again.{again}"
                ))
                .mended_by(format!("sudo mokutil --import {}", word(&key.path)))
        }
        None if !trusted => finding
            .because(format!(
                "{why} There is no key yet; building the module again makes one, and 'backlot \
                 doctor' then says how to enrol it."
            ))
            .mended_by(resign(facts)),
        _ => finding
            .because(format!("{why} A key is enrolled, but the module was built before."))
            .mended_by(resign(facts)),
    })
}

fn resign(facts: &Facts) -> String {
    rebuild(facts)
        .filter(|command| command.contains("akmods"))
        .unwrap_or_else(|| "sudo dkms autoinstall --force".to_owned())
}

/// Reports versions that are known to fail, or to lack something.
pub fn version(facts: &Facts) -> Vec<Finding> {
    let module = &facts.module;
    let installed = module.installed.as_ref().and_then(|installed| installed.version.as_ref());
    let Some(version) = module.loaded.as_ref().or(installed) else { return Vec::new() };
    let kernel = numbers(&facts.system.kernel);
    match numbers(version)[..] {
        [0, 15, 0, ..] if kernel >= vec![6, 18] => vec![
            failure(
                "module-broken",
                format!("v4l2loopback {version} breaks on Linux 6.18 and later"),
            )
            .because("It crashes the kernel or does not build; 0.15.2 and later are fixed.")
            .mended_by(install(&facts.system).0.unwrap_or_else(|| load(facts))),
        ],
        [0, minor, ..] if minor < 13 => vec![
            Finding::new(
                Severity::Note,
                AREA,
                "module-old",
                format!("v4l2loopback {version} can't tell whether anyone watches"),
            )
            .because("0.13 and later can. Until then Backlot goes by who has the device open."),
        ],
        _ => Vec::new(),
    }
}

/// The numbers that a version begins with.
fn numbers(version: &str) -> Vec<u32> {
    let parts = version.trim_start_matches('v').split(|c: char| !c.is_ascii_digit());
    parts.map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::numbers;

    fn unload(facts: &mut Facts) {
        facts.module.loaded = None;
        facts.nodes.truncate(1);
    }

    #[test]
    fn missing_and_not_loaded() {
        let missing = fails("module-missing", "sudo apt install v4l2loopback-dkms", |facts| {
            unload(facts);
            (facts.module.installed, facts.module.builder) = (None, None);
        });
        assert!(missing.clients.contains(&"Chrome"));
        let finding = fails("module-missing", "sudo dnf install akmod-v4l2loopback", |facts| {
            unload(facts);
            (facts.module.installed, facts.module.builder) = (None, None);
            facts.system.distribution = vec!["fedora".into()];
        });
        assert!(finding.why.contains("RPM Fusion"));
        fails("module-not-loaded", "sudo modprobe v4l2loopback exclusive_caps=1", unload);
    }

    #[test]
    fn built_for_another_kernel() {
        let spoil = |facts: &mut Facts| {
            unload(facts);
            facts.module.installed = None;
            facts.module.other_kernels = vec!["6.1.0-24-amd64".into()];
        };
        let finding = fails("module-other-kernel", "sudo dkms autoinstall", spoil);
        assert!(finding.why.contains("6.1.0-24") && finding.what.contains("6.1.0-25"));
        fails("module-other-kernel", "sudo akmods --force", |facts| {
            spoil(facts);
            facts.module.builder = Some(Builder::Akmods);
        });
        let contained = found("module-no-kernel", |facts| {
            spoil(facts);
            facts.system.kernels.clear();
        });
        assert!(contained.mend.is_none() && contained.why.contains("container"));
        fails("module-no-kernel", "reboot", |facts| {
            spoil(facts);
            facts.system.kernels = vec!["6.1.0-26-amd64".into()];
        });
    }

    #[test]
    fn secure_boot_takes_only_what_it_trusts() {
        let secure = |signer: Option<&str>, enrolled: Option<Option<bool>>| {
            let signer = signer.map(str::to_owned);
            move |facts: &mut Facts| {
                unload(facts);
                facts.system.secure_boot = Some(true);
                facts.module.installed = Some(Installed { version: None, signer });
                let path = "/var/lib/dkms/mok.pub".to_owned();
                facts.module.keys =
                    enrolled.into_iter().map(|e| Key { path: path.clone(), enrolled: e }).collect();
            }
        };
        let import = "sudo mokutil --import /var/lib/dkms/mok.pub";
        let finding = fails("module-rejected", import, secure(Some("DKMS"), Some(Some(false))));
        assert!(finding.why.contains("Key was rejected by service"));
        assert!(finding.why.contains("Enroll MOK"));
        fails("module-rejected", import, secure(None, Some(None)));
        fails("module-rejected", "dkms autoinstall", secure(None, Some(Some(true))));
        fails("module-rejected", "dkms autoinstall", secure(None, None));
        found("module-not-loaded", secure(Some("DKMS"), Some(Some(true))));
        found("module-not-loaded", secure(Some("Debian Secure Boot CA"), None));
    }

    #[test]
    fn versions() {
        fails("module-broken", "sudo apt install", |facts| {
            facts.module.loaded = Some("0.15.0".into());
            facts.system.kernel = "6.18.2-generic".into();
        });
        let mut facts = healthy();
        facts.module.loaded = Some("0.15.0".into());
        assert!(judge(&facts).iter().all(|f| f.id != "module-broken"), "6.1 is fine");
        let old = found("module-old", |facts| facts.module.loaded = Some("0.12.7".into()));
        assert_eq!(old.severity, Severity::Note);
        assert_eq!(numbers("v0.15.1-3-gabc"), [0, 15, 1, 3]);
        assert!(numbers("nonsense").is_empty());
    }
}
