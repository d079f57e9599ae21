//! Which crate may use which, and where `unsafe` may stand.

use crate::finding::Finding;
use crate::tree::File;

/// What a crate may do.
pub(super) struct Layer {
    /// The folder's name; the package is called `backlot-` and that, but for the program itself.
    pub name: &'static str,
    /// Crates of ours that it may depend on.
    pub uses: &'static [&'static str],
    /// Whether it may hold `unsafe`.
    pub may_be_unsafe: bool,
}

const fn layer(name: &'static str, uses: &'static [&'static str]) -> Layer {
    Layer { name, uses, may_be_unsafe: false }
}

/// From the vocabulary up to the program.
const LAYERS: &[Layer] = &[
    layer("media", &[]),
    layer("launch", &["media"]),
    layer("terminal", &["media"]),
    Layer { may_be_unsafe: true, ..layer("kernels", &["media"]) },
    layer("guard", &["media", "kernels"]),
    Layer { may_be_unsafe: true, ..layer("v4l2", &["media", "guard"]) },
    Layer { may_be_unsafe: true, ..layer("pipewire", &["media", "guard"]) },
    layer("protocol", &[]),
    layer("control", &["media", "protocol"]),
    layer("obs", &["media", "protocol", "control"]),
    layer("remote", &["launch", "protocol", "control", "terminal"]),
    layer("oip", &[]),
    layer("schema", &[]),
    layer("effects", &["media", "kernels", "schema"]),
    layer("generators", &["media", "schema"]),
    Layer { may_be_unsafe: true, ..layer("jpeg", &["kernels", "media", "generators", "launch"]) },
    layer("mjpeg", &["media", "jpeg"]),
    layer("testkit", &["media", "guard", "mjpeg"]),
    Layer { may_be_unsafe: true, ..layer("nn", &["kernels", "media"]) },
    layer("segmenter", &["kernels", "launch", "media", "nn"]),
    layer("onnx", &["media", "kernels", "segmenter"]),
    layer("distant", &["kernels", "nn", "oip", "segmenter"]),
    layer("matte", &["media", "kernels", "segmenter"]),
    layer("keys", &["media", "kernels", "schema", "matte"]),
    layer("scene", &["media", "schema", "effects", "keys"]),
    layer("files", &["media", "jpeg", "launch", "kernels", "scene"]),
    layer(
        "sources",
        &["media", "kernels", "schema", "scene", "generators", "files", "v4l2", "pipewire"],
    ),
    layer(
        "pipeline",
        &[
            "media",
            "guard",
            "kernels",
            "schema",
            "scene",
            "mjpeg",
            "launch",
            "segmenter",
            "matte",
            "effects",
            "keys",
            "generators",
            "files",
            "sources",
        ],
    ),
    layer(
        "panel",
        &[
            "media", "guard", "kernels", "mjpeg", "launch", "files", "protocol", "control",
            "terminal",
        ],
    ),
    layer(
        "networks",
        &["distant", "files", "kernels", "launch", "matte", "onnx", "scene", "schema", "segmenter"],
    ),
    layer("service", &["media", "kernels", "terminal", "matte", "files", "networks", "oip"]),
    layer("settings", &["media", "schema", "scene", "effects", "generators", "files", "networks"]),
    layer("desktop", &["media", "protocol", "control"]),
    layer("host", &["media", "launch", "terminal", "v4l2", "pipewire"]),
    layer(
        "jobs",
        &[
            "media",
            "guard",
            "kernels",
            "schema",
            "scene",
            "mjpeg",
            "segmenter",
            "matte",
            "effects",
            "generators",
            "files",
            "sources",
            "networks",
            "settings",
            "terminal",
            "v4l2",
            "pipeline",
        ],
    ),
    layer(
        "session",
        &[
            "media",
            "guard",
            "kernels",
            "matte",
            "scene",
            "effects",
            "files",
            "sources",
            "networks",
            "settings",
            "terminal",
            "host",
            "v4l2",
            "pipewire",
            "pipeline",
            "keys",
            "generators",
            "protocol",
            "control",
            "desktop",
            "obs",
            "panel",
        ],
    ),
    layer(
        "bench",
        &[
            "media",
            "guard",
            "kernels",
            "schema",
            "scene",
            "mjpeg",
            "segmenter",
            "matte",
            "effects",
            "generators",
            "files",
            "sources",
            "networks",
            "terminal",
            "host",
            "pipeline",
        ],
    ),
    layer(
        "backlot",
        &[
            "media",
            "launch",
            "schema",
            "scene",
            "effects",
            "keys",
            "generators",
            "files",
            "sources",
            "networks",
            "settings",
            "terminal",
            "host",
            "v4l2",
            "pipeline",
            "protocol",
            "control",
            "remote",
            "panel",
            "jobs",
            "session",
            "service",
            "bench",
        ],
    ),
    layer("xtask", &[]),
];

/// Crates that bring an async runtime, or need one.
const RUNTIMES: [&str; 8] =
    ["axum", "hyper", "hyper-util", "tokio", "tonic", "tower", "async-std", "smol"];
/// Who may have one, on a thread of its own and outside the way of pictures.
const MAY_WAIT: [&str; 3] = ["distant", "panel", "service"];

/// What is allowed to a crate, by its folder's name.
pub(super) fn layer_of(member: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == member)
}

