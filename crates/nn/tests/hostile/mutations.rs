//! Thousands of damaged files: no panic, and no memory without bound.

use crate::mutate::{Random, damage, structure};
use crate::{build::Net, check_sentence, memory, try_file};
use std::path::Path;

/// A file of a few hundred kilobytes may not make the reader allocate more than this.
const MOST: usize = 600 << 20;

fn run(file: &[u8], count: u64) -> usize {
    let places = structure(file);
    let mut accepted = 0;
    for seed in 0..count {
        let bytes = damage(file, &places, &mut Random::new(seed));
        let held = memory::most(|| match try_file(&bytes) {
            Ok(()) => accepted += 1,
            Err(message) => check_sentence(&message),
        });
        assert!(held < MOST, "mutation {seed} took {held} bytes");
    }
    println!("{accepted} of {count} damaged files still ran");
    accepted
}

#[test]
fn damaged_small_files() {
    for net in [Net::right(), Net::attentive()] {
        let accepted = run(&net.file(), 20_000);
        assert!((100..19_000).contains(&accepted), "{accepted} ran: the damage is of another kind");
    }
}

#[test]
fn damaged_models() {
    for name in ["selfie_segmentation_landscape", "selfie_segmentation"] {
        let folder = std::env::var_os("BACKLOT_MODELS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"),
            std::path::PathBuf::from,
        );
        let path = folder.join(format!("{name}.tflite"));
        let file = std::fs::read(&path)
            .unwrap_or_else(|e| panic!("{} can't be read ({e}): run `make setup`", path.display()));
        run(&file, 2000);
        for length in (0..file.len()).step_by(997).chain(file.len() - 64..file.len()) {
            if let Err(message) = try_file(&file[..length]) {
                check_sentence(&message);
            }
        }
    }
}

#[test]
fn a_small_file_cut_short_at_any_length_is_refused() {
    let file = Net::right().file();
    for length in 0..file.len() {
        let message = try_file(&file[..length]).expect_err("the end is missing");
        check_sentence(&message);
        let says = message.contains("cut short") || message.contains("'TFL3'");
        assert!(says, "{length}: {message}");
    }
}
