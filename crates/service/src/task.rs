//! A request on its way through the threads that work: read, then picture by picture, so that long ones let
//! others through.

use crate::bench::{Bench, Shown};
use crate::failure::Failure;
use crate::form::{Form, Made};
use crate::infer::{self, Batch};
use crate::metrics::Stage;
use backlot_files::matte_as_png;
use backlot_media::Matte;
use bytes::Bytes;
use std::time::Instant;

/// From here on a pixel is a person, for those who ask for yes or no.
const HALF: u8 = 128;

/// A request that was taken.
#[derive(Debug)]
pub(crate) struct Task {
    form: Form,
    model: usize,
    body: Bytes,
    batch: Option<Box<Batch>>,
}

impl Task {
    pub const fn new(form: Form, model: usize, body: Bytes) -> Self {
        Self { form, model, body, batch: None }
    }

    /// Does the next part; nothing if there is more to do.
    pub fn step(&mut self, bench: &mut Bench<'_>) -> Option<Result<Made, Failure>> {
        self.advance(bench).transpose()
    }

    fn advance(&mut self, bench: &mut Bench<'_>) -> Result<Option<Made>, Failure> {
        if let Form::Plain { grey } = self.form {
            return plain(bench, self.model, &self.body, grey).map(Some);
        }
        let batch = match &mut self.batch {
            Some(batch) => batch,
            none => {
                // What was taken out of it keeps it.
                let body = std::mem::take(&mut self.body);
                none.insert(Box::new(infer::begin(bench, self.form, self.model, &body)?))
            }
        };
        if !batch.step(bench)? {
            return Ok(None);
        }
        let batch = self.batch.take().ok_or_else(Failure::internal)?;
        batch.finish(bench).map(Some)
    }
}

fn plain(bench: &mut Bench<'_>, model: usize, body: &[u8], grey: bool) -> Result<Made, Failure> {
    let house = bench.house;
    let mut share = house.budget.share();
    let matte = bench.matte(model, Shown::File(body), |size| {
        share.grow(size.pixels() as u64).then_some(()).ok_or_else(Failure::busy)
    })?;
    let start = Instant::now();
    let bytes = if grey { matte_as_png(matte)? } else { yes_or_no(matte) };
    house.metrics.spent(Stage::Encode, start.elapsed());
    let content_type = if grey { "image/png" } else { "application/octet-stream" };
    let size = Some(matte.size());
    Ok(Made { content_type, header_length: None, size, bytes: share.around(bytes) })
}

/// A byte of 0 or 1 for each pixel.
fn yes_or_no(matte: &Matte) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(matte.size().pixels());
    for row in matte.plane().rows() {
        bytes.extend(row.iter().map(|value| u8::from(*value >= HALF)));
    }
    bytes
}
