//! The recordings that there are.

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How many are told.
const MOST: usize = 50;
/// How many names of a folder are looked at: no folder holds up an answer.
const MOST_LOOKED_AT: usize = 10_000;

/// A recording that there is.
struct Found {
    at: Duration,
    path: PathBuf,
    bytes: u64,
}

/// Those among the user's videos that have names of ours, and others of this run, the latest first.
pub(crate) fn listed(folder: Option<&Path>, of_this_run: Vec<PathBuf>) -> Value {
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    let entries = entries.take(MOST_LOOKED_AT).filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<_> = entries.filter(|path| is_ours(path)).chain(of_this_run).collect();
    paths.sort();
    paths.dedup();
    let mut found: Vec<_> = paths.into_iter().filter_map(found).collect();
    found.sort_by(|one, other| (other.at, &other.path).cmp(&(one.at, &one.path)));
    let told = |Found { at, path, bytes }: &Found| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        json!({ "name": name, "file": path, "bytes": bytes, "at": at.as_secs() })
    };
    found.iter().take(MOST).map(told).collect()
}

/// Whether a file's name is one that recordings get.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("Backlot ") && name.ends_with(".mkv")
}

fn found(path: PathBuf) -> Option<Found> {
    let known = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    let at = known.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Found { at, bytes: known.len(), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_and_nothing_else_comes() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for n in 0..60 {
            let file = fs::File::create(at(&format!("Backlot {n}.mkv"))).unwrap();
            file.set_modified(start + Duration::from_secs(n)).unwrap();
        }
        fs::write(at("holiday.mkv"), "mine").unwrap();
        fs::create_dir(at("Backlot folder.mkv")).unwrap();
        std::os::unix::fs::symlink(at("holiday.mkv"), at("Backlot link.mkv")).unwrap();
        fs::write(at("talk.mp4"), "12345").unwrap();
        let of_this_run = vec![at("talk.mp4"), at("Backlot 59.mkv"), at("gone.mkv")];
        let Value::Array(list) = listed(Some(folder.path()), of_this_run) else { panic!() };
        assert_eq!(list.len(), MOST);
        assert_eq!((&list[0]["name"], &list[0]["bytes"]), (&json!("talk"), &json!(5)));
        assert_eq!(list[1]["file"], json!(at("Backlot 59.mkv")));
        assert_eq!(
            (&list[1]["at"], &list[2]["name"]),
            (&json!(1_700_000_059), &json!("Backlot 58"))
        );
        assert_eq!(listed(None, Vec::new()), json!([]));
    }
}
