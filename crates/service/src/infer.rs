//! Requests of the Open Inference Protocol: pictures in, mattes out.

use crate::bench::{Bench, Shown};
use crate::budget::Share;
use crate::failure::{Failure, Kind};
use crate::form::{Form, Made};
use crate::metrics::Stage;
use crate::models::{INPUT, OUTPUT, VERSION};
use backlot_media::Size;
use backlot_oip::{Datatype, InferAnswer, InferRequest, RpcRequest, Tensor};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use std::time::Instant;

/// The parameter by which a request asks for another datatype of the matte.
const DATATYPE: &str = "datatype";

/// A request whose pictures are worked on one after the other.
#[derive(Debug)]
pub(crate) struct Batch {
    model: usize,
    form: AnswerForm,
    /// The request, without its tensors.
    request: InferRequest,
    datatype: Datatype,
    pictures: Pictures,
    next: usize,
    /// The size of all.
    size: Option<Size>,
    mattes: Vec<u8>,
    share: Share,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug)]
enum AnswerForm {
    Rest { is_binary: bool },
    Rpc { is_raw: bool },
}

#[derive(Debug)]
enum Pictures {
    /// Rows of R, G, B, of one size.
    Raw(Size, Bytes),
    /// Files, as many as there are.
    Encoded(Vec<Bytes>),
}

impl Pictures {
    fn count(&self) -> usize {
        match self {
            Self::Raw(size, pixels) => pixels.len() / (3 * size.pixels()),
            Self::Encoded(files) => files.len(),
        }
    }

    fn picture<'a>(&'a self, index: usize, decoded: &'a mut Option<Vec<u8>>) -> Shown<'a> {
        match self {
            Self::Raw(size, pixels) => {
                let bytes = 3 * size.pixels();
                Shown::Rgb(*size, &pixels[index * bytes..][..bytes])
            }
            Self::Encoded(files) => {
                *decoded = from_text(&files[index]);
                Shown::File(decoded.as_deref().unwrap_or(&files[index]))
            }
        }
    }
}

/// What base64 stands for: so pictures are written in JSON. No kind of picture looks like it.
fn from_text(file: &[u8]) -> Option<Vec<u8>> {
    let is_text = file.len() >= 16
        && file.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
    STANDARD.decode(file).ok().filter(|_| is_text)
}

/// Reads a request.
///
/// # Errors
/// When it is none, or not for one of these models.
pub(crate) fn begin(
    bench: &Bench<'_>,
    form: Form,
    model: usize,
    body: &Bytes,
) -> Result<Batch, Failure> {
    let start = Instant::now();
    let (model, mut request, form) = match form {
        Form::Rpc => {
            let RpcRequest { model, version, request, is_raw } = RpcRequest::read(body.clone())?;
            (bench.house.models.find(&model, &version)?, request, AnswerForm::Rpc { is_raw })
        }
        Form::Rest { header_length } => {
            let request = InferRequest::from_rest(body, header_length)?;
            let is_binary = request.wants_binary(OUTPUT);
            (model, request, AnswerForm::Rest { is_binary })
        }
        Form::Plain { .. } => return Err(Failure::internal()),
    };
    let datatype = wanted(&request)?;
    let pictures = pictures(std::mem::take(&mut request.inputs), bench.house.limits.pixels)?;
    bench.house.metrics.spent(Stage::Decode, start.elapsed());
    Ok(Batch {
        model,
        form,
        request,
        datatype,
        pictures,
        next: 0,
        size: None,
        mattes: Vec::new(),
        share: bench.house.budget.share(),
    })
}

/// The datatype of the matte.
fn wanted(request: &InferRequest) -> Result<Datatype, Failure> {
    let mut asked = request.parameters.text(DATATYPE);
    for output in &request.outputs {
        if output.name != OUTPUT {
            let sentence = format!("there is no such output: the model gives '{OUTPUT}'");
            return Err(Failure::new(Kind::Wrong, sentence));
        }
        asked = output.parameters.text(DATATYPE).or(asked);
    }
    match asked {
        None | Some("UINT8") => Ok(Datatype::Uint8),
        Some("FP32") => Ok(Datatype::Fp32),
        Some(_) => Err(Failure::new(Kind::Wrong, format!("'{OUTPUT}' is given as UINT8 or FP32"))),
    }
}

