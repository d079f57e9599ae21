//! Pictures of what viewers see: through the guard, as everything that viewers get.

use super::sources::Source;
use crate::desk::Desk;
use crate::facts::current;
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The kinds of pictures that can be had.
pub(super) const FORMATS: &[&str] = &["png", "jpg", "jpeg", "webp"];
/// The longest picture that is sent, in bytes.
const MOST_BYTES: u64 = 8 << 20;

/// Takes one, in its own size whatever is asked for.
pub(super) fn take(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (format, bytes) = picture(desk, fields)?;
    let data = STANDARD.encode(bytes);
    Ok(json!({ "imageData": format!("data:image/{format};base64,{data}") }))
}

/// Takes one, and writes it where the client wants it.
pub(super) fn save(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let path = Path::new(fields.text("imageFilePath")?);
    let is_fine = path.is_absolute() && path.parent().is_some_and(Path::is_dir) && !path.is_dir();
    if !is_fine {
        let comment = "the field `imageFilePath` takes the absolute path of a file in a folder";
        return Err(Failure::new(Failure::NOT_FOUND, comment));
    }
    let (_, bytes) = picture(desk, fields)?;
    fs::write(path, bytes).map_err(failed)?;
    Ok(Value::Null)
}

fn failed(error: io::Error) -> Failure {
    Failure::new(Failure::FAILED, format!("the picture: {error}"))
}

/// The kind and the bytes of a picture.
fn picture(desk: &Desk, fields: Fields<'_>) -> Result<(&'static str, Vec<u8>), Failure> {
    let state = desk.state()?;
    let is_shown = match Source::named(&state, fields)? {
        Source::Scene(scene) => scene == current(&state),
        Source::Layer(_) => false,
    };
    if !is_shown {
        let comment = "there are pictures of the scene that is shown, and of no other source";
        return Err(Failure::new(Failure::STATE, comment));
    }
    let wanted = fields.text("imageFormat")?;
    let format = FORMATS.iter().find(|format| format.eq_ignore_ascii_case(wanted));
    let format = format.ok_or_else(|| {
        let comment = format!("the field `imageFormat` takes {}", FORMATS.join(", "));
        Failure::new(Failure::INVALID, comment)
    })?;
    // Nobody else may look into it, and it goes with what is in it.
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join(format!("now.{format}"));
    desk.ask(json!({ "request": "snapshot", "file": file }))?;
    let mut bytes = Vec::new();
    let written = File::open(&file).map_err(failed)?;
    written.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::new(Failure::TOO_MUCH, "the picture is too large to be sent"));
    }
    Ok((format, bytes))
}
