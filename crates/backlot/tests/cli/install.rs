//! `backlot install` in a folder that serves as the system's root.

use crate::common::{Desk, Ended, ended, text};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOME: &str = "/users/me";
const SETTINGS: &str = "/users/me/.config";
const PROGRAM: &str = "users/me/.local/bin/backlot";

/// A system with WirePlumber and the usual folders.
fn system() -> Desk {
    let desk = Desk::new();
    for folder in ["etc/modprobe.d", "etc/modules-load.d", "users/me/.config"] {
        fs::create_dir_all(desk.path(folder)).unwrap();
    }
    write(&desk, "usr/share/wireplumber/wireplumber.conf", "");
    desk
}

fn write(desk: &Desk, name: &str, content: &str) {
    fs::create_dir_all(desk.path(name).parent().unwrap()).unwrap();
    fs::write(desk.path(name), content).unwrap();
}

fn install(desk: &Desk, args: &str) -> Ended {
    let mut command = desk.program();
    command.arg("install").args(args.split_whitespace()).arg("--root").arg(desk.path("."));
    ended(command.env("HOME", HOME).env("XDG_CONFIG_HOME", SETTINGS).output())
}

fn installed(desk: &Desk, args: &str) -> String {
    let ended = install(desk, args);
    assert_eq!(ended.code, Some(0), "{args}: {}", ended.stderr);
    text(ended.stdout)
}

/// Every file with its contents.
fn files(desk: &Desk) -> BTreeMap<PathBuf, String> {
    files_below(&desk.path("."))
}

fn files_below(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            let content = fs::read_to_string(&path).unwrap_or_default();
            found.insert(path, content);
        }
    }
    found
}

#[test]
fn it_writes_what_it_shows_and_takes_it_back() {
    let desk = system();
    let before = files(&desk);
    let said = installed(&desk, "--yes");
    assert!(said.contains("write") && said.contains("modprobe.d/backlot.conf"), "{said}");
    let options = fs::read_to_string(desk.path("etc/modprobe.d/backlot.conf")).unwrap();
    let line = "options v4l2loopback devices=1 video_nr=10 card_label=Backlot exclusive_caps=1 max_buffers=4";
    assert!(options.lines().any(|l| l == line), "{options}");
    let load = fs::read_to_string(desk.path("etc/modules-load.d/backlot.conf")).unwrap();
    assert!(load.lines().any(|l| l == "v4l2loopback"), "{load}");
    let service = desk.path("users/me/.config/systemd/user/backlot.service");
    let service = fs::read_to_string(service).unwrap();
    assert!(service.contains("ExecStart=\"/users/me/.local/bin/backlot\" run"), "{service}");
    assert!(said.contains(PROGRAM) && said.contains(env!("CARGO_BIN_EXE_backlot")), "{said}");
    let copy = Command::new(desk.path(PROGRAM)).arg("--version").status();
    assert!(copy.unwrap().success());
    let rule = "users/me/.config/wireplumber/wireplumber.conf.d/51-backlot.conf";
    assert!(fs::read_to_string(desk.path(rule)).unwrap().contains("monitor.v4l2.rules"));

    let with = files(&desk);
    assert_eq!(with.len(), before.len() + 5);
    assert!(installed(&desk, "--yes").contains("installed already"));
    assert_eq!(files(&desk), with);

    installed(&desk, "--yes --devices 2");
    let options = fs::read_to_string(desk.path("etc/modprobe.d/backlot.conf")).unwrap();
    let two = "options v4l2loopback devices=2 video_nr=10,11 card_label=\"Backlot,Backlot 2\" \
               exclusive_caps=1,1 max_buffers=4";
    assert!(options.lines().any(|l| l == two), "{options}");
    // There stay as many as there are.
    assert!(installed(&desk, "--yes").contains("installed already"));

    let wants = "users/me/.config/systemd/user/default.target.wants";
    fs::create_dir_all(desk.path(wants)).unwrap();
    std::os::unix::fs::symlink(
        "../backlot.service",
        desk.path(&format!("{wants}/backlot.service")),
    )
    .unwrap();
    installed(&desk, "--uninstall --yes");
    assert_eq!(files(&desk), before);
    assert_eq!(desk.names("users/me/.config"), [""; 0]);
    assert!(installed(&desk, "--uninstall --yes").contains("nothing to remove"));
}