/// The pictures that were handed in.
fn pictures(mut inputs: Vec<Tensor>, most_pixels: u64) -> Result<Pictures, Failure> {
    let wrong = |sentence: String| Err(Failure::new(Kind::Wrong, sentence));
    let input = match (inputs.pop(), inputs.is_empty()) {
        (Some(input), true) if input.name == INPUT => input,
        _ => return wrong(format!("the model takes one input, '{INPUT}'")),
    };
    match (input.datatype, &input.shape[..]) {
        (Datatype::Uint8, &[count, height, width, 3]) => {
            let is_right = |side: u64| u32::try_from(side).ok().filter(|side| *side > 0);
            let size = is_right(width).zip(is_right(height)).filter(|_| count > 0);
            let size = size.and_then(|(width, height)| Size::new(width, height).ok());
            match size {
                Some(size) if size.pixels() as u64 <= most_pixels => {
                    Ok(Pictures::Raw(size, input.data))
                }
                Some(_) => {
                    let sentence = format!("a picture has at most {most_pixels} pixels");
                    Err(Failure::new(Kind::TooLarge, sentence))
                }
                None => wrong(format!("'{INPUT}' has a size that no picture has")),
            }
        }
        (Datatype::Bytes, &[count]) if count > 0 => {
            let files = input.elements().map(|file| Ok(input.data.slice_ref(file?)));
            Ok(Pictures::Encoded(files.collect::<Result<_, Failure>>()?))
        }
        (datatype, shape) => wrong(format!(
            "'{INPUT}' is UINT8 of [N, height, width, 3] or BYTES of [N], not {datatype} of {shape:?}"
        )),
    }
}

impl Batch {
    /// Works on the next picture; returns whether it was the last.
    ///
    /// # Errors
    /// When it is none, or unlike those before it.
    pub fn step(&mut self, bench: &mut Bench<'_>) -> Result<bool, Failure> {
        let made = self.next_matte(bench);
        let count = self.pictures.count();
        made.map_err(|failure| match count {
            1 => failure,
            _ => {
                let sentence =
                    format!("picture {} of {count}: {}", self.next + 1, failure.sentence);
                Failure::new(failure.kind, sentence)
            }
        })?;
        self.next += 1;
        Ok(self.next == count)
    }

    fn next_matte(&mut self, bench: &mut Bench<'_>) -> Result<(), Failure> {
        let (mut decoded, bytes_each) = (None, self.bytes_each());
        let most = bench.house.limits.body_bytes;
        let Self { model, pictures, next, size, mattes, share, .. } = self;
        let shown = pictures.picture(*next, &mut decoded);
        let matte = bench.matte(*model, shown, |found| {
            let size = *size.get_or_insert(found);
            if size != found {
                let sentence = format!(
                    "it is {found}, but those before it are {size}: pictures of one request have one size"
                );
                return Err(Failure::new(Kind::Wrong, sentence));
            }
            let pixels = size.pixels() as u64;
            if pixels * bytes_each * (*next as u64 + 1) > most {
                let sentence =
                    format!("an answer has at most {} MiB: send fewer pictures at a time", most >> 20);
                return Err(Failure::new(Kind::TooLarge, sentence));
            }
            share.grow(pixels * (1 + bytes_each)).then_some(()).ok_or_else(Failure::busy)
        })?;
        matte.plane().rows().for_each(|row| mattes.extend_from_slice(row));
        Ok(())
    }

    /// The most bytes of a pixel in the answer.
    const fn bytes_each(&self) -> u64 {
        match (self.form, self.datatype) {
            (AnswerForm::Rest { is_binary: false }, Datatype::Fp32) => 12,
            (_, Datatype::Fp32) | (AnswerForm::Rest { is_binary: false }, _) => 4,
            (AnswerForm::Rpc { is_raw: false }, _) => 4,
            _ => 1,
        }
    }

    /// The answer, once there are all mattes.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn finish(self, bench: &Bench<'_>) -> Result<Made, Failure> {
        let start = Instant::now();
        let size = self.size.ok_or_else(Failure::internal)?;
        let shape = [self.next as u64, size.height.into(), size.width.into()];
        let data = match self.datatype {
            Datatype::Fp32 => shares(&self.mattes),
            _ => self.mattes,
        };
        let answer = InferAnswer {
            model: bench.house.models.get(self.model).name.clone(),
            version: VERSION.to_owned(),
            id: self.request.id,
            outputs: vec![Tensor::new(OUTPUT, self.datatype, shape.into(), data.into())?],
            ..InferAnswer::default()
        };
        let (content_type, header_length, bytes) = match self.form {
            AnswerForm::Rpc { is_raw } => ("application/grpc", None, answer.to_rpc(is_raw)?),
            AnswerForm::Rest { is_binary } => {
                let body = answer.to_rest(|_| is_binary)?;
                let is_json = body.header_length.is_none();
                let kind = if is_json { "application/json" } else { "application/octet-stream" };
                (kind, body.header_length, body.bytes)
            }
        };
        bench.house.metrics.spent(Stage::Encode, start.elapsed());
        Ok(Made { content_type, header_length, size: None, bytes: self.share.around(bytes) })
    }
}

/// The mattes from 0 to 1.
fn shares(mattes: &[u8]) -> Vec<u8> {
    mattes.iter().flat_map(|value| (f32::from(*value) / 255.0).to_le_bytes()).collect()
}
