//! TensorFlow.js models: a `model.json`, and the files beside it that it names.

use crate::error::NetworkError;
use backlot_files::read_file;
use backlot_segmenter::{SegmentationModel, SegmenterError, TfjsFile};
use std::path::Path;

/// Reads the model whose `model.json` is there and has these bytes.
pub(crate) fn load(
    path: &Path,
    json: &[u8],
    name: String,
) -> Result<SegmentationModel, NetworkError> {
    let named = |source: SegmenterError| NetworkError::Model { name: name.clone(), source };
    let file = TfjsFile::read(json).map_err(|error| named(error.into()))?;
    let (mut room, mut shards) = (file.shard_bytes() as u64, Vec::new());
    for shard in file.shards() {
        // The names are plain ones, so that all lie in the model's own folder.
        let bytes = read_file(&path.with_file_name(shard), room)?;
        room -= bytes.len() as u64;
        shards.push(bytes);
    }
    let network = file.with_shards(shards).map_err(|error| named(error.into()))?;
    SegmentationModel::from_tfjs(network).map_err(named)
}

#[cfg(test)]
mod tests {
    use crate::network::{Purpose, load};

    /// A model with one weight of four bytes, which nothing uses.
    const MODEL: &str = r#"{"modelTopology": {"node": [{"name": "sub_2", "op": "Placeholder"}]},
        "weightsManifest": [{"paths": ["a.bin"], "weights": [{"name": "w", "shape": [1], "dtype": "float32"}]}]}"#;

    #[test]
    fn what_is_wrong_is_told_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        let error = |json: &str| {
            std::fs::write(&path, json).unwrap();
            let error = load(&path, Purpose::Live).unwrap_err().to_string();
            assert!(!error.contains('\n'), "{error}");
            error
        };
        assert!(error("{}").contains("model.json': this is not a TensorFlow.js graph model"));
        assert!(error(MODEL).contains("a.bin"), "the file is missing");
        std::fs::write(folder.path().join("a.bin"), [0; 5]).unwrap();
        assert!(error(MODEL).contains("a.bin"), "the file is too long");
        std::fs::write(folder.path().join("a.bin"), [0; 3]).unwrap();
        assert!(error(MODEL).contains("have 3 bytes, but should have 4"));
        std::fs::write(folder.path().join("a.bin"), [0; 4]).unwrap();
        assert!(error(MODEL).contains("the model is not BodyPix"));
        let outside = MODEL.replace("a.bin", "../a.bin");
        assert!(error(&outside).contains("names '../a.bin' as a file"));
    }
}
