//! What the pages under `docs` and the README tell users to type, and the manual pages.

use crate::common::{Desk, ended, text};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The pages with what they hold.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(Path::new(PROJECT).join("docs")).unwrap();
    let docs = docs.map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages
        .chain([Path::new(PROJECT).join("README.md")])
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines of a page's blocks in a language, each block by itself.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    page.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// The arguments of a line that starts the program: without what follows it and its comment.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.trim().strip_prefix("backlot ")?;
    let line = line.split([';', '|', '>', '<']).next()?;
    let (mut words, mut quote, mut word) = (Vec::new(), None, String::new());
    for c in line.chars().chain([' ']) {
        match (c, quote) {
            ('#', None) if word.is_empty() => break,
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (' ', None) if word.is_empty() => {}
            (' ', None) => words.push(std::mem::take(&mut word)),
            (c, _) => word.push(c),
        }
    }
    words.retain(|word| word != "\\" && word != "&&");
    Some(words)
}

#[test]
fn every_command_of_the_pages_is_one_that_the_program_takes() {
    let desk = Desk::new();
    let mut tried = 0;
    for (path, page) in pages() {
        for line in blocks(&page, "sh").iter().flat_map(|block| block.lines()) {
            let Some(arguments) = arguments(line) else { continue };
            // Names and options are read before help is printed.
            let said = ended(desk.program().args(&arguments).arg("--help").output());
            assert_eq!(said.code, Some(0), "{}: '{line}': {}", path.display(), said.stderr);
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} commands were found");
}

#[test]
fn every_recipe_is_a_settings_file_that_is_fine() {
    let desk = Desk::new();
    for folder in ["Pictures", "Videos"] {
        fs::create_dir_all(desk.path(folder)).unwrap();
    }
    let picture = Path::new(PROJECT).join("docs/images/aurora.jpg");
    fs::copy(picture, desk.path("Pictures/beach.jpg")).unwrap();
    desk.ffmpeg("-f lavfi -i color=navy:s=64x36:d=0.2 Videos/lesson.mp4");
    let page = fs::read_to_string(Path::new(PROJECT).join("docs/cookbook.md")).unwrap();
    let recipes = blocks(&page, "toml");
    assert!(recipes.len() > 10);
    for recipe in recipes {
        fs::write(desk.path("settings.toml"), recipe).unwrap();
        let mut program = desk.program();
        program.args(["validate", "settings.toml"]).env("HOME", desk.path("."));
        let said = ended(program.output());
        assert_eq!(said.code, Some(0), "{recipe}\n{}{}", text(said.stdout), said.stderr);
    }
}

#[test]
fn each_command_has_a_manual_page_without_mistakes() {
    let desk = Desk::new();
    desk.ok("man --folder pages");
    let pages = desk.names("pages");
    let help = text(desk.ok("--help").stdout);
    let commands = help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands = commands.filter_map(|line| line.split_whitespace().next());
    let named = commands.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    for name in named.filter(|name| !name.starts_with('-') && !["backlot", "help"].contains(name)) {
        assert!(pages.contains(&format!("backlot-{name}.1")), "'{name}' has no page: {pages:?}");
    }
    for page in &pages {
        let mut groff = Command::new("groff");
        groff.args(["-man", "-Tutf8", "-ww", "-z"]).arg(desk.path("pages").join(page));
        match groff.output() {
            Err(_) => return println!("skipped: there is no groff here to read the pages with"),
            Ok(read) => assert_eq!(text(read.stderr), "", "{page}"),
        }
    }
}
