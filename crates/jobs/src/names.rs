//! The names of results.

use crate::error::Result;
use crate::output::ending;
use crate::work::What;
use backlot_files::{Container, FilesError, PictureFormat};
use backlot_sources::Item;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The path of each result, at the same place in the other folder. Results that would share a name
/// keep their input's ending in it.
///
/// # Errors
/// When two would still share a name.
pub fn targets(items: &[Item], output: &Path, what: What) -> Result<Vec<PathBuf>> {
    let plain: Vec<_> = items.iter().map(|item| name(item, what, false)).collect();
    let mut count = HashMap::new();
    plain.iter().for_each(|name| *count.entry(name).or_insert(0) += 1);
    let names = items.iter().zip(&plain).map(|(item, plain)| match count[plain] {
        1 => plain.clone(),
        _ => name(item, what, true),
    });
    let mut taken = HashMap::new();
    let mut targets = Vec::new();
    for (name, item) in names.zip(items) {
        if let Some(other) = taken.insert(name.clone(), &item.path) {
            return Err(FilesError::SameStem(other.clone(), item.path.clone()).into());
        }
        targets.push(output.join(name));
    }
    Ok(targets)
}

/// The name of a picture's result.
pub fn result_name(picture: &Path, what: What) -> PathBuf {
    let inside = picture.file_name().unwrap_or_default().into();
    name(&Item { path: picture.to_owned(), inside, is_video: false, found: None }, what, false)
}

fn name(item: &Item, what: What, keeps_ending: bool) -> PathBuf {
    let own = ending(&item.inside);
    let wanted = match (item.is_video, what) {
        (true, What::Person) => {
            if own == "mov" {
                "mov"
            } else {
                "webm"
            }
        }
        (true, _) => Container::of(&item.inside).map_or("mp4", Container::ending),
        (false, What::Picture) if PictureFormat::of(&item.inside).is_some() => &own,
        (false, _) => "png",
    };
    let stem = if keeps_ending { item.inside.file_name() } else { item.inside.file_stem() };
    let mut name = stem.unwrap_or_default().to_owned();
    name.push(".");
    name.push(wanted);
    item.inside.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str], what: What) -> Vec<String> {
        let item = |name: &&str| Item {
            path: name.into(),
            inside: name.into(),
            is_video: Container::of(Path::new(name)).is_some() || name.ends_with("avi"),
            found: None,
        };
        let items: Vec<_> = names.iter().map(item).collect();
        let targets = targets(&items, Path::new("out"), what).unwrap();
        targets.iter().map(|target| target.display().to_string()).collect()
    }

    #[test]
    fn results_are_named_after_what_they_are_made_of() {
        let names = ["a.JPG", "b.avif", "sub/a.jpg", "c.mov", "d.avi"];
        let expected = ["out/a.jpg", "out/b.png", "out/sub/a.jpg", "out/c.mov", "out/d.mp4"];
        assert_eq!(named(&names, What::Picture), expected);
        assert_eq!(
            named(&["a.jpg", "c.mp4", "d.mov"], What::Person),
            ["out/a.png", "out/c.webm", "out/d.mov"]
        );
        let mattes = named(&["a.jpg", "a.png", "b.png"], What::Matte);
        assert_eq!(mattes, ["out/a.jpg.png", "out/a.png.png", "out/b.png"]);
    }
}
