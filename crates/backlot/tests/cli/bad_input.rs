//! Every mistake in what is typed or read is reported in one helpful sentence.

use crate::common::{Desk, presenter, truncate};
use std::fs;

/// Checks that the folder contains only known names.
fn nothing_new(desk: &Desk, known: &[&str]) {
    let names = desk.names(".");
    assert!(names.iter().all(|n| known.contains(&&**n)), "left behind: {names:?}");
}

#[test]
fn names_that_lead_nowhere() {
    let desk = Desk::new();
    let said = desk.refused("render nowhere.mp4 -o out.mp4");
    assert!(said.contains("'nowhere.mp4'") && said.contains("not exist"), "{said}");
    let said = desk.refused("render presenter -o nowhere/out.mp4 --duration 0.1 --size 64x36");
    assert!(said.contains("nowhere"), "{said}");
    let said = desk.refused("render presenter -o out.mp5");
    assert!(said.contains(".mp5") && said.contains("mp4"), "{said}");
    nothing_new(&desk, &[]);
}

#[test]
fn words_that_mean_nothing() {
    let desk = Desk::new();
    for (args, words) in [
        ("--effect hologran", &["'hologran'", "did you mean 'hologram'?"][..]),
        ("--effect blur:9999", &["'blur'", "radius", "9999"]),
        ("--effect blur:radus=3", &["'radus'", "did you mean 'radius'?"]),
        ("--background-effect nothing", &["'nothing'", "backlot effects"]),
        ("--whole-effect mirror:3", &["'mirror'", "no settings"]),
        ("--background hyperspaec", &["'hyperspaec'", "did you mean 'hyperspace'?"]),
        ("--background #12", &["'#12'", "not a background"]),
        ("--background nowhere.jpg", &["nowhere.jpg"]),
        ("--size 0x5", &["0x5"]),
        ("--size big", &["'big'", "1280x720"]),
        ("--fps 0", &["--fps", "'0'"]),
        ("--duration -1", &["--duration"]),
        ("--duration nan", &["--duration"]),
        ("--fit fill", &["'fill'", "cover, contain or stretch"]),
        ("--quality good", &["'good'", "fast, live, teacher or best"]),
        ("--model landscap", &["'landscap'", "did you mean 'landscape'?"]),
        ("--light-wrap 2", &["light_wrap", "2"]),
    ] {
        let separated = args.replace("--duration -1", "--duration=-1");
        let said = desk.refused(&format!("render presenter -o out.mp4 {separated}"));
        for word in words {
            assert!(said.contains(word), "{args}: '{word}' is not in: {said}");
        }
    }
    nothing_new(&desk, &[]);
}

#[test]
fn files_that_are_not_what_their_name_says() {
    let desk = Desk::new();
    fs::write(desk.path("text.mp4"), "This is no video.\n").unwrap();
    fs::write(desk.path("empty.mp4"), "").unwrap();
    fs::write(desk.path("text.png"), "This is no picture.\n").unwrap();
    fs::create_dir(desk.path("void")).unwrap();
    desk.ffmpeg("-f lavfi -i sine=d=0.2 -c:a aac sound.mp4");
    for name in ["text.mp4", "empty.mp4", "text.png", "sound.mp4", "void"] {
        for command in ["render", "matte"] {
            let said = desk.refused(&format!("{command} {name} -o out.mp4"));
            assert!(said.contains(name), "{command} {name}: {said}");
        }
        if name != "void" {
            let said = desk.refused(&format!(
                "render presenter -o out.mp4 --background ./{name} --duration 0.1 --size 64x36"
            ));
            assert!(said.contains(name), "background {name}: {said}");
        }
    }
    nothing_new(&desk, &["text.mp4", "empty.mp4", "text.png", "sound.mp4", "void"]);
}

#[test]
fn nothing_is_overwritten_unless_forced() {
    let desk = Desk::new();
    fs::write(desk.path("out.mp4"), "precious").unwrap();
    fs::write(desk.path("out.png"), "precious").unwrap();
    for name in ["out.mp4", "out.png"] {
        let length = if name == "out.mp4" { "--duration 0.1" } else { "" };
        let args = format!("render presenter -o {name} {length} --size 64x36");
        let said = desk.refused(&args);
        assert!(said.contains(name) && said.contains("--force"), "{said}");
        assert_eq!(fs::read(desk.path(name)).unwrap(), b"precious");
        desk.ok(&format!("{args} --force"));
        assert_ne!(fs::read(desk.path(name)).unwrap(), b"precious");
    }
    nothing_new(&desk, &["out.mp4", "out.png"]);
}

#[test]
fn without_ffmpeg_it_says_how_to_install_it() {
    let desk = Desk::new();
    let mut program = desk.program();
    program.env("BACKLOT_FFMPEG", "/nowhere/ffmpeg");
    program.args("render presenter -o out.mp4 --duration 0.1 --size 64x36".split(' '));
    let output = program.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("ffmpeg") && said.contains("install"), "{said}");
    nothing_new(&desk, &[]);
}

#[test]
fn a_damaged_network_is_refused_by_name() {
    let desk = Desk::new();
    fs::write(desk.path("net.tflite"), [0x55; 64]).unwrap();
    let said = desk.refused("render presenter -o out.mp4 --model net.tflite");
    assert!(said.contains("net.tflite"), "{said}");
}

