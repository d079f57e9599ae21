//! Where the library of ONNX Runtime is looked for.

use crate::error::OnnxError;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The library's name, without the version that may follow.
const NAME: &str = "libonnxruntime.so";

/// Where the library of ONNX Runtime is looked for, in this order:
///
/// 1. the file or folder of `BACKLOT_ONNXRUNTIME`, then of `ORT_DYLIB_PATH`: if one is named, nothing else counts;
/// 2. `onnxruntime` in Backlot's folder for data (`~/.local/share/backlot`), also as Python's package or the
///    released archive unpacked there;
/// 3. the system's folders for libraries;
/// 4. Python's packages: of the virtual environment, of the user, of the system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// What the user named.
    pub named: Option<PathBuf>,
    /// Backlot's folder for data.
    pub data: Option<PathBuf>,
    /// Folders with libraries.
    pub libraries: Vec<PathBuf>,
    /// Folders that hold folders of Python's versions, such as `/usr/lib`.
    pub pythons: Vec<PathBuf>,
}

impl Places {
    /// Those of this process's environment.
    pub fn of_environment() -> Self {
        let set =
            |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = set("HOME");
        let data = set("XDG_DATA_HOME").or_else(|| Some(home.as_ref()?.join(".local/share")));
        let system = ["/usr/local/lib", "/usr/lib64", "/usr/lib"].map(PathBuf::from);
        let triplet = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
        let own = home.map(|home| home.join(".local/lib"));
        let virtual_one = set("VIRTUAL_ENV").map(|folder| folder.join("lib"));
        Self {
            named: set("BACKLOT_ONNXRUNTIME").or_else(|| set("ORT_DYLIB_PATH")),
            data: data.map(|data| data.join("backlot")),
            libraries: system.iter().cloned().chain([triplet.into()]).collect(),
            pythons: virtual_one.into_iter().chain(own).chain(system).collect(),
        }
    }

    /// The libraries that there are, the best first.
    ///
    /// # Errors
    /// Returns an error if what the user named isn't there, or if there is none at all.
    pub(crate) fn libraries(&self) -> Result<Vec<PathBuf>, OnnxError> {
        if let Some(named) = &self.named {
            // What is loaded must not depend on where the program's own file is.
            let path = std::path::absolute(named).unwrap_or_else(|_| named.clone());
            let found = if path.is_dir() { within(&path) } else { Some(path.clone()) };
            let found = found.filter(|path| path.is_file());
            let why = || format!("there is no {NAME}");
            return found
                .map(|path| vec![path])
                .ok_or_else(|| OnnxError::NotLibrary { path, why: why() });
        }
        let own = self.data.iter().map(|data| data.join("onnxruntime"));
        let own = own.flat_map(|own| [own.join("lib"), own.join("onnxruntime/capi"), own]);
        let python = self.pythons.iter().flat_map(|lib| packages(lib));
        let folders = own.chain(self.libraries.iter().cloned()).chain(python);
        let found: Vec<_> = folders.filter_map(|folder| within(&folder)).collect();
        if found.is_empty() { Err(OnnxError::NoLibrary) } else { Ok(found) }
    }
}

/// The library in a folder: the one without a version, or the newest.
fn within(folder: &Path) -> Option<PathBuf> {
    let names = entries(folder).filter_map(|name| name.into_string().ok());
    let versions = names.filter_map(|name| Some((version(name.strip_prefix(NAME)?)?, name)));
    let (_, best) = versions.max()?;
    Some(folder.join(best))
}

/// `.1.32.0` as numbers; no version at all is the best.
fn version(text: &str) -> Option<Vec<u32>> {
    if text.is_empty() {
        return Some(vec![u32::MAX]);
    }
    text.strip_prefix('.')?.split('.').map(|number| number.parse().ok()).collect()
}

/// Where the package may be beneath a folder of Python's versions.
fn packages(lib: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<_> = entries(lib)
        .filter(|name| name.to_str().is_some_and(|name| name.starts_with("python3")))
        .collect();
    versions.sort_by_key(|name| std::cmp::Reverse((name.len(), name.clone())));
    let folders = versions.iter().flat_map(|version| {
        ["site-packages", "dist-packages"].map(|packages| lib.join(version).join(packages))
    });
    folders.map(|folder| folder.join("onnxruntime/capi")).collect()
}

/// The names in a folder; none if it can't be read.
fn entries(folder: &Path) -> impl Iterator<Item = OsString> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.file_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) -> PathBuf {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
        path.to_owned()
    }

    #[test]
    fn what_is_named_counts_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = touch(&folder.path().join("a/libonnxruntime.so.1.30.0"));
        let named = |path: &Path| Places { named: Some(path.to_owned()), ..Places::default() };
        assert_eq!(named(&file).libraries(), Ok(vec![file.clone()]));
        assert_eq!(named(&folder.path().join("a")).libraries(), Ok(vec![file]));
        let error = named(folder.path()).libraries().unwrap_err().to_string();
        assert!(
            error.contains("there is no libonnxruntime.so") && error.contains("pip"),
            "{error}"
        );
        assert!(named(Path::new("nowhere.so")).libraries().is_err());
    }

    #[test]
    fn ours_comes_before_the_systems_and_python_last() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let places = Places {
            named: None,
            data: Some(at("data")),
            libraries: vec![at("none"), at("lib")],
            pythons: vec![at("none"), at("py")],
        };
        assert_eq!(places.libraries(), Err(OnnxError::NoLibrary));
        let old =
            touch(&at("py/python3.9/site-packages/onnxruntime/capi/libonnxruntime.so.1.19.2"));
        let new =
            touch(&at("py/python3.13/dist-packages/onnxruntime/capi/libonnxruntime.so.1.32.0"));
        assert_eq!(places.libraries(), Ok(vec![new.clone(), old.clone()]));
        touch(&at("lib/libonnxruntime.so.1.9.0"));
        touch(&at("lib/libonnxruntime.so.txt"));
        let system = touch(&at("lib/libonnxruntime.so.1.22.1"));
        let own = touch(&at("data/onnxruntime/onnxruntime/capi/libonnxruntime.so.1.32.0"));
        assert_eq!(places.libraries(), Ok(vec![own, system, new, old]));
        let plain = touch(&at("lib/libonnxruntime.so"));
        assert_eq!(places.libraries().unwrap()[1], plain);
    }
}
