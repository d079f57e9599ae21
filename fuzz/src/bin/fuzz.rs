//! What libFuzzer drives: the target that `BACKLOT_FUZZ_TARGET` names. Its small inputs are
//! written to the folder that `BACKLOT_FUZZ_SEEDS` names before the fuzzer reads that.

#![no_main]

use backlot_fuzz::Target;
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

fn prepare() {
    let name = std::env::var("BACKLOT_FUZZ_TARGET").unwrap_or_default();
    let target = Target::named(&name).unwrap_or_else(|| {
        let known: Vec<_> = backlot_fuzz::TARGETS.iter().map(|target| target.name).collect();
        panic!("BACKLOT_FUZZ_TARGET names no target: choose {}", known.join(", "))
    });
    if let Some(folder) = std::env::var_os("BACKLOT_FUZZ_SEEDS") {
        for (number, seed) in (target.seeds)().iter().enumerate() {
            let path = std::path::Path::new(&folder).join(format!("seed-{number}"));
            std::fs::write(path, seed).expect("the folder of the seeds can be written to");
        }
    }
    TARGET.set(target).expect("prepared once");
}

libfuzzer_sys::fuzz_target!(init: prepare(), |bytes: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.run)(bytes);
    }
});