#[test]
fn an_older_copy_is_replaced_and_what_is_not_ours_stays() {
    let desk = system();
    installed(&desk, "--user-only --yes");
    let mut old = fs::read(desk.path(PROGRAM)).unwrap();
    old.push(0);
    fs::write(desk.path(PROGRAM), old).unwrap();
    let said = installed(&desk, "--user-only --yes");
    assert!(said.contains("replace") && said.contains("a copy of this program"), "{said}");
    assert!(said.contains("systemctl --user restart backlot"), "{said}");
    assert!(installed(&desk, "--user-only --yes").contains("installed already"));

    let desk = system();
    write(&desk, PROGRAM, "#!/bin/sh\n");
    let said = installed(&desk, "--user-only --yes");
    assert!(said.contains(".local/bin/backlot is not from Backlot, so it stays"), "{said}");
    assert_eq!(fs::read_to_string(desk.path(PROGRAM)).unwrap(), "#!/bin/sh\n");
    assert!(!desk.path("users/me/.config/systemd").exists());
}

/// Runs what `make install` does after building, for a user whose home is `home` on the desk.
fn script(desk: &Desk, args: &[&str], variables: &[(&str, &str)]) -> Ended {
    let built = desk.path("built/release");
    fs::create_dir_all(&built).unwrap();
    // It may exist from the previous call.
    let _ = std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_backlot"), built.join("backlot"));
    let mut command =
        Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/install.sh"));
    let home = desk.path("home");
    command.args(args).env("CARGO_TARGET_DIR", desk.path("built")).env("HOME", &home);
    command.env_remove("XDG_CONFIG_HOME").env_remove("DESTDIR");
    command.env("PREFIX", home.join(".local")).envs(variables.iter().copied());
    ended(command.output())
}

#[test]
fn make_install_brings_all_that_belongs_to_a_program_and_takes_it_back() {
    let desk = Desk::new();
    let put = script(&desk, &[], &[]);
    assert_eq!(put.code, Some(0), "{}", put.stderr);
    let said = text(put.stdout);
    assert!(said.contains("is not in your PATH") && said.contains("export PATH="), "{said}");
    for name in [
        "bin/backlot",
        "share/man/man1/backlot.1",
        "share/man/man1/backlot-render.1",
        "share/bash-completion/completions/backlot",
        "share/zsh/site-functions/_backlot",
        "share/fish/vendor_completions.d/backlot.fish",
        "share/applications/backlot.desktop",
        "share/icons/hicolor/scalable/apps/backlot.svg",
        "share/metainfo/org.backlot.Backlot.metainfo.xml",
        "share/doc/backlot/LICENSE-MIT",
        "share/doc/backlot/third-party.txt",
    ] {
        let path = desk.path("home/.local").join(name);
        assert!(path.metadata().is_ok_and(|found| found.len() > 0), "{name} is missing");
    }
    let program = desk.path("home/.local/bin/backlot");
    let entry = fs::read_to_string(desk.path("home/.local/share/applications/backlot.desktop"));
    let starts = format!("Exec={}", program.display());
    assert!(entry.unwrap().lines().any(|line| line == starts));
    assert!(Command::new(&program).arg("--version").status().unwrap().success());

    let service = "home/.config/systemd/user/backlot.service";
    write(&desk, service, &format!("ExecStart=\"{}\" run\n", program.display()));
    let refused = script(&desk, &["--uninstall"], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("'backlot install --uninstall' first"), "{}", refused.stderr);
    fs::remove_file(desk.path(service)).unwrap();
    assert_eq!(script(&desk, &["--uninstall"], &[]).code, Some(0));
    assert_eq!(files_below(&desk.path("home")).len(), 0);
}

#[test]
fn packages_are_made_in_a_folder_that_stands_for_the_root() {
    let desk = Desk::new();
    let stage = desk.path("stage");
    let stage = stage.to_str().unwrap();
    let put = script(&desk, &[], &[("DESTDIR", stage), ("PREFIX", "/usr")]);
    assert_eq!(put.code, Some(0), "{}", put.stderr);
    assert!(!text(put.stdout).contains("PATH"));
    assert!(desk.path("stage/usr/bin/backlot").exists() && !desk.path("home").exists());
    let refused = script(&desk, &[], &[("PREFIX", "usr")]);
    assert!(refused.code == Some(1) && refused.stderr.contains("whole path"), "{}", refused.stderr);
}

