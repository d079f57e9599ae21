//! The kernel module: loaded, installed, signed, and with which options.

use super::system::module_folders;
use crate::Root;
use crate::doctor::facts::{Builder, Installed, Key, Module, OptionsLine};
use crate::tool::ask;

const NAME: &str = "v4l2loopback";

/// Where distributions keep the public key of modules that are built on the machine.
const KEYS: [&str; 3] = [
    "/var/lib/shim-signed/mok/MOK.der",
    "/var/lib/dkms/mok.pub",
    "/etc/pki/akmods/certs/public_key.der",
];

/// The firmware's list of trusted keys.
const TRUSTED: [&str; 2] = [
    "/sys/firmware/efi/mok-variables/MokListRT",
    "/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23",
];

/// Folders of `modprobe`'s files; if several hold the same name, the first counts.
const OPTIONS: [&str; 5] = [
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];

/// Looks it up.
pub fn gather(root: &Root, kernel: &str) -> Module {
    let file = |folder: &str, kernel: &str| module_file(root, &format!("{folder}/{kernel}"));
    let folders = module_folders(root);
    let kernels = folders.iter().flat_map(|f| root.names(f).into_iter().map(move |k| (f, k)));
    let others = kernels.filter(|(f, k)| k != kernel && file(f, k).is_some());
    let installed = folders.iter().find_map(|folder| file(folder, kernel));
    Module {
        loaded: loaded(root),
        buffers: buffers(root),
        other_kernels: others.map(|(_, kernel)| kernel).collect(),
        installed: installed.map(|path| described(root, &path)),
        builder: builder(root),
        keys: keys(root),
        options: options(root),
    }
}

fn loaded(root: &Root) -> Option<String> {
    let folder = format!("/sys/module/{NAME}");
    // Old modules don't report their version.
    root.has(&folder).then(|| root.line(&format!("{folder}/version")).unwrap_or_default())
}

fn buffers(root: &Root) -> Option<u32> {
    root.line(&format!("/sys/module/{NAME}/parameters/max_buffers"))?.parse().ok()
}

/// The module's file for a kernel, by the list that `modprobe` uses.
fn module_file(root: &Root, folder: &str) -> Option<String> {
    let list = root.text(&format!("{folder}/modules.dep"))?;
    let is_it = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.strip_prefix(NAME).is_some_and(|ending| ending.starts_with(".ko"))
    };
    let path = list.lines().filter_map(|line| line.split(':').next()).find(is_it)?;
    let is_absolute = path.starts_with('/');
    Some(if is_absolute { path.to_owned() } else { format!("{folder}/{path}") })
}

fn described(root: &Root, path: &str) -> Installed {
    let field = |name| {
        let answer = ["modinfo", "/usr/sbin/modinfo", "/sbin/modinfo"]
            .into_iter()
            .filter(|_| root.is_live())
            .find_map(|program| ask(program, &["-F", name, path]))?;
        Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty())
    };
    Installed { version: field("version"), signer: field("signer") }
}

fn builder(root: &Root) -> Option<Builder> {
    let begins = |folder: &str| root.names(folder).iter().any(|name| name.starts_with(NAME));
    if begins("/usr/src/akmods") {
        return Some(Builder::Akmods);
    }
    (begins("/usr/src") || begins("/var/lib/dkms")).then_some(Builder::Dkms)
}

fn keys(root: &Root) -> Vec<Key> {
    let trusted = TRUSTED.iter().find_map(|path| root.bytes(path));
    let key = |path: &&str| {
        let bytes = root.bytes(path);
        let enrolled = trusted.as_ref().zip(bytes).map(|(list, key)| holds(list, &key));
        Key { path: (*path).to_owned(), enrolled }
    };
    KEYS.iter().filter(|path| root.has(path)).map(key).collect()
}

/// Whether a list of certificates contains this one.
fn holds(list: &[u8], key: &[u8]) -> bool {
    !key.is_empty() && list.windows(key.len()).any(|window| window == key)
}

