//! What should be the library and isn't.

use backlot_onnx::{OnnxError, Places, Runtime};
use std::path::Path;

fn refused(named: &Path) -> String {
    let places = Places { named: Some(named.to_owned()), ..Places::default() };
    // The library is loaded once for all tests; one that was loaded is never replaced.
    match Runtime::load(&places) {
        Err(error) => error.to_string(),
        Ok(runtime) => panic!("{} was there already", runtime.path().display()),
    }
}

/// In a process of its own, as tests that need the library load it for the whole process.
#[test]
fn what_is_no_library_gets_a_sentence() {
    const ALONE: &str = "BACKLOT_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "library::what_is_no_library_gets_a_sentence";
        let program = std::env::current_exe().unwrap();
        let mut alone = std::process::Command::new(program);
        let output = alone.args(["--exact", name]).env(ALONE, "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("libonnxruntime.so");
    std::fs::write(&text, "no library").unwrap();
    for path in [text.as_path(), folder.path()] {
        let said = refused(path);
        assert!(said.starts_with(&format!("'{}' is not the library", text.display())), "{said}");
        assert!(said.contains("pip install --no-deps --target"), "{said}");
    }
    // A library, but another one.
    let others = ["/lib/x86_64-linux-gnu/libm.so.6", "/usr/lib/libm.so.6", "/usr/lib64/libm.so.6"];
    if let Some(other) = others.iter().map(Path::new).find(|path| path.exists()) {
        assert!(
            refused(other).contains("it lacks the function OrtGetApiBase"),
            "{}",
            refused(other)
        );
    }
    assert!(refused(Path::new("/nowhere/at/all.so")).contains("there is no libonnxruntime.so"));
    let none = Runtime::load(&Places::default());
    assert_eq!(none.map(|_| ()), Err(OnnxError::NoLibrary));
}
