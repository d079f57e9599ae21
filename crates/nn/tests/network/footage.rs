//! Masks of real footage equal LiteRT's. Needs the footage and Python with `ai_edge_litert`;
//! without them it says so, and `masks.rs` still compares committed pictures.

use crate::common::{NETWORKS, compare, model, model_path, shared};
use backlot_kernels::Level;
use backlot_nn::Session;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every picture and video of the footage.
fn footage() -> Option<Vec<PathBuf>> {
    let footage = shared().join("footage");
    let mut files = Vec::new();
    for folder in ["pairs/images", "alpha/images", "background-capture", "clips"] {
        for entry in std::fs::read_dir(footage.join(folder)).ok()? {
            files.push(entry.ok()?.path());
        }
    }
    files.sort();
    Some(files)
}

fn python_has_litert() -> bool {
    let probe = Command::new("python3").args(["-c", "import ai_edge_litert, cv2"]).output();
    probe.is_ok_and(|o| o.status.success())
}

fn floats(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).expect("the script has written it");
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[test]
fn masks_of_footage_equal_litert() {
    let Some(files) = footage().filter(|_| python_has_litert()) else {
        println!("skipped: needs BACKLOT_SHARED with footage, and python3 with ai_edge_litert");
        return;
    };
    for network in NETWORKS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/litert_masks.py");
        let run = Command::new("python3")
            .arg(script)
            .args([model_path(network).as_path(), folder.path()])
            .args(&files)
            .output()
            .expect("python runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        compare_all(network, folder.path());
    }
}

fn compare_all(network: &str, folder: &Path) {
    let names = std::fs::read_to_string(folder.join("names.txt")).expect("the list of names");
    let model = model(network);
    for level in Level::available() {
        let mut session = Session::new(&model, level);
        let (mut worst, mut least) = ((0.0, ""), (1.0, ""));
        for (index, name) in names.lines().enumerate() {
            session.input_mut().copy_from_slice(&floats(&folder.join(format!("{index:04}.input"))));
            let theirs = floats(&folder.join(format!("{index:04}.mask")));
            let (far, iou) = compare(session.run(), &theirs);
            worst = if far > worst.0 { (far, name) } else { worst };
            least = if iou < least.0 { (iou, name) } else { least };
        }
        let count = names.lines().count();
        println!("{network} {level}: {count} pictures, difference {worst:?}, IoU {least:?}");
        assert!(count > 80, "only {count} pictures were compared");
        assert!(worst.0 <= 0.01, "{network} {level}: {worst:?}");
        assert!(least.0 >= 0.999, "{network} {level}: {least:?}");
    }
}