/// Looks at every crate's manifest and root.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let manifests = files.iter().filter(|file| {
        let member = file.member().unwrap_or_default();
        [format!("crates/{member}/Cargo.toml"), "xtask/Cargo.toml".to_owned()].contains(&file.path)
    });
    manifests.flat_map(|manifest| check_crate(manifest, files)).collect()
}

fn check_crate(manifest: &File, files: &[File]) -> Vec<Finding> {
    let member = manifest.member().unwrap_or_default();
    let Some(layer) = layer_of(member) else {
        let text = format!("'{member}' has no place yet: add it to xtask/src/check/layers.rs");
        return vec![Finding::new(&manifest.path, 1, text)];
    };
    let mut findings = check_manifest(manifest, layer);
    if !layer.may_be_unsafe {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let is_root = |file: &&File| file.path.strip_prefix(folder).is_some_and(is_root);
        let roots = files.iter().filter(is_root);
        findings.extend(roots.filter(|root| !forbids_unsafe(&root.text)).map(|root| {
            Finding::new(&root.path, 1, "the crate's root must say #![forbid(unsafe_code)]")
        }));
    }
    findings
}

/// Whether a file, by its path in its crate, is one that the compiler begins with.
fn is_root(path: &str) -> bool {
    let program = path.strip_prefix("src/bin/").is_some_and(|name| !name.contains('/'));
    program || matches!(path, "src/lib.rs" | "src/main.rs")
}

fn forbids_unsafe(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]")
}

fn check_manifest(manifest: &File, layer: &Layer) -> Vec<Finding> {
    let mut findings = Vec::new();
    let has_lints = sections(&manifest.text)
        .any(|(_, section, line)| section == "lints" && line.replace(' ', "") == "workspace=true");
    for (number, used) in dependencies(&manifest.text) {
        if !layer.uses.contains(&used) {
            let text = format!(
                "{} must not depend on {used}: move what both need down, or its user up",
                layer.name
            );
            findings.push(Finding::new(&manifest.path, number, text));
        }
    }
    for (number, section, line) in sections(&manifest.text) {
        let name = named(section, line).unwrap_or_default();
        if RUNTIMES.contains(&name) && !MAY_WAIT.contains(&layer.name) {
            let text = format!(
                "{} must not depend on {name}: an async runtime lives in {} alone",
                layer.name,
                MAY_WAIT.join(", ")
            );
            findings.push(Finding::new(&manifest.path, number, text));
        }
    }
    if !has_lints {
        let text = "the workspace's lints are not on: write [lints] workspace = true";
        findings.push(Finding::new(&manifest.path, 1, text));
    }
    findings
}

/// The crates of ours that a manifest names, each with its line.
pub(super) fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    sections(manifest)
        .filter_map(|(number, section, line)| Some((number, dependency(section, line)?)))
}

/// The lines of a manifest, with their numbers and their sections.
fn sections(manifest: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let mut section = "";
    (1..).zip(manifest.lines().map(str::trim)).map(move |(number, line)| {
        if let Some(header) = line.strip_prefix('[') {
            section = header.split(']').next().unwrap_or_default();
        }
        (number, section, line)
    })
}

