//! `backlot scene` with what is fine and with what others made: archives that lead elsewhere, hold
//! too much, or end too early.

use crate::common::Desk;
use std::fs;

/// A desk with settings in a folder of their own, and a picture.
fn desk(settings: &str) -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("mine")).unwrap();
    fs::write(desk.path("mine/s.toml"), settings).unwrap();
    desk.ffmpeg("-f lavfi -i color=red:s=64x36 -frames:v 1 mine/red.png");
    desk
}

/// One entry of a tar archive: name, kind, bytes, and the size that its header tells.
type Entry<'a> = (&'a str, u8, &'a [u8], u64);

/// A tar archive of entries, whatever stands in them.
fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, kind, bytes, size) in entries {
        let mut header = [0_u8; 512];
        header[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        header[100..107].copy_from_slice(b"0000644");
        // A size beyond what eleven octal digits hold is written in binary.
        header[124..136].copy_from_slice(&(1_u128 << 95 | u128::from(*size)).to_be_bytes()[4..]);
        header[156] = *kind;
        header[157..167].copy_from_slice(b"../outside");
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

fn file<'a>(name: &'a str, bytes: &'a [u8]) -> Entry<'a> {
    (name, b'0', bytes, bytes.len() as u64)
}

const SCENE: &[u8] =
    b"version = 1\nname = \"a\"\n[[layer]]\nsource = \"files/red.png\"\n[[layer]]\nsource = \"camera\"\nkey = \"person\"\n";

#[test]
fn a_scene_goes_to_another_desk_and_back_out() {
    let from = desk(
        "[source.photo]\nfile = \"red.png\"\n[scene.inner]\nbackground = \"red.png\"\n\
        [[scene.two.layer]]\nsource = \"photo\"\n[[scene.two.layer]]\nsource = \"scene:inner\"\n",
    );
    from.ok("scene export two two.tar --settings mine/s.toml");
    let said = from.refused("scene export two two.tar --settings mine/s.toml");
    assert!(said.contains("'two.tar' already exists"), "{said}");
    let to = desk("# mine\n");
    fs::copy(from.path("two.tar"), to.path("two.tar")).unwrap();
    to.ok("scene import two.tar --settings mine/s.toml");
    assert_eq!(to.names("mine/scenes"), ["inner.toml", "two.files", "two.toml"]);
    assert_eq!(fs::read_to_string(to.path("mine/s.toml")).unwrap(), "# mine\n");
    to.ok("validate mine/s.toml");
    to.ok("render presenter:noise=0 -o out.png --scene two --settings mine/s.toml --size 128x72");
    let red = crate::common::pixels(to.path("out.png")).get_pixel(1, 1).0;
    assert!(red[0] > 200 && red[1] < 60, "{red:?}");
    let said = to.refused("scene import two.tar --settings mine/s.toml");
    assert!(said.contains("there is a scene 'two' already"), "{said}");
    to.ok("scene revert two --settings mine/s.toml");
    to.ok("scene revert inner --settings mine/s.toml");
    let said = to.refused("scene revert inner --settings mine/s.toml");
    assert!(said.contains("'inner' was not edited"), "{said}");
}

#[test]
fn a_shadow_is_named_until_it_is_reverted() {
    let desk = desk("[scene.calm]\nbackground = \"navy\"\n");
    fs::create_dir(desk.path("mine/scenes")).unwrap();
    let edited = "version = 1\nname = \"calm\"\nbackground = \"olive\"\n";
    fs::write(desk.path("mine/scenes/calm.toml"), edited).unwrap();
    let said = crate::common::text(desk.ok("validate mine/s.toml").stdout);
    assert!(said.contains("mine/scenes/calm.toml: the scene 'calm' was edited"), "{said}");
    let json = desk.ok("validate mine/s.toml --json").stdout;
    let report: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(report["shadows"].as_array().map(Vec::len), Some(1));
    desk.ok("scene revert calm --settings mine/s.toml");
    let said = crate::common::text(desk.ok("validate mine/s.toml").stdout);
    assert!(!said.contains("was edited"), "{said}");
    fs::write(desk.path("mine/scenes/calm.toml"), "version = 1\nname = \"calm\"\n[[layer]]\n")
        .unwrap();
    let said = desk.refused("validate mine/s.toml");
    assert!(said.starts_with("mine/scenes/calm.toml:3:1: "), "{said}");
}

#[test]
fn what_is_missing_is_said_and_nothing_is_written() {
    let desk = desk("[scene.a]\nbackground = \"gone.png\"\n");
    let said = desk.refused("scene export nowhere out.tar --settings mine/s.toml");
    assert!(said.contains("there is no scene 'nowhere'"), "{said}");
    let said = desk.refused("scene export a out.tar --settings mine/s.toml");
    assert!(said.contains("gone.png"), "{said}");
    for from in ["mine/red.png", "mine", "nowhere.tar", "/dev/zero"] {
        desk.refused(&format!("scene import {from} --settings mine/s.toml"));
    }
    assert_eq!(
        (desk.names("."), desk.names("mine")),
        (vec!["mine".into()], vec!["red.png".into(), "s.toml".into()])
    );
}

#[test]
fn hostile_archives_leave_nothing_behind() {
    let desk = desk("# mine\n");
    let red = fs::read(desk.path("mine/red.png")).unwrap();
    let (scene, picture) = (file("scenes/a.toml", SCENE), file("files/red.png", &red));
    let long = format!("files/{}", "x".repeat(90));
    let many: Vec<_> = (0..2000).map(|n| format!("files/{n}")).collect();
    let many: Vec<_> = many.iter().map(|name| file(name, b"")).collect();
    let etc: &[u8] = b"version = 1\nname = \"a\"\nbackground = \"/etc/hostname\"\n";
    let above: &[u8] = b"version = 1\nname = \"../../b\"\nbackground = \"navy\"\n";
    let not_there: &[u8] = b"version = 1\nname = \"a\"\nbackground = \"hyperspaec\"\n";
    let (whole, cut) = (tar(&[scene, picture]), 1024 + 512 + red.len() / 2);
    for (archive, said) in [
        (tar(&[scene, file("../outside", b"x")]), "no name of a scene or picture"),
        (tar(&[scene, file("files/../../outside", b"x")]), "no name of a scene or picture"),
        (tar(&[scene, file("/tmp/outside", b"x")]), "no name of a scene or picture"),
        (tar(&[scene, file("files/a/b", b"x")]), "no name of a scene or picture"),
        (tar(&[scene, file(&long, b"x")]), "no name of a scene or picture"),
        (tar(&[scene, file("files/\u{1b}[31mred", b"x")]), "no name of a scene or picture"),
        (tar(&[scene, ("files/red.png", b'2', b"", 0)]), "no plain file"),
        (tar(&[scene, ("files/red.png", b'1', b"", 0)]), "no plain file"),
        (tar(&[scene, ("files/red.png", b'4', b"", 0)]), "no plain file"),
        (tar(&[("././@LongLink", b'L', b"../outside", 10), scene]), "no plain file"),
        (tar(&[scene, ("files/red.png", b'0', b"", 1 << 40)]), "more than 512 MB"),
        (tar(&[scene, ("files/red.png", b'0', b"", u64::MAX)]), "archive"),
        (tar(&many), "more than 512 entries"),
        (tar(&[picture]), "no scene in it"),
        (tar(&[scene]), "'files/red.png' is not in it"),
        (tar(&[file("scenes/a.toml", etc)]), "'/etc/hostname' is not in it"),
        (tar(&[file("scenes/a.toml", not_there)]), "did you mean 'hyperspace'?"),
        (tar(&[file("scenes/a.toml", b"\xff")]), "no text"),
        (whole[..cut].to_vec(), "it ends too early"),
        (whole[..1300].to_vec(), "no whole tar archive"),
    ] {
        fs::write(desk.path("bad.tar"), archive).unwrap();
        let sentence = desk.refused("scene import bad.tar --settings mine/s.toml");
        assert!(sentence.contains(said), "{said}: {sentence}");
        assert!(!sentence.contains('\u{1b}'), "{sentence}");
        assert_eq!(desk.names("."), ["bad.tar", "mine"], "{said}");
        assert_eq!(desk.names("mine"), ["red.png", "s.toml"], "{said}");
    }
    // A name that leads elsewhere is a name like others.
    fs::write(desk.path("odd.tar"), tar(&[file("scenes/b.toml", above)])).unwrap();
    desk.ok("scene import odd.tar --settings mine/s.toml");
    assert_eq!(desk.names("mine/scenes").len(), 1);
    // What can't be written as a whole is not begun.
    fs::remove_dir_all(desk.path("mine/scenes")).unwrap();
    fs::write(desk.path("mine/scenes"), "no folder").unwrap();
    fs::write(desk.path("good.tar"), &whole).unwrap();
    desk.refused("scene import good.tar --settings mine/s.toml");
    assert_eq!(desk.names("mine"), ["red.png", "s.toml", "scenes"]);
}
