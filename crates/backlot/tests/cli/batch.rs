//! `backlot batch`: chunks that are made in any order, and what joins them.

use crate::common::Desk;
use std::fs;

/// A video of 27 s at 12 frames a second with sound, which is three chunks.
fn video(desk: &Desk, name: &str) {
    let form = "--size 160x90 --fps 12 --duration 27 --background original --quality fast";
    desk.ok(&format!("render presenter -o silent-{name} {form}"));
    let sound = "-f lavfi -i sine=d=27 -map 0:v -map 1:a -c:v copy -c:a aac";
    desk.ffmpeg(&format!("-i silent-{name} {sound} {name}"));
    fs::remove_file(desk.path(&format!("silent-{name}"))).unwrap();
}

fn bytes(desk: &Desk, name: &str) -> Vec<u8> {
    fs::read(desk.path(name)).unwrap()
}

/// The chunks' names, of the plan in `plan`.
fn chunks(desk: &Desk) -> Vec<String> {
    desk.names("plan/chunks").into_iter().map(|name| format!("plan/chunks/{name}")).collect()
}

#[test]
fn chunks_in_any_order_are_what_one_run_makes() {
    let desk = Desk::new();
    video(&desk, "in.mp4");
    desk.ok("render in.mp4 -o whole.mp4 --background navy");
    desk.ok("batch plan in.mp4 -o plan --background navy");
    for number in [2, 0, 1] {
        desk.ok(&format!("batch chunk plan {number}"));
    }
    let made = chunks(&desk);
    assert_eq!(made.len(), 3, "{made:?}");
    let first: Vec<_> = made.iter().map(|name| bytes(&desk, name)).collect();
    made.iter().for_each(|name| fs::remove_file(desk.path(name)).unwrap());
    desk.ok("batch chunk plan all");
    let again: Vec<_> = chunks(&desk).iter().map(|name| bytes(&desk, name)).collect();
    assert!(first == again, "a chunk is not the same when it is made again");
    desk.ok("batch join plan -o joined.mp4");
    assert!(bytes(&desk, "whole.mp4") == bytes(&desk, "joined.mp4"));
}

#[test]
fn mattes_and_persons_are_joined_too() {
    let desk = Desk::new();
    video(&desk, "in.mp4");
    for (what, ending) in [("matte", "mp4"), ("person", "mov")] {
        desk.ok(&format!("matte in.mp4 -o whole.{ending} --as {what}"));
        desk.ok(&format!("batch plan in.mp4 -o plan --as {what} --force"));
        desk.ok("batch chunk plan all");
        desk.ok(&format!("batch join plan -o joined.{ending}"));
        let of = |name| bytes(&desk, &format!("{name}.{ending}"));
        assert!(of("whole") == of("joined"), "{what}");
    }
}

#[test]
fn what_is_missing_is_named_and_made_later() {
    let desk = Desk::new();
    video(&desk, "in.mp4");
    desk.ok("batch plan in.mp4 -o plan --as matte");
    desk.ok("batch chunk plan 0-1");
    let refused = desk.run("batch join plan -o out.mp4");
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("chunks 2 are missing"), "{}", refused.stderr);
    assert!(!desk.path("out.mp4").exists());
    let told = desk.ok("batch chunk plan all").stderr;
    assert!(told.contains("1 chunks") && told.contains("2 already there"), "{told}");
    desk.ok("batch join plan -o out.mp4");
    let damaged = &chunks(&desk)[1];
    let part = bytes(&desk, damaged);
    fs::write(desk.path(damaged), &part[..part.len() / 2]).unwrap();
    let refused = desk.run("batch join plan -o other.mp4");
    assert!(refused.code == Some(1) && refused.stderr.contains("damaged"), "{}", refused.stderr);
    assert!(!desk.path("other.mp4").exists());
    assert!(desk.refused("batch chunk plan 3").contains("there is no chunk 3"));
}

#[test]
fn a_plan_of_others_is_refused_in_a_sentence() {
    let desk = Desk::new();
    video(&desk, "in.mp4");
    desk.ok("batch plan in.mp4 -o plan --background navy");
    assert!(desk.refused("batch plan in.mp4 -o plan").contains("has a plan already"));
    let manifest = fs::read_to_string(desk.path("plan/manifest.json")).unwrap();
    let change = |from: &str, to: &str| {
        assert!(manifest.contains(from), "{from}");
        fs::write(desk.path("plan/manifest.json"), manifest.replacen(from, to, 1)).unwrap();
        desk.refused("batch chunk plan 0")
    };
    let version = env!("CARGO_PKG_VERSION");
    let other = change(&format!("\"version\": \"{version}\""), "\"version\": \"0.0.0\"");
    assert!(other.contains("another version of Backlot"), "{other}");
    assert!(change("\"instructions\": \"", "\"instructions\": \"x").contains("instructions"));
    assert!(change("\"input\": \"in.mp4\"", "\"input\": \"../in.mp4\"").contains("leads out"));
    assert!(change("\"result\": \"in.mp4\"", "\"result\": \"/in.mp4\"").contains("leads out"));
    assert!(change("\"frames\": 324", "\"frames\": 3240").contains("don't add up"));
    assert!(change("{", "{ \"more\": 1,").contains("is no plan of this version"));
}

#[test]
fn one_broken_file_among_many_is_told_and_the_rest_is_made() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("in/deep")).unwrap();
    video(&desk, "a.mp4");
    fs::rename(desk.path("a.mp4"), desk.path("in/deep/a.mp4")).unwrap();
    desk.ffmpeg("-f lavfi -i testsrc=s=160x90 -frames:v 1 in/b.png");
    fs::write(desk.path("in/c.mp4"), "no video").unwrap();
    fs::write(desk.path("in/notes.txt"), "notes").unwrap();
    let planned = desk.run("batch plan in -r -o plan --background navy");
    assert_eq!(planned.code, Some(1), "{}", planned.stderr);
    assert!(planned.stderr.contains("c.mp4") && planned.stderr.contains("notes.txt"));
    desk.ok("batch chunk plan all");
    let joined = desk.run("batch join plan -o out");
    assert_eq!(joined.code, Some(1), "{}", joined.stderr);
    assert!(joined.stderr.contains("joined 2 results to out, 1 failed"), "{}", joined.stderr);
    assert_eq!(desk.names("out"), ["b.png", "deep"]);
    assert_eq!(desk.names("out/deep"), ["a.mp4"]);
}
