//! Embeds the networks if `make setup` has downloaded them; the program builds without them too.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// File and SHA-256 of each network, in the order of `network.rs`.
const MODELS: [(&str, &str); 2] = [
    (
        "selfie_segmentation_landscape.tflite",
        "4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894",
    ),
    (
        "selfie_segmentation.tflite",
        "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27",
    ),
];

fn main() {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let folder = manifest.join("../../models");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut table = String::from("[");
    for (file, sum) in MODELS {
        let path = folder.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let entry = match embedded(&path, sum) {
            Ok(path) => format!("Some(include_bytes!({path:?})), "),
            Err(why) => {
                println!("cargo::warning={file} is not built in ({why}): run 'make setup'");
                "None, ".to_owned()
            }
        };
        table += &entry;
    }
    write!(table, "]").expect("a string takes everything");
    let out = PathBuf::from(variable("OUT_DIR")).join("embedded.rs");
    std::fs::write(&out, table).expect("the build folder can be written");
}

fn variable(name: &str) -> String {
    std::env::var(name).expect("cargo sets it")
}

/// The file's full path, if its checksum is right.
fn embedded(path: &Path, sum: &str) -> Result<PathBuf, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found != sum {
        return Err(format!("its SHA-256 is {found}, not {sum}"));
    }
    path.canonicalize().map_err(|e| e.to_string())
}