#[test]
fn a_missing_module_is_told_with_each_distributions_way_to_it() {
    for (id, command) in [
        ("debian", "sudo apt install v4l2loopback-dkms"),
        ("fedora", "sudo dnf install akmod-v4l2loopback"),
        ("arch", "sudo pacman -S v4l2loopback-dkms linux-headers"),
        ("opensuse", "sudo zypper install v4l2loopback"),
        ("other", "openSUSE: zypper install v4l2loopback-kmp-default"),
    ] {
        let desk = system();
        write(&desk, "etc/os-release", &format!("ID={id}\n"));
        write(&desk, "proc/sys/kernel/osrelease", "6.11.1\n");
        fs::create_dir_all(desk.path("lib/modules/6.11.1")).unwrap();
        let said = installed(&desk, "--yes");
        assert!(said.contains("the kernel module v4l2loopback is not installed"), "{said}");
        assert!(said.contains(command), "{id}: {said}");
        let list = "kernel/v4l2loopback.ko:\n";
        write(&desk, "lib/modules/6.11.1/modules.dep", list);
        let said = installed(&desk, "--yes");
        assert!(!said.contains("is not installed") && !said.contains(command), "{said}");
    }
}

#[test]
fn a_dry_run_and_an_unanswered_question_do_nothing() {
    let desk = system();
    let before = files(&desk);
    let said = installed(&desk, "--dry-run");
    assert!(said.contains("card_label=Backlot") && said.contains("dry run"), "{said}");
    let ended = install(&desk, "");
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("--yes") && ended.stderr.lines().count() == 1,
        "{}",
        ended.stderr
    );
    assert_eq!(files(&desk), before);
    installed(&desk, "--yes");
    let with = files(&desk);
    installed(&desk, "--uninstall --dry-run");
    assert_eq!(files(&desk), with);
}

#[test]
fn loading_the_module_is_for_root_and_this_system_alone() {
    let desk = system();
    for args in ["--load --user-only", "--load --dry-run", "--load --root .", "--load --uninstall"]
    {
        let ended = desk.run(&format!("install {args}"));
        assert!(
            ended.code == Some(2) && ended.stderr.contains("--load"),
            "{args}: {}",
            ended.stderr
        );
    }
}

#[test]
fn files_of_others_are_never_touched() {
    let desk = system();
    let obs = "options v4l2loopback video_nr=10 card_label=\"OBS Cam\" exclusive_caps=1\n";
    write(&desk, "etc/modprobe.d/obs.conf", obs);
    write(&desk, "users/me/.config/systemd/user/backlot.service", "[Service]\n");
    let said = installed(&desk, "--yes");
    assert!(said.contains("/etc/modprobe.d/obs.conf sets options"), "{said}");
    let line = "options v4l2loopback devices=2 video_nr=10,11 card_label=\"OBS Cam,Backlot\" exclusive_caps=1,1 max_buffers=4";
    assert!(said.contains(line), "{said}");
    assert!(said.contains("backlot.service is not from 'backlot install'"), "{said}");
    assert_eq!(desk.names("etc/modprobe.d"), ["obs.conf"]);
    installed(&desk, "--uninstall --yes");
    assert_eq!(fs::read_to_string(desk.path("etc/modprobe.d/obs.conf")).unwrap(), obs);
    assert_eq!(desk.names("users/me/.config/systemd/user"), ["backlot.service"]);
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let desk = system();
    fs::remove_dir(desk.path("etc/modules-load.d")).unwrap();
    write(&desk, "etc/modules-load.d", "in the way");
    let before = files(&desk);
    let ended = install(&desk, "--yes");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("modules-load.d/backlot.conf failed, so nothing was changed"));
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    assert_eq!(files(&desk), before);
}

#[test]
fn the_users_part_alone_and_an_older_wireplumber() {
    let desk = system();
    write(&desk, "usr/share/wireplumber/main.lua.d/50-v4l2-config.lua", "");
    installed(&desk, "--user-only --yes");
    assert!(desk.names("etc/modprobe.d").is_empty());
    let rule = "users/me/.config/wireplumber/main.lua.d/51-backlot.lua";
    assert!(fs::read_to_string(desk.path(rule)).unwrap().contains("v4l2_monitor.rules"));
}
