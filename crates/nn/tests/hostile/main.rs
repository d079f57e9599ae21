//! Damaged or malicious files: each is refused with one sentence, or runs.

mod build;
mod limits;
mod memory;
mod mutate;
mod mutations;
mod refusals;
mod tfjs;

use backlot_kernels::Level;
use backlot_nn::{Model, Session, TensorShape};

/// Reads a file and, if it is a model, runs it once.
fn try_file(bytes: &[u8]) -> Result<(), String> {
    let model = Model::from_tflite(bytes).map_err(|e| e.to_string())?;
    let mut session = Session::new(&model, Level::best());
    session.input_mut().fill(0.5);
    let TensorShape { height, width, channels } = model.output();
    assert_eq!(session.run().len(), height * width * channels);
    Ok(())
}

/// One sentence that a person can read.
fn check_sentence(message: &str) {
    assert!(!message.contains('\n') && message.len() < 220, "{message}");
    assert!(message.chars().next().is_some_and(char::is_lowercase), "{message}");
}

#[track_caller]
fn refused(bytes: &[u8], reason: &str) {
    let error = try_file(bytes).expect_err("the file is wrong");
    check_sentence(&error);
    assert!(error.contains(reason), "expected '{reason}' in '{error}'");
}