/// The options of the module, in the order in which `modprobe` reads them.
pub fn options(root: &Root) -> Vec<OptionsLine> {
    let mut seen: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for folder in OPTIONS {
        for name in root.names(folder) {
            if !name.ends_with(".conf") || seen.contains(&name) {
                continue;
            }
            let path = format!("{folder}/{name}");
            let text = root.text(&path).unwrap_or_default();
            let settings = settings(&text);
            if !settings.is_empty() {
                lines.push(OptionsLine { path, settings });
            }
            seen.push(name);
        }
    }
    lines
}

/// The settings of all lines `options v4l2loopback …`.
fn settings(text: &str) -> Vec<(String, String)> {
    let joined = text.replace("\\\n", " ");
    let ours = joined.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("options")?.trim_start();
        line.strip_prefix(NAME).filter(|rest| rest.starts_with(char::is_whitespace))
    });
    ours.flat_map(words)
        .filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            Some((name.to_owned(), value.replace('"', "")))
        })
        .collect()
}

/// Splits at blanks, except inside quotes.
fn words(line: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = line.split(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::testing::machine;

    #[test]
    fn loaded_installed_and_built_for_others() {
        let (_folder, root) = machine(&[
            ("sys/module/v4l2loopback/version", "0.13.2\n"),
            (
                "lib/modules/6.1/modules.dep",
                "kernel/a.ko:\nupdates/dkms/v4l2loopback.ko.xz: kernel/b.ko\n",
            ),
            ("lib/modules/6.0/modules.dep", "extra/v4l2loopback.ko:\n"),
            ("lib/modules/5.9/modules.dep", "kernel/v4l2loopback_dc.ko:\n"),
            ("usr/src/v4l2loopback-0.13.2/dkms.conf", ""),
        ]);
        let module = gather(&root, "6.1");
        assert_eq!(module.loaded.as_deref(), Some("0.13.2"));
        assert!(module.installed.is_some());
        assert_eq!(module.other_kernels, ["6.0"]);
        assert_eq!(module.builder, Some(Builder::Dkms));
        let none = gather(&root, "6.2");
        assert!(none.installed.is_none() && none.other_kernels == ["6.0", "6.1"]);
    }

    #[test]
    fn options_as_modprobe_reads_them() {
        let (_folder, root) = machine(&[
            (
                "etc/modprobe.d/a.conf",
                "# options v4l2loopback x=1\noptions v4l2loopback \\\n video_nr=4 card_label=\"OBS Cam, 2\"\n",
            ),
            ("etc/modprobe.d/b.txt", "options v4l2loopback y=1\n"),
            ("usr/lib/modprobe.d/a.conf", "options v4l2loopback video_nr=9\n"),
            (
                "usr/lib/modprobe.d/c.conf",
                "options v4l2loopback_dc z=1\noptions  v4l2loopback\texclusive_caps=1,1 flag\n",
            ),
        ]);
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        let found = options(&root);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].path, "/etc/modprobe.d/a.conf");
        assert_eq!(found[0].settings, [pair("video_nr", "4"), pair("card_label", "OBS Cam, 2")]);
        assert_eq!(found[1].settings, [pair("exclusive_caps", "1,1")]);
    }

    #[test]
    fn keys_that_the_firmware_trusts() {
        let mok = ("var/lib/dkms/mok.pub", "certificate");
        let list = "sys/firmware/efi/mok-variables/MokListRT";
        let enrolled = |files: &[(&str, &str)]| {
            let (_folder, root) = machine(files);
            keys(&root).first().map(|key| key.enrolled)
        };
        assert_eq!(enrolled(&[mok, (list, "..certificate..")]), Some(Some(true)));
        assert_eq!(enrolled(&[mok, (list, "another")]), Some(Some(false)));
        assert_eq!(enrolled(&[mok]), Some(None));
        assert_eq!(enrolled(&[(list, "another")]), None);
    }
}