#[test]
fn a_truncated_mjpeg_gives_what_is_whole() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc=d=1:s=160x90:r=10 -c:v mjpeg -f avi whole.avi");
    truncate(&desk.path("whole.avi"), &desk.path("cut.avi"), 0.55);
    let ended = desk.run("render cut.avi -o out.mp4 --background navy");
    if ended.code == Some(0) {
        let frames = desk.probe("out.mp4", "stream=nb_read_frames");
        let frames: u32 = frames.trim().trim_start_matches("nb_read_frames=").parse().unwrap();
        assert!((2..=9).contains(&frames), "{frames} of 10 frames");
    } else {
        assert!(ended.stderr.contains("cut.avi") && ended.stderr.lines().count() == 1);
        nothing_new(&desk, &["whole.avi", "cut.avi"]);
    }
}

#[test]
fn pictures_of_unusual_kinds_work_or_are_refused() {
    let desk = Desk::new();
    let source = "-f lavfi -i testsrc=s=64x48 -frames:v 1";
    desk.ffmpeg(&format!("{source} -pix_fmt rgb48be deep.png"));
    desk.ffmpeg(&format!("{source} -pix_fmt rgba alpha.png"));
    desk.ffmpeg(&format!("{source} -pix_fmt gray16be grey.png"));
    desk.ffmpeg(&format!("{source} -pix_fmt pal8 palette.png"));
    for (name, width, height) in [("dot", 1, 1), ("line", 1, 90), ("odd", 63, 47)] {
        let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30]));
        picture.save(desk.path(&format!("{name}.png"))).unwrap();
    }
    for name in ["deep", "alpha", "grey", "palette", "dot", "line", "odd"] {
        desk.ok(&format!("render {name}.png -o out-{name}.png --background blur"));
        desk.ok(&format!("matte {name}.png -o matte-{name}.png"));
        desk.ok(&format!(
            "render presenter -o behind-{name}.png --size 65x37 --background {name}.png"
        ));
    }
}

#[test]
fn a_picture_with_too_many_pixels_is_refused_before_memory_is_taken() {
    let desk = Desk::new();
    // Only a PNG's header: 10000 by 10000 can be read, 60000 by 60000 never.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(60_000_u32.to_be_bytes());
    bytes.extend(60_000_u32.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0x11, 0x22, 0x33, 0x44]);
    fs::write(desk.path("huge.png"), bytes).unwrap();
    let said = desk.refused("render huge.png -o out.png");
    assert!(said.contains("huge.png"), "{said}");
}

#[test]
fn a_full_disk_leaves_nothing_under_the_final_name() {
    let desk = Desk::new();
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&disk)
        .output();
    if !mounted.is_ok_and(|m| m.status.success()) {
        println!("skipped: a full disk takes the right to mount a small one");
        return;
    }
    let ended = desk.run("render presenter:noise=1 -o disk/out.mkv --size 640x360 --duration 2");
    let names = desk.names("disk");
    let unmounted = std::process::Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|s| s.success()));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("disk/out.mkv"), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    assert!(names.is_empty(), "left behind: {names:?}");
}

#[test]
fn hostile_names_are_only_names() {
    let desk = Desk::new();
    presenter(&desk, "plain.png", "64x48");
    fs::create_dir(desk.path("a")).unwrap();
    for name in ["-i.png", "a:b.png", "%d.png", "con cat|x.png", "ü\u{202e}.png"] {
        fs::copy(desk.path("plain.png"), desk.path(name)).unwrap();
        let mut program = desk.program();
        program.args(["matte", "-o", "a/out.png", "--force", "--quality", "fast", "--"]).arg(name);
        let output = program.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {said}");
    }
}

#[test]
fn damage_is_told_and_refused_if_it_is_to_be() {
    let desk = Desk::new();
    presenter(&desk, "whole.jpg", "640x360");
    truncate(&desk.path("whole.jpg"), &desk.path("cut.jpg"), 0.6);
    for args in [
        "snapshot --camera presenter --size 96x54 --background cut.jpg -o a.png --force",
        "snapshot --camera cut.jpg --size 96x54 -o a.png --raw --force",
        "run --camera presenter --size 96x54 --output none -t 1 --background cut.jpg",
    ] {
        let ended = desk.ok(args);
        let told = ended.stderr.lines().filter(|line| line.contains("'cut.jpg' is damaged"));
        assert_eq!(told.count(), 1, "{args}: {}", ended.stderr);
        let ended = desk.run(&format!("{args} --strict"));
        assert_eq!(ended.code, Some(1), "{args}: {}", ended.stderr);
        assert!(ended.stderr.contains("cut.jpg"), "{args}: {}", ended.stderr);
        let ended = desk.run(&format!("{args} --memory 1MB"));
        assert!(ended.code == Some(1) || args.contains("--camera cut"), "{args}: {}", ended.stderr);
    }
    for more in ["--strict", "--memory 1MB"] {
        let bench =
            "bench --scene replace --size 64x36 --frames 2 --threads 1 --background cut.jpg";
        let ended = desk.run(&format!("{bench} {more}"));
        assert_eq!(ended.code, Some(1), "{more}: {}", ended.stderr);
        assert!(ended.stderr.contains("cut.jpg"), "{more}: {}", ended.stderr);
    }
}