/// The crate of ours that a line of a manifest makes a dependency. Tests may use any.
fn dependency<'a>(section: &'a str, line: &'a str) -> Option<&'a str> {
    match named(section, line)? {
        name @ ("backlot" | "xtask") => Some(name),
        name => name.strip_prefix("backlot-"),
    }
}

/// The crate that a line of a manifest makes a dependency, ours or not.
fn named<'a>(section: &'a str, line: &'a str) -> Option<&'a str> {
    let kind = section.rsplit('.').find(|part| part.ends_with("dependencies"))?;
    if kind == "dev-dependencies" {
        return None;
    }
    match section.rsplit_once('.') {
        // [dependencies.backlot-media]
        Some((_, name)) if line.starts_with('[') && name != kind => Some(name),
        _ => renamed(line).or_else(|| line.split(['.', '=', ' ']).next()),
    }
}

/// What `package = "…"` says that a dependency is called by its own manifest.
fn renamed(line: &str) -> Option<&str> {
    let (_, value) = line.split_once("package")?;
    value.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    const LINTS: &str = "\n[lints]\nworkspace = true\n";

    fn manifest(member: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"backlot-{member}\"\n{dependencies}{LINTS}");
        lines(check(&[
            file(&format!("crates/{member}/Cargo.toml"), &text),
            file(&format!("crates/{member}/src/lib.rs"), "//! A.\n\n#![forbid(unsafe_code)]\n"),
        ]))
    }

    #[test]
    fn the_direction_is_kept() {
        let fine = "[dependencies]\nbacklot-media.workspace = true\nserde = \"1\"\n";
        assert_eq!(manifest("kernels", fine), [""; 0]);
        for wrong in [
            "[dependencies]\nbacklot-nn.workspace = true",
            "[build-dependencies]\nbacklot-nn = { path = \"../nn\" }",
            "[target.'cfg(unix)'.dependencies]\nbacklot-nn = \"1\"",
            "\n[dependencies.backlot-nn]\npath = \"../nn\"",
            "[dependencies]\nlearned = { path = \"../nn\", package = \"backlot-nn\" }",
            "[dependencies] # ours\nbacklot-nn.workspace = true",
        ] {
            let found = manifest("kernels", wrong);
            assert_eq!(found.len(), 1, "{wrong}: {found:?}");
            assert!(
                found[0].starts_with(
                    "crates/kernels/Cargo.toml:4: kernels must not depend on nn: move"
                )
            );
        }
        assert_eq!(manifest("scene", "[dependencies]\nbacklot = \"0\"\n").len(), 1);
        let test = "[dev-dependencies]\nbacklot-generators.workspace = true\n";
        assert_eq!(manifest("matte", test), [""; 0], "tests may use any crate");
    }

    #[test]
    fn a_runtime_stays_in_its_place() {
        let tokio = "[dependencies]\ntokio.workspace = true\n";
        let found = manifest("session", tokio);
        let text = "session must not depend on tokio: an async runtime lives in distant, panel, service alone";
        assert_eq!(found, [format!("crates/session/Cargo.toml:4: {text}")]);
        assert_eq!(manifest("panel", tokio), [""; 0]);
    }

    #[test]
    fn a_crate_without_a_place_is_found() {
        assert_eq!(
            manifest("gpu", ""),
            [
                "crates/gpu/Cargo.toml:1: 'gpu' has no place yet: add it to xtask/src/check/layers.rs"
            ]
        );
    }

    #[test]
    fn roots_forbid_unsafe_and_lints_are_on() {
        let found = lines(check(&[
            file("crates/media/Cargo.toml", "[package]\n"),
            file("crates/media/src/lib.rs", "//! A.\n"),
            file("crates/nn/Cargo.toml", LINTS),
            file("crates/nn/src/lib.rs", "//! A.\n"),
        ]));
        assert_eq!(
            found,
            [
                "crates/media/Cargo.toml:1: the workspace's lints are not on: write [lints] workspace = true",
                "crates/media/src/lib.rs:1: the crate's root must say #![forbid(unsafe_code)]",
            ]
        );
    }

    #[test]
    fn the_table_has_no_circle() {
        for (i, layer) in LAYERS.iter().enumerate() {
            for used in layer.uses {
                let place = LAYERS.iter().position(|l| l.name == *used);
                assert!(place.is_some_and(|p| p < i), "{} uses {used}", layer.name);
            }
        }
    }
}
