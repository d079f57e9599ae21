//! The plain form: a picture is posted, and a byte for each pixel comes back.

use crate::fault::{DistantError, told};
use crate::line::{Line, Question};
use bytes::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};

/// The person in a picture of `(width, height)`, R'G'B' of 0 to 255: 0.0 or 1.0 for each pixel, into `mask`.
///
/// # Errors
/// One sentence when no mask comes back.
pub(crate) fn ask(
    line: &mut Line,
    path: &str,
    (width, height): (usize, usize),
    picture: &[u8],
    mask: &mut Vec<f32>,
) -> Result<(), DistantError> {
    let mut headers = line.headers();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/octet-stream"));
    let body = Bytes::from(encode(picture, width, height)?);
    let question = Question { method: Method::POST, path: path.to_owned(), headers, body };
    let reply = line.ask(&question)?;
    refused(reply.status, &reply.body)?;
    if reply.body.len() != width * height {
        return Err(DistantError::new(format!(
            "the answer has {} bytes, but a picture of {width}x{height} has {}: is that a service of masks?",
            reply.body.len(),
            width * height
        )));
    }
    if let Some(strange) = reply.body.iter().find(|byte| **byte > 1) {
        return Err(DistantError::new(format!(
            "the answer holds a byte of {strange}, but 0 (the room) or 1 (a person) is expected"
        )));
    }
    mask.clear();
    mask.extend(reply.body.iter().map(|byte| f32::from(*byte)));
    Ok(())
}

/// What a server refused, and why.
pub(crate) fn refused(status: StatusCode, body: &[u8]) -> Result<(), DistantError> {
    if status.is_success() {
        return Ok(());
    }
    let why = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "it wants another token: --model-token-file".to_owned()
        }
        StatusCode::TOO_MANY_REQUESTS => "it has too much to do".to_owned(),
        _ => told(body),
    };
    Err(DistantError::new(format!("the server answers {}: {why}", status.as_u16())))
}

/// A picture as PNG: nothing is lost, and little time.
fn encode(picture: &[u8], width: usize, height: usize) -> Result<Vec<u8>, DistantError> {
    let wrong = |why: &dyn std::fmt::Display| DistantError::new(format!("no PNG: {why}"));
    let side = |pixels: usize| u32::try_from(pixels).map_err(|why| wrong(&why));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side(width)?, side(height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(|why| wrong(&why))?;
    writer.write_image_data(picture).map_err(|why| wrong(&why))?;
    writer.finish().map_err(|why| wrong(&why))?;
    Ok(bytes)
}
