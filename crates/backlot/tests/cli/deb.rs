//! The Debian package that `make deb` makes, from this very program.

use crate::common::{Desk, Ended, ended, text};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes the package in a folder of the desk.
fn package(desk: &Desk, folder: &str) -> Ended {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/deb.sh");
    let mut command = Command::new(script);
    command.args(["--program", env!("CARGO_BIN_EXE_backlot"), "--output"]);
    command.arg(desk.path(folder)).env("SOURCE_DATE_EPOCH", "1700000000");
    command.env("DEBFULLNAME", "Me").env("DEBEMAIL", "me@backlot.example");
    ended(command.env("DPKG_DEB_COMPRESSOR_TYPE", "none").output())
}

/// What a program says of a file.
fn said(program: &str, args: &[&str], file: &Path) -> String {
    let ended = ended(Command::new(program).args(args).arg(file).output());
    assert_eq!(ended.code, Some(0), "{program} {args:?}: {}", ended.stderr);
    text(ended.stdout)
}

/// What the package says of itself.
fn check_fields(fields: &str) {
    for line in [
        "Package: backlot",
        concat!("Version: ", env!("CARGO_PKG_VERSION"), "-1"),
        "Maintainer: Me <me@backlot.example>",
    ] {
        assert!(fields.lines().any(|field| field == line), "{line} is missing: {fields}");
    }
    let field = |name: &str| fields.lines().find(|field| field.starts_with(name)).unwrap_or("");
    assert!(field("Depends: ").contains("libc6"), "{fields}");
    assert!(field("Recommends: ").contains("v4l2loopback-dkms, ffmpeg"), "{fields}");
    // Its library is loaded where it is there.
    assert!(!field("Depends: ").contains("pipewire"), "{fields}");
    assert!(field("Recommends: ").contains("libpipewire-0.3-0"), "{fields}");
}

#[test]
fn the_package_has_all_that_belongs_to_the_program() {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        println!("skipped: there is no dpkg-deb here, so no package is made");
        return;
    }
    let desk = Desk::new();
    let made = package(&desk, "first");
    if !Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../panel/dist/index.html")).exists() {
        assert!(made.code == Some(1) && made.stderr.lines().count() == 1, "{}", made.stderr);
        assert!(made.stderr.contains("always has the control panel"), "{}", made.stderr);
        println!("skipped: the panel isn't built ('make panel'), so there is no package");
        return;
    }
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let names = desk.names("first");
    let [name] = &names[..] else { panic!("{names:?}") };
    let file = desk.path("first").join(name);

    let fields = said("dpkg-deb", &["--field"], &file);
    check_fields(&fields);
    for line in said("dpkg-deb", &["--contents"], &file).lines() {
        assert!(line.contains(" root/root ") && !line.contains("rw-rw"), "{line}");
    }

    let out = desk.path("out");
    let unpacked = Command::new("dpkg-deb").arg("--extract").arg(&file).arg(&out).status();
    assert!(unpacked.unwrap().success());
    let read =
        |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let version = said("sh", &["-c", "exec \"$0\" --version"], &out.join("usr/bin/backlot"));
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    for name in [
        "man/man1/backlot.1.gz",
        "bash-completion/completions/backlot",
        "zsh/vendor-completions/_backlot",
        "fish/vendor_completions.d/backlot.fish",
        "icons/hicolor/scalable/apps/backlot.svg",
        "metainfo/org.backlot.Backlot.metainfo.xml",
        "doc/backlot/changelog.gz",
        "doc/backlot/changelog.Debian.gz",
        "doc/backlot/third-party.txt.gz",
    ] {
        let found = out.join("usr/share").join(name).metadata();
        assert!(found.is_ok_and(|found| found.len() > 0), "{name} is missing");
    }
    assert!(read("usr/share/doc/backlot/copyright").contains("Permission is hereby granted"));
    let options = read("usr/lib/modprobe.d/backlot.conf");
    let line = "options v4l2loopback devices=1 video_nr=10 card_label=Backlot exclusive_caps=1 max_buffers=4";
    assert!(options.lines().any(|l| l == line), "{options}");
    assert!(read("usr/lib/modules-load.d/backlot.conf").ends_with("\nv4l2loopback\n"));
    let service = read("usr/lib/systemd/user/backlot.service");
    assert!(service.contains("ExecStart=\"/usr/bin/backlot\" run"), "{service}");
    let entry = out.join("usr/share/applications/backlot.desktop");
    assert!(fs::read_to_string(&entry).unwrap().lines().any(|line| line == "Exec=backlot"));
    match Command::new("desktop-file-validate").arg(&entry).output() {
        Err(_) => println!("skipped: there is no desktop-file-validate here"),
        Ok(found) => assert!(found.status.success(), "{}", text(found.stdout)),
    }

    // What is installed that way is what 'backlot install' would write.
    let mut install = Command::new(out.join("usr/bin/backlot"));
    install.args(["install", "--dry-run", "--system-only", "--root"]).arg(&out);
    let planned = text(ended(install.output()).stdout);
    assert!(planned.contains("Everything is installed already"), "{planned}");

    assert_eq!(package(&desk, "second").code, Some(0));
    let again = desk.path("second").join(name);
    assert!(fs::read(&file).unwrap() == fs::read(again).unwrap(), "two packages differ");
}
