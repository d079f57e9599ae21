//! TensorFlow.js models: a `model.json`, and the files beside it that it names.

use crate::error::NetworkError;
use crate::sidecar::{InputSize, Sidecar};
use backlot_files::read_file;
use backlot_segmenter::{BodyPixSettings, SegmentationModel, SegmenterError, TfjsFile};
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
    let Some(sidecar) = Sidecar::beside(path)? else {
        return SegmentationModel::from_tfjs(network, BodyPixSettings::default()).map_err(named);
    };
    if let Some(settings) = sidecar.bodypix() {
        return SegmentationModel::from_tfjs(network, settings).map_err(named);
    }
    let (outputs, form) = sidecar.own_form().map_err(|why| NetworkError::unfit(path, why))?;
    let Some(InputSize::Fixed(width, height)) = sidecar.size.filter(|_| !outputs.is_empty()) else {
        let why =
            "the file beside it must say input = [WIDTH, HEIGHT], and output with a node's name";
        return Err(NetworkError::unfit(path, why));
    };
    let model = SegmentationModel::from_tfjs_as(&network, (width, height), &outputs, form);
    model.map_err(named)
}

#[cfg(test)]
mod tests {
    use crate::network::{Purpose, load};

    /// A model with one weight of four bytes, which nothing uses.
    const MODEL: &str = r#"{"modelTopology": {"node": [{"name": "sub_2", "op": "Placeholder"}]},
        "weightsManifest": [{"paths": ["a.bin"], "weights": [{"name": "w", "shape": [1], "dtype": "float32"}]}]}"#;

    /// The model that fuzzing begins with: not BodyPix, but described.
    #[test]
    fn what_stands_beside_a_model_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        let small = include_bytes!("../../../fuzz/seeds/small.tfjs");
        let end = small.iter().position(|byte| *byte == 0).unwrap();
        let json = std::str::from_utf8(&small[..end]).unwrap();
        std::fs::write(&path, json).unwrap();
        let (first, second) = small[end + 1..].split_at(200);
        std::fs::write(folder.path().join("group1-shard1of2.bin"), first).unwrap();
        std::fs::write(folder.path().join("group1-shard2of2.bin"), second).unwrap();
        let load = || load(&path, Purpose::Live);
        let error = load().unwrap_err().to_string();
        assert!(error.contains("the model is not BodyPix"), "{error}");
        let describe = |text: &str| std::fs::write(folder.path().join("model.toml"), text).unwrap();
        describe("output = \"out\"");
        assert!(load().unwrap_err().to_string().contains("must say input = [WIDTH, HEIGHT]"));
        describe("input = [24, 16]\noutput = \"nothing\"");
        assert!(load().unwrap_err().to_string().contains("nothing"));
        describe("input = [24, 16]\noutput = \"out\"\nreading = \"logits\"");
        let input = load().unwrap_or_else(|error| panic!("{error}")).engine().input(9, 9);
        assert_eq!((input.width, input.height), (24, 16));
        describe("threshold = 0.5\nresolution = \"full\"");
        let error = load().unwrap_err().to_string();
        assert!(error.contains("the model is not BodyPix"), "{error}");
        describe("threshold = 0.5\noutput = \"out\"");
        assert!(load().unwrap_err().to_string().contains("'threshold', which is for BodyPix"));
    }

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
