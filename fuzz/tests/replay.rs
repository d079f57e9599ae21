//! Every target with its small inputs, with what once went wrong, and with some seconds of random
//! damage: `BACKLOT_FUZZ_SECONDS` says how many, `BACKLOT_FUZZ_SEED` which damage.

use backlot_fuzz::damage::Chance;
use backlot_fuzz::{TARGETS, Target};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn number(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// What once went wrong, by file.
fn regressions(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions").join(target.name);
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).expect("a file"))).collect()
}

/// Keeps an input that makes the target panic, and says where.
fn check(target: &Target, name: &str, bytes: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", target.name));
        std::fs::write(&kept, bytes).expect("the build's folder can be written to");
        panic!("{name} makes '{}' panic: the input is {}", target.name, kept.display());
    }
}

fn replay(name: &str) {
    let target = Target::named(name).expect("a target");
    let mut inputs = (target.seeds)();
    for (index, seed) in inputs.iter().enumerate() {
        check(target, &format!("seed {index}"), seed);
    }
    for (path, bytes) in regressions(target) {
        check(target, &path.display().to_string(), &bytes);
        inputs.push(bytes);
    }
    let seed = number("BACKLOT_FUZZ_SEED", 1);
    let time = Duration::from_secs(number("BACKLOT_FUZZ_SECONDS", 2));
    let (mut chance, start, mut count) = (Chance::new(seed), Instant::now(), 0_u64);
    while start.elapsed() < time {
        let bytes = chance.damaged(&inputs);
        check(target, &format!("damaged input {count} of the seed {seed}"), &bytes);
        count += 1;
    }
    println!("{name}: {} inputs, {count} damaged ones", inputs.len());
}

macro_rules! replayed {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            replay(stringify!($name));
        })*

        #[test]
        fn no_target_is_left_out() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

replayed!(
    picture, model, tfjs, sidecar, settings, scene, archive, y4m, jpeg, jpeg_parts, raw, nut,
    request, obs, oip
);
