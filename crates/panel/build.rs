//! Puts the page into the program, as `panel/dist` has it; without that, a page that says how to get it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What there is instead of a page that wasn't built.
const INSTEAD: &str = "src/unbuilt.html";

/// Kinds of files, by the ends of their names.
const KINDS: [(&str, &str); 12] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("json", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("webp", "image/webp"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("txt", "text/plain; charset=utf-8"),
];

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let built = here.join("../../panel/dist");
    // A folder that isn't there can't be watched: the build would never be fresh.
    fs::create_dir_all(&built)?;
    println!("cargo:rerun-if-changed={}", built.display());
    println!("cargo:rerun-if-changed={INSTEAD}");
    let mut files = Vec::new();
    collect(&built, &mut files)?;
    files.sort();
    let mut text = "static ASSETS: &[Asset] = &[\n".to_owned();
    if built.join("index.html").is_file() {
        for file in &files {
            text += &asset(&built, file);
        }
    } else {
        text += &entry("/index.html", &here.join(INSTEAD), KINDS[0].1);
    }
    text += "];\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), text)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

/// The line of a file; none for what is no kind of file that a page has.
fn asset(built: &Path, file: &Path) -> String {
    let end = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == end) else {
        return String::new();
    };
    let path = file.strip_prefix(built).unwrap_or(file);
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    entry(&format!("/{}", parts.join("/")), file, kind)
}

fn entry(path: &str, file: &Path, kind: &str) -> String {
    let compressed = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let name = PathBuf::from(name);
        name.is_file().then(|| format!("Some(include_bytes!({name:?}))"))
    };
    let or_none = |bytes: Option<String>| bytes.unwrap_or_else(|| "None".to_owned());
    let (brotli, gzip) = (or_none(compressed(".br")), or_none(compressed(".gz")));
    let mut text = String::new();
    // Writing to a text can't fail.
    let _ = writeln!(
        text,
        "Asset {{ path: {path:?}, kind: {kind:?}, plain: include_bytes!({file:?}), brotli: {brotli}, gzip: {gzip} }},"
    );
    text
}
