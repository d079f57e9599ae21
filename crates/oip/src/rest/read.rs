//! Requests and answers from what was sent.

use super::data::Flat;
use crate::limits::{Few, RANK, TENSORS};
use crate::tensor::count;
use crate::{Datatype, InferAnswer, InferRequest, OipError, Parameters, Tensor, Wanted};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What a message says before its elements: of a request or an answer.
#[derive(Deserialize)]
struct Head {
    id: Option<String>,
    parameters: Option<Parameters>,
    model_name: Option<String>,
    model_version: Option<String>,
    inputs: Option<Few<TensorHead, TENSORS>>,
    /// What a request asks for, or an answer has.
    outputs: Option<Few<TensorHead, TENSORS>>,
}

#[derive(Deserialize)]
struct TensorHead {
    name: String,
    datatype: Option<String>,
    shape: Option<Few<u64, RANK>>,
    parameters: Option<Parameters>,
    data: Option<IgnoredAny>,
}

/// A tensor before its elements are there.
struct Begun {
    name: String,
    datatype: Datatype,
    shape: Vec<u64>,
    parameters: Parameters,
    source: Source,
}

enum Source {
    /// So many bytes behind the JSON.
    Behind(u64),
    /// The JSON.
    Json { count: u64, bytes: Vec<u8> },
}

impl InferRequest {
    /// Reads a request: JSON of the first `header_length` bytes (all if `None`), and tensors behind it.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub fn from_rest(body: &Bytes, header_length: Option<usize>) -> Result<Self, OipError> {
        let (json, behind) = split(body, header_length)?;
        let head: Head = parse(json)?;
        let inputs = head.inputs.ok_or_else(|| OipError::new("the request has no inputs"))?;
        let inputs = tensors(json, "inputs", inputs.0, behind)?;
        let wanted = |output: TensorHead| {
            let parameters = output.parameters.unwrap_or_default();
            Wanted { name: output.name, parameters }
        };
        Ok(Self {
            id: head.id.unwrap_or_default(),
            parameters: head.parameters.unwrap_or_default(),
            inputs,
            outputs: head.outputs.unwrap_or_default().0.into_iter().map(wanted).collect(),
        })
    }
}

impl InferAnswer {
    /// Reads an answer, as [`InferRequest::from_rest`] does a request.
    ///
    /// # Errors
    /// One sentence when it is none.
    pub fn from_rest(body: &Bytes, header_length: Option<usize>) -> Result<Self, OipError> {
        let (json, behind) = split(body, header_length)?;
        let head: Head = parse(json)?;
        let outputs = head.outputs.ok_or_else(|| OipError::new("the answer has no outputs"))?;
        Ok(Self {
            model: head.model_name.unwrap_or_default(),
            version: head.model_version.unwrap_or_default(),
            id: head.id.unwrap_or_default(),
            parameters: head.parameters.unwrap_or_default(),
            outputs: tensors(json, "outputs", outputs.0, behind)?,
        })
    }
}

fn split(body: &Bytes, header_length: Option<usize>) -> Result<(&[u8], Bytes), OipError> {
    let length = header_length.unwrap_or(body.len());
    match body.get(..length) {
        Some(json) => Ok((json, body.slice(length..))),
        None => Err(OipError::new(format!(
            "the JSON should have {length} bytes, but {} were sent",
            body.len()
        ))),
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, OipError> {
    serde_json::from_slice(json)
        .map_err(|error| OipError::new(format!("the JSON can't be read: {error}")))
}

/// The tensors of a list, with their elements.
fn tensors(
    json: &[u8],
    list: &'static str,
    heads: Vec<TensorHead>,
    mut behind: Bytes,
) -> Result<Vec<Tensor>, OipError> {
    let mut begun: Vec<Begun> = heads.into_iter().map(begin).collect::<Result<_, _>>()?;
    if begun.iter().any(|tensor| matches!(tensor.source, Source::Json { .. })) {
        let mut from = serde_json::Deserializer::from_slice(json);
        let filled = InMessage { list, tensors: &mut begun }.deserialize(&mut from);
        filled.map_err(|error| OipError::new(format!("the JSON can't be read: {error}")))?;
    }
    let finish = |tensor: Begun| finish(tensor, &mut behind);
    let tensors = begun.into_iter().map(finish).collect::<Result<_, _>>()?;
    match behind.len() {
        0 => Ok(tensors),
        rest => Err(OipError::new(format!("{rest} bytes behind the JSON belong to no tensor"))),
    }
}

fn begin(head: TensorHead) -> Result<Begun, OipError> {
    let TensorHead { name, datatype, shape, parameters, data } = head;
    let lacks = |what: &str| OipError::new(format!("the tensor has no {what}")).named(&name);
    let datatype = datatype.ok_or_else(|| lacks("datatype"))?;
    let datatype = datatype.parse::<Datatype>().map_err(|error| error.named(&name))?;
    let shape = shape.ok_or_else(|| lacks("shape"))?.0;
    let mut parameters = parameters.unwrap_or_default();
    let source = match (parameters.size("binary_data_size"), data) {
        (Some(size), None) => Source::Behind(size),
        (None, Some(_)) => Source::Json {
            count: count(&shape).map_err(|error| error.named(&name))?,
            bytes: Vec::new(),
        },
        (Some(_), Some(_)) => {
            return Err(
                OipError::new("the tensor has elements both as JSON and bytes").named(&name)
            );
        }
        (None, None) => return Err(lacks("elements: neither 'data' nor 'binary_data_size'")),
    };
    parameters.remove("binary_data_size");
    Ok(Begun { name, datatype, shape, parameters, source })
}

fn finish(tensor: Begun, behind: &mut Bytes) -> Result<Tensor, OipError> {
    let Begun { name, datatype, shape, parameters, source } = tensor;
    let data = match source {
        Source::Json { bytes, .. } => bytes.into(),
        Source::Behind(size) => match usize::try_from(size) {
            Ok(size) if size <= behind.len() => behind.split_to(size),
            _ => {
                let words = format!("it should have {size} bytes, but {} are left", behind.len());
                return Err(OipError::new(words).named(&name));
            }
        },
    };
    let tensor = Tensor { name, datatype, shape, parameters, data };
    tensor.check()?;
    Ok(tensor)
}

/// Looks for the list of tensors.
struct InMessage<'a> {
    list: &'static str,
    tensors: &'a mut [Begun],
}

impl<'de> DeserializeSeed<'de> for InMessage<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InMessage<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match key == self.list {
                true => map.next_value_seed(InList(&mut *self.tensors))?,
                false => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The list of tensors, in the order in which they were begun.
struct InList<'a>(&'a mut [Begun]);

impl<'de> DeserializeSeed<'de> for InList<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for InList<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tensors")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for tensor in self.0 {
            if list.next_element_seed(InTensor(tensor))?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// One tensor.
struct InTensor<'a>(&'a mut Begun);

impl<'de> DeserializeSeed<'de> for InTensor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InTensor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tensor")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let datatype = self.0.datatype;
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match &mut self.0.source {
                Source::Json { count, bytes } if key == "data" => {
                    map.next_value_seed(Flat { datatype, left: count, depth: 0, to: bytes })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
